"""Adaptive recommenders: a bandit policy over sources of recommendations that learns in service."""
