"""POST a contact: Front Door, the peers, and the least that a database alone can do."""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial

from bench.agreement import SAME, TABLES, Contestant, require_agreement
from bench.bodies import a_contact
from bench.errors import MeasureError
from bench.loading import PER_SECOND, load
from bench.pgbench import Submission, run_pgbench
from bench.place import Place
from bench.results import Measured, Row, found
from bench.rounds import Figures, interleaved, ratio
from bench.scale import CONNECTIONS, WORKERS, Scale
from bench.services import django_peer, fastapi_peer, front_door
from core.database import EVERY_AGENCY, Scope
from domain.access import Role
from services.reference.register import register_alias

_OURS = "Front Door"
_FASTAPI = "FastAPI peer"
_DJANGO = "Django REST peer"
_LIMIT = "limit: pgbench, the same rows"

_TO_FASTAPI = Row(what="POST a contact, requests/s ÷ FastAPI peer", floor=0.9, aim=1.2)
_TO_DJANGO = Row(what="POST a contact, requests/s ÷ Django REST peer", floor=2, aim=3)
ROWS = (_TO_FASTAPI, _TO_DJANGO)

_SERVICES = {_OURS: front_door, _FASTAPI: fastapi_peer, _DJANGO: django_peer}


_NOTES = (
    f"wrk, {CONNECTIONS} connections; {WORKERS} workers each.",
    (
        "Before the rounds every service was sent the same good and bad records: it took and "
        "refused the same ones and wrote the same rows, save ids and times. After each round "
        "the rows in the four tables were counted against the requests."
    ),
    (
        "Every service checks the key (and remembers it for at most a minute), goes by the "
        "authority's settings as they are at that instant, and writes a log line a request."
    ),
)


def post(place: Place, scale: Scale) -> Measured:
    """Measure single submissions, each one durable commit."""
    with ExitStack() as running:
        contestants = {}
        for name, service in _SERVICES.items():
            started = running.enter_context(service(place))
            contestants[name] = _contestant(place, partial(Contestant, started))
        require_agreement(place, contestants)
        submission = Submission.of(place, contestants[_OURS].authority, SAME)
        samples = interleaved(
            {
                **{
                    name: partial(_round, place, each, scale.seconds)
                    for name, each in contestants.items()
                },
                _LIMIT: partial(run_pgbench, place, submission.statement(), seconds=scale.seconds),
            },
            rounds=scale.rounds,
        )
    return Measured(
        title="POST a contact",
        rows=[
            found(_TO_FASTAPI, ratio(samples, PER_SECOND, of=_OURS, to=_FASTAPI)),
            found(_TO_DJANGO, ratio(samples, PER_SECOND, of=_OURS, to=_DJANGO)),
        ],
        samples=samples,
        notes=_NOTES,
    )


def _contestant(place: Place, make: Callable[[str, str], Contestant]) -> Contestant:
    authority = place.new_authority()
    with place.database.transaction(Scope((authority,), EVERY_AGENCY)) as session:
        register_alias(
            session, authority=authority, alias="Bench Constabulary", referrer_type="police"
        )
    return make(authority, place.key([authority], Role.SUBMIT))


def _round(place: Place, contestant: Contestant, seconds: int) -> Figures:
    body = place.folder / "contact.json"
    body.write_text(json.dumps(a_contact()))
    before = _counts(place, contestant.authority)
    request = {
        "BENCH_METHOD": "POST",
        "BENCH_KEY": contestant.key,
        "BENCH_BODY": str(body),
        "BENCH_PREFIX": f"LOAD-{before['contact']}-",
    }
    told, figures = load(
        place, contestant.service, contestant.path, seconds=seconds, request=request
    )
    after = _counts_at_rest(place, contestant.authority)
    _require_rows({name: after[name] - before[name] for name in TABLES}, told.requests)
    return figures


def _counts(place: Place, authority: str) -> dict[str, int]:
    return {table: place.count(table, authority) for table in TABLES}


def _counts_at_rest(place: Place, authority: str) -> dict[str, int]:
    """The counts once the requests that wrk gave up at the end have been done."""
    before: dict[str, int] = {}
    now = _counts(place, authority)
    while before != now:
        time.sleep(0.2)
        before, now = now, _counts(place, authority)
    return now


def _require_rows(written: Mapping[str, int], requests: int) -> None:
    """Every answered request wrote a row of each table; what was under way at the end may have."""
    if len(set(written.values())) != 1 or not (
        requests <= written["contact"] <= requests + CONNECTIONS
    ):
        message = f"{requests} requests were answered well and wrote {dict(written)} rows"
        raise MeasureError(message)
