"""The processes of a gateway."""
