"""`flask publish` and `flask publications`."""

import os
import pwd
from datetime import datetime
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from marshmallow import ValidationError

from cli.columns import show
from cli.parameters import AREA, Written
from cli.transaction import errors_in_words, named_or_all
from core.database import Database
from domain.access import Principal, Role
from domain.periods import Period, parse_period
from domain.publications import PublishedReport
from schemas.instants import read_instant
from services.publications.publish import Publisher, publish
from services.publications.read import list_publications


def _instant(text: str) -> datetime:
    try:
        return read_instant(text)
    except ValidationError as error:
        message = "no instant"
        raise ValueError(message) from error


_PERIOD = Written(
    "period",
    pattern=r"[0-9]{4}-[0-9]{2}(-Q[1-4])?",
    expected="a financial quarter such as 2013-14-Q4 or a year such as 2013-14",
    read=parse_period,
)
_INSTANT = Written(
    "instant",
    pattern=r".{1,64}",
    expected="an instant with its offset, such as 2014-04-14T17:00:00Z",
    read=_instant,
)


@click.command("publish")
@click.option("--area", type=AREA, required=True, help="An authority or a partnership.")
@click.option("--report", type=click.Choice([str(each) for each in PublishedReport]), required=True)
@click.option("--period", type=_PERIOD, required=True, help="Such as 2013-14-Q4 or 2013-14.")
@click.option("--as-at", type=_INSTANT, help="As known at this instant. Default: now.")
@with_appcontext
def publish_report(*, area: str, report: str, period: Period, as_at: datetime | None) -> None:
    """Publish a report for partners, small figures hidden. It may take a minute."""
    database: Database = current_app.extensions["database"]
    with errors_in_words():
        published = publish(
            database,
            Publisher(frozenset(named_or_all([])), _account(), None),
            area=area,
            report=PublishedReport(report),
            period=period,
            as_at=as_at,
        )
    record = published.record
    what = f"{record['report']} of {record['period']['label']}, {record['area']['name']}"
    if not published.is_created:
        click.echo(f"{what}, is published already, as at {_minute(record['as_at'])}.")
        return
    first, further = record["hidden"]["first"], record["hidden"]["further"]
    click.echo(f"{what}, is published: {first} figures are hidden, and {further} to protect them.")


@click.command("publications")
@click.option("--area", type=AREA, help="Default: all.")
@with_appcontext
def publications(*, area: str | None) -> None:
    """List what is published, the newest first."""
    database: Database = current_app.extensions["database"]
    roles = {code: frozenset({Role.ADMIN}) for code in named_or_all([])}
    reader = Principal("", _account(), None, roles, None)
    with errors_in_words():
        found = _all_of(database, reader, area)
    show(
        ("published", "area", "report", "period", "as at", "hidden", "by"),
        [
            (
                _minute(each["published_at"]),
                each["area"]["code"],
                each["report"],
                each["period"]["code"],
                _minute(each["as_at"]),
                str(each["hidden"]["first"] + each["hidden"]["further"]),
                each["published_by"],
            )
            for each in found
        ],
    )


def _all_of(database: Database, reader: Principal, area: str | None) -> list[dict[str, Any]]:
    page = list_publications(database, reader, area=area)
    found = page.items
    while page.next is not None:
        page = list_publications(database, reader, area=area, before=page.next)
        found += page.items
    return found


def _account() -> str:
    """The name of the account that runs the command, by which it is known who published."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"account {number}"


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%MZ}"
