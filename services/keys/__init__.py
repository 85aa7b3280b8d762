"""Keys: issue, check, list, revoke."""
