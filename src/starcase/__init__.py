"""From several possible models to one proven in production, and the story to show for it."""
