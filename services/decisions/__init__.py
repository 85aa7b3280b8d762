"""Decisions about contacts."""
