"""Technical parts that know nothing of the domain: settings, database, logging."""
