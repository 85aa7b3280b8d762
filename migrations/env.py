"""Runs migrations in the owner's role, bounded in how long they may wait for a lock."""

import os

from alembic import context
from sqlalchemy import create_engine, text

from core.settings import owner_database_url
from models import Base


def migrate() -> None:
    """Run what was asked for in one transaction, over a connection of its own."""
    url = context.config.get_main_option("sqlalchemy.url") or owner_database_url(os.environ)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        connection.execute(text("SET LOCAL statement_timeout = '10min'"))
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            compare_server_default=True,
        )
        context.run_migrations()
    engine.dispose()


migrate()
