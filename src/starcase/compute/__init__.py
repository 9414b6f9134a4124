"""Where work is done: executors, processes, progress, seeds, and the user's own code."""
