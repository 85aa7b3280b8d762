"""What the ledger costs a submission: 16 writers, spread, and all on one day and type."""

from functools import partial
from http import HTTPStatus

from bench.agreement import Contestant
from bench.bodies import a_contact
from bench.errors import MeasureError
from bench.loading import PER_SECOND
from bench.pgbench import SPREAD_CODES, Submission, run_pgbench
from bench.place import Place
from bench.results import Measured, Row, found
from bench.rounds import interleaved, ratio
from bench.scale import CONNECTIONS, Scale
from bench.services import front_door
from domain.access import Role

_AUTHORITIES = 150
_REFERENCE = "LEDGER-1"
_SPREAD = Row(what="submissions with the ledger ÷ without, spread, 16 writers", floor=0.8, aim=0.9)
_HOT = Row(
    what="submissions with the ledger ÷ without, all on one authority, day and type, 16 writers",
    floor=0.8,
    aim=0.9,
)
ROWS = (_SPREAD, _HOT)


def ledger(place: Place, scale: Scale) -> Measured:
    """Measure the rows of a submission in SQL, with its ledger entry and without."""
    place.add_authorities([f"{SPREAD_CODES}{n:06d}" for n in range(1, _AUTHORITIES + 1)])
    submission = _submission(place)
    scripts = {
        "spread, with": submission.statement(among=_AUTHORITIES),
        "spread, without": submission.statement(among=_AUTHORITIES, with_ledger=False),
        "on one cell, with": submission.statement(),
        "on one cell, without": submission.statement(with_ledger=False),
    }
    variants = {
        name: partial(run_pgbench, place, script, seconds=scale.seconds)
        for name, script in scripts.items()
    }
    samples = interleaved(variants, rounds=scale.rounds)
    return Measured(
        title="Submissions with the ledger and without",
        rows=[
            found(_SPREAD, ratio(samples, PER_SECOND, of="spread, with", to="spread, without")),
            found(
                _HOT, ratio(samples, PER_SECOND, of="on one cell, with", to="on one cell, without")
            ),
        ],
        samples=samples,
        notes=[
            (
                f"pgbench, {CONNECTIONS} clients as the application's role, each transaction one "
                "prepared statement that sets the scope and writes the rows of a real submission."
            ),
            f"Spread: {_AUTHORITIES} authorities, 90 days and 27 referrer types, at random.",
        ],
    )


def _submission(place: Place) -> Submission:
    authority = place.new_authority()
    with front_door(place) as service:
        sender = Contestant(service, authority, place.key([authority], Role.SUBMIT))
        status, _ = sender.post(a_contact(agency_reference=_REFERENCE))
    if status != HTTPStatus.CREATED:
        message = f"a submission was answered with {status}"
        raise MeasureError(message)
    return Submission.of(place, authority, _REFERENCE)
