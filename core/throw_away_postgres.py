"""A server that leaves nothing behind, for tests and for checks of migrations."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.embedded_postgres import EmbeddedPostgres
from core.postgres_cluster import remove_cluster


@contextmanager
def throw_away_server() -> Iterator[EmbeddedPostgres]:
    """Run a fast server on a folder of its own; both are gone at the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="frontdoor-"))
    folder.chmod(0o711)  # as root, the server's account has to get through
    try:
        with EmbeddedPostgres(folder, durable=False) as server:
            yield server
    finally:
        remove_cluster(folder)
        shutil.rmtree(folder)
