"""Use cases: one file a verb; they take a session, the caller and keyword-only data."""
