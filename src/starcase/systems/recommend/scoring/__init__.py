"""Scorers: a user's history to a score for every item."""
