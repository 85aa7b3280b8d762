"""Commands over the same services as the API: `flask --app wsgi …`."""

from flask import Flask

from cli.agencies import agencies
from cli.authorities import authorities, partnerships
from cli.delays import delays_report
from cli.demonstration import load_demonstration
from cli.import_records import import_records
from cli.keys import keys
from cli.link_cafs import link_cafs
from cli.make_records import make_records
from cli.measures import measures
from cli.publications import publications, publish_report
from cli.referrer_types import aliases, referrer_types
from cli.upkeep import export_openapi, idempotency_keys, ledger, print_roles_sql

_COMMANDS = (
    keys,
    authorities,
    partnerships,
    agencies,
    referrer_types,
    aliases,
    measures,
    publish_report,
    publications,
    delays_report,
    ledger,
    idempotency_keys,
    link_cafs,
    make_records,
    import_records,
    load_demonstration,
    export_openapi,
    print_roles_sql,
)


def register_commands(app: Flask) -> None:
    """Give the application its commands."""
    for command in _COMMANDS:
        app.cli.add_command(command)
