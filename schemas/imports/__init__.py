"""Imports: how a body of many records is read, and what is asked and answered about it."""
