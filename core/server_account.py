"""The account that the embedded server runs as. PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from core.embedded_postgres_error import EmbeddedPostgresError

_CANDIDATES = ("postgres", "nobody", "daemon")


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """A user and a group by number; both None for the account that we run as already.

    None means "no change" to `subprocess`, which takes the three values as they are.
    """

    user: int | None = None
    group: int | None = None

    @property
    def extra_groups(self) -> list[int] | None:
        """No group but its own, when there is an account to change to."""
        return None if self.user is None else []

    def own(self, path: Path) -> None:
        """Give `path`, which we made, to the account."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)

    def can_run(self, *command: str | Path) -> bool:
        """Whether the account can run the command and it succeeds."""
        try:
            finished = subprocess.run(
                command,
                user=self.user,
                group=self.group,
                extra_groups=self.extra_groups,
                cwd="/",
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except OSError:
            return False
        return finished.returncode == 0

    def can_enter(self, folder: Path) -> bool:
        """Whether the account can reach what lies in `folder`."""
        return self.can_run("/usr/bin/test", "-x", folder)


def choose_account(cluster: Path | None) -> ServerAccount:
    """Return ourselves unless we are root; then the owner of `cluster`, if that stands already.

    Keeping to the owner matters when an account `postgres` appears after the first start.
    """
    if os.geteuid() != 0:
        return ServerAccount()
    owner = cluster.stat() if cluster else None
    if owner is not None and owner.st_uid != 0:
        return ServerAccount(owner.st_uid, owner.st_gid)
    present = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in _CANDIDATES:
        if name in present:
            return ServerAccount(present[name].pw_uid, present[name].pw_gid)
    message = f"PostgreSQL cannot run as root, and there is no account {' or '.join(_CANDIDATES)}."
    raise EmbeddedPostgresError(message)
