"""Scorers: one row of features to one number, the same for a single row as in a batch."""
