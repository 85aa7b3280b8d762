"""The outcome ledger: folding it, counting by it, and holding it against the records."""
