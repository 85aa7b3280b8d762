"""The folder that holds the embedded server's data: where it is, and how it comes to be.

<cluster>/data                  PostgreSQL's own
<cluster>/superuser-password    0600
<cluster>/server-<version>      a copy of the programs, only when the account needs one
"""

import hashlib
import logging
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from core.child_process import ends_with_parent
from core.connection_file import write_private_file
from core.embedded_postgres_error import EmbeddedPostgresError
from core.postgres_binaries import major_version
from core.server_account import ServerAccount

SUPERUSER = "postgres"

_POINTER = "cluster-location"
_ELSEWHERE = Path("/var/lib/frontdoor")
_STAGING = "initialising-"
_PASSWORD = "superuser-password"  # noqa: S105  (a file's name)
_FIRST_WITH_BUILTIN_LOCALES = 17
_ORPHAN_SECONDS = 60

_log = logging.getLogger(__name__)


def existing_cluster(data_directory: Path) -> Path | None:
    """Return the cluster that belongs to the data folder, or None before the first start."""
    pointer = data_directory / _POINTER
    if pointer.exists():
        location = Path(pointer.read_text().strip())
        if location.exists():
            return location
        message = f"The database of {data_directory} was kept in {location}, which is gone."
        raise EmbeddedPostgresError(message)
    inside = data_directory / "postgres"
    return inside if inside.exists() else None


def make_cluster(data_directory: Path, account: ServerAccount) -> Path:
    """Make the cluster's folder (0700, the account's) inside the data folder where that will do.

    Where the account cannot get at the data folder, the permissions on the way are somebody's
    decision: the cluster goes to /var/lib/frontdoor, and a file in the data folder says where.
    """
    if account.can_enter(data_directory):
        return _private_folder(data_directory / "postgres", account)
    digest = hashlib.sha256(os.fsencode(data_directory)).hexdigest()[:16]
    if not _ELSEWHERE.exists():
        _ELSEWHERE.mkdir(parents=True)
        _ELSEWHERE.chmod(0o711)
    cluster = _private_folder(_ELSEWHERE / f"{digest}-{secrets.token_hex(4)}", account)
    write_private_file(data_directory / _POINTER, f"{cluster}\n".encode())
    _log.warning(
        "The server's account cannot enter %s: its database is in %s.", data_directory, cluster
    )
    return cluster


def remove_cluster(data_directory: Path) -> None:
    """Delete the data folder's cluster, wherever it is. Its server must have stopped."""
    cluster = existing_cluster(data_directory)
    if cluster is not None:
        shutil.rmtree(cluster)
    (data_directory / _POINTER).unlink(missing_ok=True)


def cluster_version(cluster: Path) -> int | None:
    """Return the major version that made the cluster, None when it is not initialised."""
    marker = cluster / "data" / "PG_VERSION"
    return int(marker.read_text()) if marker.exists() else None


def superuser_password(cluster: Path) -> str:
    """Return the superuser's password."""
    return (cluster / _PASSWORD).read_text()


def initialise(cluster: Path, *, binaries: Path, account: ServerAccount, durable: bool) -> None:
    """Run initdb aside and move the result into place, so that a kill leaves all or nothing."""
    _clear_staging(cluster)
    staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=cluster))
    account.own(staging)
    password_file = staging / _PASSWORD
    write_private_file(password_file, secrets.token_urlsafe(32).encode())
    account.own(password_file)
    _initdb(staging, binaries=binaries, account=account, durable=durable)
    password_file.replace(cluster / _PASSWORD)
    (staging / "data").replace(cluster / "data")
    staging.rmdir()


def stop_orphan(cluster: Path) -> None:
    """Stop a server of this cluster whose supervisor is gone, and wait for its end."""
    process_id = _running_server(cluster / "data")
    if process_id is None:
        return
    _log.warning("Stopping process %d, a server left over from an earlier run.", process_id)
    os.kill(process_id, signal.SIGINT)
    deadline = time.monotonic() + _ORPHAN_SECONDS
    while _running_server(cluster / "data") == process_id:
        if time.monotonic() > deadline:
            message = f"A PostgreSQL server (process {process_id}) on {cluster} does not stop."
            raise EmbeddedPostgresError(message)
        time.sleep(0.05)


def _clear_staging(cluster: Path) -> None:
    """Remove what an interrupted initdb left; its last process may still write for a moment."""
    deadline = time.monotonic() + _ORPHAN_SECONDS
    while stale := list(cluster.glob(f"{_STAGING}*")):
        for folder in stale:
            shutil.rmtree(folder, ignore_errors=True)
        if time.monotonic() > deadline:
            message = f"{stale[0]} cannot be removed."
            raise EmbeddedPostgresError(message)
        time.sleep(0.02)


def _running_server(data: Path) -> int | None:
    """Return the process that postmaster.pid names, if it is a server that works in `data`."""
    try:
        process_id = int((data / "postmaster.pid").read_text().partition("\n")[0])
        process = Path("/proc") / str(process_id)
        is_ours = (process / "cwd").readlink() == data
        is_server = (process / "comm").read_text().strip() == "postgres"
    except (OSError, ValueError):
        return None
    return process_id if is_ours and is_server else None


def _private_folder(path: Path, account: ServerAccount) -> Path:
    path.mkdir(mode=0o700)
    account.own(path)
    return path


def _initdb(staging: Path, *, binaries: Path, account: ServerAccount, durable: bool) -> None:
    finished = subprocess.run(
        [
            binaries / "initdb",
            f"--pgdata={staging / 'data'}",
            f"--username={SUPERUSER}",
            f"--pwfile={staging / _PASSWORD}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--data-checksums",
            "--no-instructions",
            *_locale_options(major_version(binaries)),
            *([] if durable else ["--no-sync"]),
        ],
        user=account.user,
        group=account.group,
        extra_groups=account.extra_groups,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,
        preexec_fn=ends_with_parent(signal.SIGKILL),
    )
    if finished.returncode != 0:
        message = f"PostgreSQL's data could not be initialised in {staging}: {finished.stdout}"
        raise EmbeddedPostgresError(message)


def _locale_options(major: int) -> list[str]:
    if major >= _FIRST_WITH_BUILTIN_LOCALES:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]
