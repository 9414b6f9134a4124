"""Ways of learning a scorer from interactions."""
