"""The rules of the front door: pure Python that knows no framework, database, clock or setting."""
