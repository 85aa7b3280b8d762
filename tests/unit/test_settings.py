"""Settings: defaults, every kind of wrong value, and the embedded server's connection file."""

from pathlib import Path

import pytest

from core.connection_file import CONNECTION_FILE, ConnectionDetails, write_connection
from core.settings import ProcessSettings, SettingError, Settings, owner_database_url

SECRET = "s3cret-pass"
OWN = {
    "DATABASE_URL": f"postgresql://app:{SECRET}@db.example:5432/frontdoor",
    "CONTENT_DIGEST_KEY": "k" * 32,
}
DETAILS = ConnectionDetails(
    application_url="postgresql+psycopg2://app:a@127.0.0.1:20001/frontdoor",
    owner_url="postgresql+psycopg2://owner:o@127.0.0.1:20001/frontdoor",
    content_digest_key="d" * 64,
)


def test_the_defaults_are_the_documented_ones() -> None:
    settings = Settings.from_env(OWN)
    assert settings.owner_database_url is None
    assert settings.reports_database_url is None
    assert settings.content_digest_key == b"k" * 32
    assert settings.environment == "live"
    assert settings.data_directory == Path("var").resolve()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert (settings.workers, settings.threads, settings.pool_size) == (2, 8, 16)
    assert settings.max_body_bytes == 1_048_576
    assert (settings.lock_timeout_ms, settings.statement_timeout_ms) == (5000, 30_000)
    assert settings.key_cache_seconds == 30
    assert not settings.load_demonstration
    assert settings.public_url is None
    assert settings.log_level == "info"


def test_without_a_database_the_environment_is_the_demonstration() -> None:
    settings = ProcessSettings.from_env({})
    assert not settings.has_own_database
    assert settings.environment == "demo"
    assert settings.load_demonstration


def test_an_empty_value_counts_as_none() -> None:
    assert Settings.from_env(OWN | {"PORT": "", "LOG_LEVEL": ""}).port == 8000


def test_the_pool_is_as_large_as_the_threads_are_many() -> None:
    assert Settings.from_env(OWN | {"WEB_THREADS": "3"}).pool_size == 6
    assert Settings.from_env(OWN | {"WEB_THREADS": "3", "DATABASE_POOL_SIZE": "5"}).pool_size == 5


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
@pytest.mark.parametrize("name", ["DATABASE_URL", "OWNER_DATABASE_URL", "REPORTS_DATABASE_URL"])
def test_every_accepted_scheme_means_psycopg2(scheme: str, name: str) -> None:
    settings = Settings.from_env(OWN | {name: f"{scheme}://u:p%40@h/db?sslmode=require"})
    url = getattr(settings, name.lower())
    assert url == "postgresql+psycopg2://u:p%40@h/db?sslmode=require"


def test_a_socket_folder_may_stand_for_the_host() -> None:
    url = "postgresql:///frontdoor?host=/run/postgresql"
    settings = Settings.from_env(OWN | {"DATABASE_URL": url})
    assert settings.database_url == "postgresql+psycopg2:///frontdoor?host=/run/postgresql"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", f"mysql://app:{SECRET}@db/frontdoor"),
        ("DATABASE_URL", f"postgresql+psycopg://app:{SECRET}@db/frontdoor"),
        ("DATABASE_URL", f"app:{SECRET}@db/frontdoor"),
        ("DATABASE_URL", f"postgresql://app:{SECRET}@db"),
        ("DATABASE_URL", f"postgresql://app:{SECRET}@db:port/frontdoor"),
        ("OWNER_DATABASE_URL", f"sqlite:///{SECRET}"),
        ("REPORTS_DATABASE_URL", f"sqlite:///{SECRET}"),
        ("CONTENT_DIGEST_KEY", SECRET),
        ("CONTENT_DIGEST_KEY", ""),
        ("ENVIRONMENT", "Live"),
        ("ENVIRONMENT", "pre_live"),
        ("HOST", "127.0.0.1 "),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "8000.0"),
        ("PORT", "٨٠٠٠"),
        ("WEB_WORKERS", "0"),
        ("WEB_THREADS", "no"),
        ("DATABASE_POOL_SIZE", "0"),
        ("MAX_BODY_BYTES", "1"),
        ("LOCK_TIMEOUT_MS", "0"),
        ("STATEMENT_TIMEOUT_MS", "5s"),
        ("KEY_CACHE_SECONDS", "61"),
        ("LOAD_DEMONSTRATION", "maybe"),
        ("PUBLIC_URL", "frontdoor.example"),
        ("LOG_LEVEL", "loud"),
        ("FRONTDOOR_DATA", "~nobody-of-this-name/var"),
        ("FRONTDOOR_DATA", "a\0b"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it_and_keeps_secrets(
    name: str, value: str
) -> None:
    with pytest.raises(SettingError) as caught:
        Settings.from_env(OWN | {name: value})
    sentence = str(caught.value)
    assert name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert SECRET not in sentence


@pytest.mark.parametrize(
    ("text", "meaning"), [("yes", True), ("TRUE", True), ("1", True), ("off", False), ("No", False)]
)
def test_a_switch_is_understood_in_its_usual_spellings(text: str, *, meaning: bool) -> None:
    assert Settings.from_env(OWN | {"LOAD_DEMONSTRATION": text}).load_demonstration is meaning


def test_secrets_stay_out_of_what_is_printed() -> None:
    printed = repr(Settings.from_env(OWN))
    assert SECRET not in printed
    assert OWN["CONTENT_DIGEST_KEY"] not in printed


def test_without_a_database_and_a_server_the_sentence_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=rf"no embedded server runs from {tmp_path}.*make run"):
        Settings.from_env({"FRONTDOOR_DATA": str(tmp_path)})


def test_the_embedded_servers_details_come_from_its_connection_file(tmp_path: Path) -> None:
    write_connection(tmp_path, DETAILS)
    settings = Settings.from_env({"FRONTDOOR_DATA": str(tmp_path)})
    assert settings.database_url == DETAILS.application_url
    assert settings.owner_database_url == DETAILS.owner_url
    assert settings.content_digest_key == DETAILS.content_digest_key.encode()


def test_the_connection_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    write_connection(tmp_path, DETAILS)
    assert (tmp_path / CONNECTION_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [CONNECTION_FILE]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"application_url": "x"}', b"\xff"])
def test_a_damaged_connection_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CONNECTION_FILE).write_bytes(content)
    with pytest.raises(SettingError, match=r"connection.json cannot be read"):
        Settings.from_env({"FRONTDOOR_DATA": str(tmp_path)})


def test_migrations_use_the_owners_url_wherever_it_comes_from(tmp_path: Path) -> None:
    write_connection(tmp_path, DETAILS)
    embedded = {"FRONTDOOR_DATA": str(tmp_path)}
    assert owner_database_url(embedded) == DETAILS.owner_url
    owner = embedded | {"OWNER_DATABASE_URL": "postgres://o@h/db"}
    assert owner_database_url(owner) == "postgresql+psycopg2://o@h/db"


def test_migrations_never_fall_back_to_the_applications_url() -> None:
    with pytest.raises(SettingError, match="OWNER_DATABASE_URL"):
        owner_database_url(OWN)
