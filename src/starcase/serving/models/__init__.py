"""Models as they are kept, loaded and asked."""
