"""Settings from the environment. Each wrong one is a `SettingError` of one sentence."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from core.connection_file import ConnectionDetails, ConnectionFileError, read_connection

_POSTGRES_SCHEMES = ("postgres", "postgresql", "postgresql+psycopg2")
_DIGEST_KEY_LENGTH = 32
_YES_OR_NO = {"yes": True, "true": True, "on": True, "1": True} | {
    "no": False,
    "false": False,
    "off": False,
    "0": False,
}


class SettingError(Exception):
    """A setting is missing or wrong. The message is one sentence and never holds a secret."""


@dataclass(frozen=True, slots=True)
class _WholeNumber:
    name: str
    default: int
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class _Text:
    name: str
    default: str
    pattern: str
    expected: str


_PORT = _WholeNumber("PORT", 8000, 1, 65535)
_WORKERS = _WholeNumber("WEB_WORKERS", 2, 1, 256)
_THREADS = _WholeNumber("WEB_THREADS", 8, 1, 256)
_MAX_BODY_BYTES = _WholeNumber("MAX_BODY_BYTES", 1_048_576, 1024, 1_073_741_824)
_MAX_IMPORT_BYTES = _WholeNumber("MAX_IMPORT_BYTES", 134_217_728, 1024, 4_294_967_296)
_MAX_IMPORT_RECORDS = _WholeNumber("MAX_IMPORT_RECORDS", 100_000, 1, 10_000_000)
_LOCK_TIMEOUT_MS = _WholeNumber("LOCK_TIMEOUT_MS", 5000, 1, 600_000)
_STATEMENT_TIMEOUT_MS = _WholeNumber("STATEMENT_TIMEOUT_MS", 30_000, 1, 3_600_000)
_KEY_CACHE_SECONDS = _WholeNumber("KEY_CACHE_SECONDS", 30, 0, 60)
_FOLD_EVERY_SECONDS = _WholeNumber("FOLD_EVERY_SECONDS", 60, 1, 86_400)

_HOST = _Text("HOST", "127.0.0.1", r"[A-Za-z0-9._:-]+", "an address or a host name")
_LIVE = _Text("ENVIRONMENT", "live", r"[a-z0-9]{1,20}", "1 to 20 lower-case letters and digits")
_DEMONSTRATION = _Text("ENVIRONMENT", "demo", _LIVE.pattern, _LIVE.expected)
_LOG_LEVEL = _Text(
    "LOG_LEVEL",
    "info",
    r"debug|info|warning|error|critical",
    "debug, info, warning, error or critical",
)
_PUBLIC_URL = _Text("PUBLIC_URL", "", r"(https?://[^\s/?#][^\s?#]*)?", "an http:// or https:// URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSettings:
    """What is known without a database. Times are in the unit that the name ends in."""

    has_own_database: bool
    environment: str
    data_directory: Path
    host: str
    port: int
    workers: int
    threads: int
    pool_size: int
    max_body_bytes: int
    max_import_bytes: int
    max_import_records: int
    lock_timeout_ms: int
    statement_timeout_ms: int
    key_cache_seconds: int
    fold_every_seconds: int
    load_demonstration: bool
    public_url: str | None
    log_level: str

    @property
    def host_in_url(self) -> str:
        """The host as a URL writes it: an IPv6 address in brackets."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read the environment; an empty value counts as none. Raises `SettingError`."""
        own = bool(environ.get("DATABASE_URL"))
        threads = _whole_number(environ, _THREADS)
        return cls(
            has_own_database=own,
            environment=_text(environ, _LIVE if own else _DEMONSTRATION),
            data_directory=_data_directory(environ),
            host=_text(environ, _HOST),
            port=_whole_number(environ, _PORT),
            workers=_whole_number(environ, _WORKERS),
            threads=threads,
            # An import of a thread loads a batch while it commits the one before.
            pool_size=_whole_number(
                environ, _WholeNumber("DATABASE_POOL_SIZE", 2 * threads, 1, 1000)
            ),
            max_body_bytes=_whole_number(environ, _MAX_BODY_BYTES),
            max_import_bytes=_whole_number(environ, _MAX_IMPORT_BYTES),
            max_import_records=_whole_number(environ, _MAX_IMPORT_RECORDS),
            lock_timeout_ms=_whole_number(environ, _LOCK_TIMEOUT_MS),
            statement_timeout_ms=_whole_number(environ, _STATEMENT_TIMEOUT_MS),
            key_cache_seconds=_whole_number(environ, _KEY_CACHE_SECONDS),
            fold_every_seconds=_whole_number(environ, _FOLD_EVERY_SECONDS),
            load_demonstration=_yes_or_no(environ, "LOAD_DEMONSTRATION", default=not own),
            public_url=_text(environ, _PUBLIC_URL).rstrip("/") or None,
            log_level=_text(environ, _LOG_LEVEL),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(ProcessSettings):
    """Everything the application needs. Every URL begins with `postgresql+psycopg2://`.

    `owner_database_url` is for migrations alone. `reports_database_url` is None when reports use
    the application's database.
    """

    database_url: str = field(repr=False)
    owner_database_url: str | None = field(repr=False)
    reports_database_url: str | None = field(repr=False)
    content_digest_key: bytes = field(repr=False)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read the environment and, without DATABASE_URL, the embedded server's connection file.

        Raises `SettingError`.
        """
        process = ProcessSettings.from_env(environ)
        embedded = None if process.has_own_database else _embedded(process.data_directory)
        return cls(
            **asdict(process),
            database_url=embedded.application_url
            if embedded
            else _required_database_url(environ, "DATABASE_URL"),
            owner_database_url=_database_url(environ, "OWNER_DATABASE_URL")
            or (embedded.owner_url if embedded else None),
            reports_database_url=_database_url(environ, "REPORTS_DATABASE_URL"),
            content_digest_key=_digest_key(
                environ.get("CONTENT_DIGEST_KEY")
                or (embedded.content_digest_key if embedded else "")
            ),
        )


def owner_database_url(environ: Mapping[str, str]) -> str:
    """The URL that migrations use: OWNER_DATABASE_URL, else the embedded server's owner.

    Raises `SettingError`.
    """
    url = _database_url(environ, "OWNER_DATABASE_URL")
    if url is None and not environ.get("DATABASE_URL"):
        url = _embedded(_data_directory(environ)).owner_url
    return url or _required_database_url(environ, "OWNER_DATABASE_URL")


def _embedded(data_directory: Path) -> ConnectionDetails:
    try:
        details = read_connection(data_directory)
    except ConnectionFileError as error:
        raise SettingError(str(error)) from error
    if details is None:
        message = (
            "DATABASE_URL is not set and no embedded server runs from "
            f"{data_directory}: start one with make run."
        )
        raise SettingError(message)
    return details


def _digest_key(text: str) -> bytes:
    if len(text) < _DIGEST_KEY_LENGTH:
        message = f"CONTENT_DIGEST_KEY must have at least {_DIGEST_KEY_LENGTH} characters."
        raise SettingError(message)
    return text.encode()


def _required_database_url(environ: Mapping[str, str], name: str) -> str:
    url = _database_url(environ, name)
    if url is None:
        message = f"{name} must be set."
        raise SettingError(message)
    return url


def _database_url(environ: Mapping[str, str], name: str) -> str | None:
    """Return the URL for psycopg2: SQLAlchemy 2.1 takes a bare `postgresql://` for psycopg 3."""
    text = environ.get(name)
    if not text:
        return None
    scheme, _, rest = text.partition("://")
    if scheme not in _POSTGRES_SCHEMES or not _names_a_database(rest):
        message = f"{name} must have the form postgresql://user:password@host:port/database."
        raise SettingError(message)
    return f"postgresql+psycopg2://{rest}"


def _names_a_database(rest: str) -> bool:
    try:
        parts = urlsplit(f"postgresql://{rest}")
        return len(parts.path) > 1 and parts.port != 0
    except ValueError:
        return False


def _whole_number(environ: Mapping[str, str], kind: _WholeNumber) -> int:
    text = environ.get(kind.name) or str(kind.default)
    if re.fullmatch(r"[0-9]{1,12}", text) and kind.lowest <= int(text) <= kind.highest:
        return int(text)
    message = f"{kind.name} must be a whole number from {kind.lowest} to {kind.highest}."
    raise SettingError(message)


def _text(environ: Mapping[str, str], kind: _Text) -> str:
    text = environ.get(kind.name) or kind.default
    if re.fullmatch(kind.pattern, text):
        return text
    message = f"{kind.name} must be {kind.expected}."
    raise SettingError(message)


def _yes_or_no(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = environ.get(name)
    if not text:
        return default
    if text.lower() in _YES_OR_NO:
        return _YES_OR_NO[text.lower()]
    message = f"{name} must be yes or no."
    raise SettingError(message)


def _data_directory(environ: Mapping[str, str]) -> Path:
    try:
        return Path(environ.get("FRONTDOOR_DATA") or "var").expanduser().resolve()
    except (RuntimeError, ValueError, OSError) as error:
        message = "FRONTDOOR_DATA must be the path of a folder."
        raise SettingError(message) from error
