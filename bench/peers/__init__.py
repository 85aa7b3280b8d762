"""The peers: the same job in other frameworks, and what they share of pure Python."""
