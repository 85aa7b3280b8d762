"""Alembic in a process of its own, as the owner of the database."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from core.child_process import ends_with_parent

PROJECT = Path(__file__).resolve().parent.parent


class MigrationError(Exception):
    """Alembic failed, and has told why on standard error."""


def run_alembic(*arguments: str, owner_url: str) -> None:
    """Run `alembic` with the arguments on the database of `owner_url`. Raises `MigrationError`."""
    finished = subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=PROJECT,
        env=os.environ | {"OWNER_DATABASE_URL": owner_url},
        stdin=subprocess.DEVNULL,
        check=False,
        start_new_session=True,
        preexec_fn=ends_with_parent(signal.SIGTERM),
    )
    if finished.returncode != 0:
        message = f"The migrations failed: alembic {' '.join(arguments)}."
        raise MigrationError(message)
