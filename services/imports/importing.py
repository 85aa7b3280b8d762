"""What an import needs beside its rows."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.database import Database, Scope
from domain.access import Caller
from services.contacts.submit_contact import Submissions
from services.imports.report import ImportRequest
from services.imports.results import Told

# Who imports the same records at the same time waits for the other.
PATIENCE_MS = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Importing:
    """Where, for whom and how an import was asked for, and how its report tells of findings."""

    database: Database
    caller: Caller
    submissions: Submissions
    asked: ImportRequest
    told: Told

    def transaction(self) -> AbstractContextManager[Session]:
        """A transaction in the caller's scope, patient with whoever else imports."""
        scope = Scope.of(self.caller.authority, self.caller.agency)
        return self.database.transaction(scope, patience_ms=PATIENCE_MS)
