"""Interactions and items as they are read, and what is refused."""
