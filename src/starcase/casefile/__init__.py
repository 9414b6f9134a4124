"""``case.toml``: read, written, described and checked for its form."""
