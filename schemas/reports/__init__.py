"""Reports: their queries, and what they say."""
