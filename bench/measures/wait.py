"""A single submission's wait while an import into the same authority is open, or under way."""

import json
import math
import threading
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from http import HTTPStatus
from statistics import median

from bench.bodies import a_contact
from bench.errors import MeasureError
from bench.importing import Body, Importer
from bench.place import Place
from bench.processes import cpu_seconds
from bench.results import Measured, Row, found
from bench.rounds import Figures, interleaved, ratio
from bench.scale import Scale
from bench.services import Service, front_door

_ALONE = "alone"
_OPEN = "behind an import that is held open"
_BUSY = "behind an import that is under way"
_MEDIAN = "median ms"
_SUBMISSIONS = 200
_REST_SECONDS = 0.5
_AT_REST = 0.1

_BEHIND_OPEN = Row(
    what="a single submission's wait behind an open import of 100,000 rows, ÷ its time alone",
    floor=3,
    aim=1.5,
    is_ceiling=True,
)
_BEHIND_BUSY = Row(
    what="the same, while the import's rows come in",
    floor=3,
    aim=1.5,
    is_ceiling=True,
)
ROWS = (_BEHIND_OPEN, _BEHIND_BUSY)


_NOTES = (
    (
        "One client that sends a contact after the other, to the authority, the agency and the "
        "key of an atomic import."
    ),
    (
        "Held open: all lines but the last have been sent and worked off. Under way: the lines "
        "come as fast as they are taken, on the same cores."
    ),
)


def wait(place: Place, scale: Scale) -> Measured:
    """Measure single submissions, one after the other, in the authority that is imported into."""
    body = Body.make(place, scale.bulk)
    with front_door(place) as service:
        samples = interleaved(
            {
                _ALONE: partial(_alone, place, service),
                _OPEN: partial(_behind_open, place, service, body),
                _BUSY: partial(_behind_busy, place, service, body),
            },
            rounds=scale.rounds,
            warm_up=False,
        )
    return Measured(
        title="A single submission's wait behind an import",
        rows=[
            found(_BEHIND_OPEN, ratio(samples, _MEDIAN, of=_OPEN, to=_ALONE)),
            found(_BEHIND_BUSY, ratio(samples, _MEDIAN, of=_BUSY, to=_ALONE)),
        ],
        samples=samples,
        notes=_NOTES,
    )


def _alone(place: Place, service: Service) -> Figures:
    return _figures(_submit(Importer.new(place, service), lambda sent: sent < _SUBMISSIONS))


def _behind_open(place: Place, service: Service, body: Body) -> Figures:
    importer = Importer.new(place, service)
    with importer.sending(body, mode="atomic"):
        _wait_for_rest(place, service)
        return _figures(_submit(importer, lambda sent: sent < _SUBMISSIONS))


def _behind_busy(place: Place, service: Service, body: Body) -> Figures:
    importer = Importer.new(place, service)
    failed: list[MeasureError] = []

    def send() -> None:
        try:
            importer.send(body, mode="atomic")
        except MeasureError as error:
            failed.append(error)

    sending = threading.Thread(target=send)
    sending.start()
    taken = _submit(importer, lambda _: sending.is_alive())
    sending.join()
    if failed:
        raise failed[0]
    return _figures(taken)


def _submit(importer: Importer, goes_on: Callable[[int], bool]) -> list[float]:
    """Send contacts while `goes_on` says so of the number that was sent; how long each took."""
    path = f"/v1/authorities/{importer.authority}/contacts"
    headers = {"Authorization": f"Bearer {importer.key}", "Content-Type": "application/json"}
    taken: list[float] = []
    with closing(importer.service.connect()) as connection:
        while not taken or goes_on(len(taken)):
            body = json.dumps(a_contact(agency_reference=f"SINGLE-{len(taken)}"))
            started = time.perf_counter()
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            taken.append((time.perf_counter() - started) * 1e3)
            if answer.status != HTTPStatus.CREATED:
                message = f"a submission beside an import was answered with {answer.status}"
                raise MeasureError(message)
    return taken


def _figures(taken: list[float]) -> Figures:
    p99 = sorted(taken)[math.ceil(len(taken) * 0.99) - 1]
    return {_MEDIAN: median(taken), "p99 ms": p99, "longest ms": max(taken), "sent": len(taken)}


def _wait_for_rest(place: Place, service: Service) -> None:
    """Wait until service and database have worked off what was sent."""
    spent = math.inf
    while spent > _AT_REST * _REST_SECONDS:
        before = cpu_seconds(service.process) + cpu_seconds(place.database_process)
        time.sleep(_REST_SECONDS)
        spent = cpu_seconds(service.process) + cpu_seconds(place.database_process) - before
