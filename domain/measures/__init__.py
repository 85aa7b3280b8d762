"""Performance measures: what they are, their columns, and the direction that they travel in."""
