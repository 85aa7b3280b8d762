"""`flask load-demonstration`: places, keys, 1,586 records, publications, as often as asked."""

import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from cli.transaction import errors_in_words, transaction
from core.connection_file import write_private_file
from core.settings import Settings
from core.uuid7 import uuid7
from domain.vocabulary import SubmittedAs
from schemas.contacts import ContactSchema
from schemas.decisions import DecisionSchema
from services.contacts.accept_submission import Submission
from services.contacts.submit_contact import Submissions
from services.contacts.terms import RememberedTerms
from services.decisions.record_decisions import Proposals
from services.demonstration.load_demonstration import Loader, ParsedRecord, loader_with
from services.demonstration.places import ADMINISTRATOR, ALL_FOUR, STOCKTON_ON_TEES
from services.demonstration.publications import publish_demonstration
from services.demonstration.records import demonstration_records
from services.demonstration.set_up import set_up_keys, set_up_places
from services.keys.check_key import key_id_of
from services.synthetic import SyntheticRecord

KEYS_FILE = "demo-keys.json"
RECORDS_IN_A_TRANSACTION = 100
BATCHES_AT_ONCE = 3

_CONTACT = ContactSchema()
_DECISIONS = DecisionSchema()


@click.command("load-demonstration")
@with_appcontext
def load_demonstration() -> None:
    """Load the demonstration; what is there already is left as it is."""
    settings: Settings = current_app.extensions["settings"]
    with transaction(ALL_FOUR) as session:
        keys = _set_up(session, settings)
        loader = loader_with(
            session,
            keys=list(keys.values()),
            authority=STOCKTON_ON_TEES,
            submissions=Submissions(settings.content_digest_key, RememberedTerms()),
        )
    created = _load(loader)
    click.echo(f"The demonstration is loaded: {created} records were added.", err=True)
    with errors_in_words():
        key_id = key_id_of(keys[ADMINISTRATOR])
        published = publish_demonstration(current_app.extensions["database"], key_id=key_id)
    click.echo(f"{published} reports were published for partners.", err=True)


def parse_record(record: SyntheticRecord) -> ParsedRecord:
    """The record and its decisions, read as the interface reads their bodies."""
    draft = _CONTACT.load(record.payload)
    decisions = _DECISIONS.load([each for sitting in record.decisions for each in sitting])
    return ParsedRecord(
        agency=record.agency,
        submission=Submission(
            contact_id=uuid7(),
            submitted_as=SubmittedAs(record.submitted_as),
            data=draft.data,
            findings=draft.findings,
        ),
        decisions=Proposals(data=decisions.data, is_list=True, findings=decisions.findings),
    )


def _set_up(session: Session, settings: Settings) -> dict[str, str]:
    """Set the places and keys up, and the file of the keys; the keys by name.

    Written before the keys are committed: a key in the file that never came to be is issued anew
    next time, while one that nobody wrote down would be lost.
    """
    set_up_places(session)
    path = settings.data_directory / KEYS_FILE
    existing = _read_keys(path)
    keys = set_up_keys(session, environment=settings.environment, existing=existing)
    if keys != existing:
        path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        write_private_file(path, json.dumps(keys, indent=2).encode())
    return keys


def _read_keys(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        message = f"{path} cannot be read as the keys of the demonstration."
        raise click.ClickException(message) from error


def _load(loader: Loader) -> int:
    records = list(demonstration_records())
    starts = range(0, len(records), RECORDS_IN_A_TRANSACTION)
    batches = [records[start : start + RECORDS_IN_A_TRANSACTION] for start in starts]
    # While one waits for the database, another computes.
    with ThreadPoolExecutor(BATCHES_AT_ONCE) as pool:
        loads = [pool.submit(copy_context().run, _load_batch, loader, each) for each in batches]
        label = "Loading records"
        with click.progressbar(loads, label=label, file=sys.stderr) as progress:
            return sum(load.result() for load in progress)


def _load_batch(loader: Loader, batch: Sequence[SyntheticRecord]) -> int:
    with transaction([loader.authority]) as session:
        missing = loader.missing(session, batch)
        return sum([loader.load(session, parse_record(each)) for each in missing])
