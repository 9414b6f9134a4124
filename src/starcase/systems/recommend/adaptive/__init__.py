"""A recommender that chooses among sources of recommendations, and goes on learning which one serves whom."""
