"""Contacts: submit, read, find, correct, add to."""
