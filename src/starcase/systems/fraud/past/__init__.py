"""Window features over earlier events and known outcomes of a card and a terminal."""
