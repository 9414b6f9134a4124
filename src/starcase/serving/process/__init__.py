"""The processes of a gateway, and what each of them does."""
