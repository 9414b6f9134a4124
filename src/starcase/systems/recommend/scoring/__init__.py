"""A user's past to a score for every item."""
