"""`flask link-cafs`: link the contacts that were recorded at the same time as their child's CAF."""

from collections.abc import Sequence
from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext

from cli.parameters import AUTHORITY
from cli.transaction import errors_in_words, named_or_all, scope_of
from core.database import Database
from services.cafs.link_contacts import Linked
from services.cafs.link_pass import MARGIN, begin_pass, end_pass, link_step

CONTACTS_IN_A_STEP = 500
# Holding every contact against every CAF takes longer than a request may.
_PATIENCE_MS = 600_000


@click.command("link-cafs")
@click.option("--authority", "authorities", type=AUTHORITY, multiple=True, help="Default: all.")
@click.option("--all", "is_everything", is_flag=True, help="Look at every contact.")
@with_appcontext
def link_cafs(*, authorities: Sequence[str], is_everything: bool) -> None:
    """Link contacts that say of an active CAF something else than the child's CAF records.

    Looks at what was recorded since the last time. Contacts that somebody is changing are left to
    the next time.
    """
    database: Database = current_app.extensions["database"]
    changed = passed_over = 0
    for authority in named_or_all(authorities):
        with errors_in_words():
            linked = link_authority(database, authority, is_everything=is_everything)
        changed += linked.changed
        passed_over += linked.passed_over
    click.echo(f"{changed} contacts were linked.")
    if passed_over:
        click.echo(f"{passed_over} contacts are being changed: run this again.")


def link_authority(
    database: Database,
    authority: str,
    *,
    is_everything: bool = False,
    margin: timedelta = MARGIN,
) -> Linked:
    """Hold an authority's contacts against its CAFs, a transaction a step.

    Keeps how far it came only where nothing was passed over.
    """
    scope = scope_of([authority])
    with database.transaction(scope, patience_ms=_PATIENCE_MS) as session:
        begun = begin_pass(session, authority=authority, is_everything=is_everything, margin=margin)
    changed = passed_over = 0
    for start in range(0, len(begun.contact_ids), CONTACTS_IN_A_STEP):
        ids = begun.contact_ids[start : start + CONTACTS_IN_A_STEP]
        with database.transaction(scope) as session:
            linked = link_step(session, authority=authority, contact_ids=ids)
        changed += linked.changed
        passed_over += linked.passed_over
    if not passed_over:
        with database.transaction(scope) as session:
            end_pass(session, authority=authority, settled_at=begun.settled_at)
    return Linked(changed, passed_over)
