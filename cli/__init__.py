"""`make run` and the `flask` commands, over the same services as the API."""
