"""What comes from outside: registered systems and the user's own code, held against their contracts."""
