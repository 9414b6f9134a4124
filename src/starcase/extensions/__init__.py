"""Registered systems and the user's own code, checked against the protocols of Starcase."""
