"""The file by which other processes find the embedded server: `connection.json`, mode 0600."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

CONNECTION_FILE = "connection.json"


class ConnectionFileError(Exception):
    """The connection file is there and cannot be used; the message is one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionDetails:
    """How to reach the embedded server: SQLAlchemy URLs, and the key of the content digests."""

    application_url: str = field(repr=False)
    owner_url: str = field(repr=False)
    content_digest_key: str = field(repr=False)


def read_connection(data_directory: Path) -> ConnectionDetails | None:
    """Read the details kept in `data_directory`; None when there are none."""
    path = data_directory / CONNECTION_FILE
    try:
        return ConnectionDetails(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        message = f"{path} cannot be read as connection details."
        raise ConnectionFileError(message) from error


def write_connection(data_directory: Path, details: ConnectionDetails) -> None:
    """Write the details so that a reader sees the old file or the new one, never a part."""
    content = json.dumps(asdict(details), indent=2).encode()
    write_private_file(data_directory / CONNECTION_FILE, content)


def write_private_file(path: Path, content: bytes) -> None:
    """Replace `path` in one step by a file of mode 0600 that has reached the disk."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
