"""What a card and a terminal did before: windows over events and over outcomes that have become known."""
