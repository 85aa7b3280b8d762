"""Imports: many records in one body, each with its result, and the report that is kept of them."""
