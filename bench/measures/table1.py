"""Table 1 of one authority and a quarter over HTTP, in full and as 304, beside bare Flask."""

from collections.abc import Mapping
from contextlib import closing
from functools import partial
from http import HTTPStatus

from bench.errors import MeasureError
from bench.filling import AUTHORITIES, PERIOD, QUARTER, fill
from bench.loading import PER_SECOND, load
from bench.place import Place
from bench.results import Measured, Row, found
from bench.rounds import Figures, interleaved, ratio
from bench.scale import Scale
from bench.services import Service, bare_flask, front_door
from domain.access import Role

_BARE = "bare Flask answer"
_FULL = "Table 1, 200"
_UNCHANGED = "Table 1, 304"
_TO_BARE = Row(
    what="Table 1, one authority and quarter, requests/s ÷ bare Flask answer, at 10 million "
    "contacts",
    floor=0.25,
    aim=0.33,
)
_UNCHANGED_TO_BARE = Row(what="the same, answered 304", floor=0.4, aim=0.5)
ROWS = (_TO_BARE, _UNCHANGED_TO_BARE)

_PATH = f"/v1/reports/table-1?area={AUTHORITIES[0]}&period={PERIOD}"


_NOTES = (
    f"{QUARTER.label} of one of 150 authorities; key check and row-level security as always.",
    (
        "The bare answer has neither: a small JSON object from Flask under the same gunicorn "
        "with the same settings."
    ),
)


def table1(place: Place, scale: Scale) -> Measured:
    """Measure the table as an analyst of one authority reads it."""
    fill(place, scale.contacts, of=scale.contacts)
    request = {"BENCH_METHOD": "GET", "BENCH_KEY": place.key(AUTHORITIES[:1], Role.REPORT)}
    with front_door(place) as ours, bare_flask(place) as bare:
        etag = _etag(ours, request["BENCH_KEY"])
        unchanged = {**request, "BENCH_IF_NONE_MATCH": etag}
        variants = {
            _FULL: partial(_round, place, ours, _PATH, request, scale.seconds),
            _UNCHANGED: partial(_round, place, ours, _PATH, unchanged, scale.seconds),
            _BARE: partial(_round, place, bare, "/readyz", request, scale.seconds),
        }
        samples = interleaved(variants, rounds=scale.rounds)
        if etag != _etag(ours, request["BENCH_KEY"]):
            message = "the table changed while it was read"
            raise MeasureError(message)
    return Measured(
        title="Table 1, one authority and quarter",
        rows=[
            found(_TO_BARE, ratio(samples, PER_SECOND, of=_FULL, to=_BARE)),
            found(_UNCHANGED_TO_BARE, ratio(samples, PER_SECOND, of=_UNCHANGED, to=_BARE)),
        ],
        samples=samples,
        notes=_NOTES,
    )


def _round(
    place: Place, service: Service, path: str, request: Mapping[str, str], seconds: int
) -> Figures:
    return load(place, service, path, seconds=seconds, request=request)[1]


def _etag(service: Service, key: str) -> str:
    """The table's entity tag, once it has shown to be answered with 200, and with it with 304."""
    status, etag = _get(service, key, {})
    again, _ = _get(service, key, {"If-None-Match": etag})
    if status != HTTPStatus.OK or again != HTTPStatus.NOT_MODIFIED:
        message = f"Table 1 was answered with {status}, and its entity tag with {again}"
        raise MeasureError(message)
    return etag


def _get(service: Service, key: str, more: Mapping[str, str]) -> tuple[int, str]:
    with closing(service.connect()) as connection:
        headers = {"Authorization": f"Bearer {key}", **more}
        connection.request("GET", _PATH, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("ETag", "")
