"""The machine and the versions that figures were measured on."""

import os
import platform
import subprocess
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from cli.alembic_command import PROJECT

_FLUSHES = 500
_PAGE = b"\0" * 8192
_GIB = 1024**3
_READING = (
    "Written by `make bench`. Only ratios within one run mean anything elsewhere: every round runs "
    "every variant once, in turn; a ratio is the median of the rounds' own ratios."
)


def heading(*, scale: str, flush_in: Path, settings: Mapping[str, str]) -> list[str]:
    """The first lines of the page of results; `settings` are those of the database."""
    said = ", ".join(f"{name} {value}" for name, value in settings.items())
    return [
        "# What Front Door carries, beside its peers",
        "",
        _READING,
        "",
        f"- **When**: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}, scale {scale}",
        f"- **Machine**: {_machine(flush_in)}",
        f"- **Database**: {said}",
        *(f"- **{name}**: {', '.join(versions)}" for name, versions in _versions()),
    ]


def _commit() -> str:
    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", "-C", PROJECT, *arguments], capture_output=True, text=True, check=False
        ).stdout.strip()

    commit = git("rev-parse", "--short=12", "HEAD") or "unknown"
    return f"{commit} with changes" if git("status", "--porcelain") else commit


def _machine(flush_in: Path) -> str:
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_memory():.0f} GiB, Linux {platform.release()}; "
        f"a page written and flushed (fdatasync) in {_flush_microseconds(flush_in):.0f} µs"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB


def _flush_microseconds(folder: Path) -> float:
    path = folder / "flush"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        return median(_flush(descriptor) for _ in range(_FLUSHES)) * 1e6
    finally:
        os.close(descriptor)
        path.unlink()


def _flush(descriptor: int) -> float:
    os.pwrite(descriptor, _PAGE, 0)
    started = time.perf_counter()
    os.fdatasync(descriptor)
    return time.perf_counter() - started


def _versions() -> Iterator[tuple[str, list[str]]]:
    named = {
        "Front Door": (".venv", ("flask", "flask-smorest", "marshmallow", "sqlalchemy")),
        "FastAPI peer": (
            ".venv-bench-fastapi",
            ("fastapi", "pydantic", "sqlalchemy", "asyncpg", "uvicorn", "uvloop", "httptools"),
        ),
        "Django peer": (
            ".venv-bench-django",
            ("django", "djangorestframework", "psycopg", "gunicorn"),
        ),
    }
    python = f"Python {platform.python_version()}"
    for name, (environment, packages) in named.items():
        found = _frozen(PROJECT / environment)
        more = (python, "gunicorn", "psycopg2-binary") if name == "Front Door" else ()
        yield (
            name,
            [f"{each} {found[each]}" if each in found else each for each in (*packages, *more)],
        )


def _frozen(environment: Path) -> dict[str, str]:
    listed = subprocess.run(
        [environment / "bin" / "pip", "--disable-pip-version-check", "freeze"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    pairs = (line.lower().partition("==") for line in listed.splitlines())
    return {name: version for name, _, version in pairs}
