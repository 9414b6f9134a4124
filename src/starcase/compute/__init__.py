"""Executors, processes, progress, seeds, and loading of the user's own code."""
