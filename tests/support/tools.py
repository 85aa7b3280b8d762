"""Programs of the machine that some tests need."""

import os
import shutil
from pathlib import Path

import pytest

# Where Debian keeps servers, which an ordinary account's PATH leaves out.
_FOLDERS = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))


def require_program(name: str, *, package: str) -> Path:
    """Return the program's path; without it the test fails where tools are required, else skips."""
    found = shutil.which(name, path=_FOLDERS)
    if found is None:
        message = f"{name} is missing: apt-get install {package}"
        if os.environ.get("CI") or os.environ.get("FRONTDOOR_REQUIRE_TOOLS"):
            pytest.fail(message)
        pytest.skip(message)
    return Path(found)
