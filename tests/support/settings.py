"""Settings for an application on a tests' server."""

from collections.abc import Mapping

from core.embedded_postgres import EmbeddedPostgres
from core.settings import Settings


def settings_for(server: EmbeddedPostgres, **overrides: str) -> Settings:
    """The settings of a process with this environment, `overrides` added by variable name."""
    return Settings.from_env(environment_for(server) | overrides)


def environment_for(server: EmbeddedPostgres) -> Mapping[str, str]:
    """The environment that leads a process of Front Door to the server."""
    return {
        "DATABASE_URL": server.connection.application_url,
        "OWNER_DATABASE_URL": server.connection.owner_url,
        "CONTENT_DIGEST_KEY": server.connection.content_digest_key,
        "ENVIRONMENT": "test",
        "KEY_CACHE_SECONDS": "0",
    }
