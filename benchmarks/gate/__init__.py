"""Leaks and weak slices with a known truth: how many are found, and how often clean data are accused."""
