"""Read and check the files of interactions and items."""
