"""The gateway: one process that answers HTTP."""
