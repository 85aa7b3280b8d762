"""Checks on a throw-away server that the migrations make the models' tables, and can be undone."""

import sys

import click

from cli.alembic_command import MigrationError, run_alembic
from core.embedded_postgres_error import EmbeddedPostgresError
from core.throw_away_postgres import throw_away_server

_STEPS = (("upgrade", "head"), ("check",), ("downgrade", "base"), ("upgrade", "head"))


def main() -> None:
    """Run every step; end with status 1 and a sentence at the first that fails."""
    try:
        with throw_away_server() as server:
            for step in _STEPS:
                run_alembic(*step, owner_url=server.connection.owner_url)
    except (MigrationError, EmbeddedPostgresError) as error:
        sys.exit(str(error))
    click.echo("The migrations agree with the models, and can be undone and done again.")


if __name__ == "__main__":
    main()
