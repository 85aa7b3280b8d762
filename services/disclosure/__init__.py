"""Choosing which figures of a table to hide, and proving that none of them can be worked out."""
