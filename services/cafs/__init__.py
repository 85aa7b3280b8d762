"""CAF records: submit, read, list, correct and close."""
