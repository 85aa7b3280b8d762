"""An import of many records: Front Door over HTTP, COPY of ready rows, and marshmallow's way."""

import time
from collections.abc import Callable
from functools import partial
from io import BytesIO

from bench.agreement import TABLES
from bench.errors import MeasureError
from bench.importing import Body, Importer
from bench.peers.marshmallow_bulk import load_file
from bench.peers.statements import Holder
from bench.place import AGENCY, Place
from bench.processes import cpu_seconds, descendants, peak_mib, reset_peak, resident_mib
from bench.results import Measured, Row, found
from bench.rounds import Figures, interleaved, ratio, spread
from bench.scale import Scale
from bench.services import Service, front_door
from domain.access import Role

_OURS = "Front Door, one NDJSON request"
_COPY = "limit: COPY of ready rows"
_MARSHMALLOW = "marshmallow many=True, insertmanyvalues"
_PER_SECOND = "rows/s"
_MEMORY = "peak MiB of a worker above idle"

_TO_COPY = Row(
    what="bulk of 100,000, rows/s ÷ COPY of ready rows into the same tables", floor=0.4, aim=0.7
)
_TO_MARSHMALLOW = Row(
    what="bulk ÷ marshmallow `many=True` with `insertmanyvalues`", floor=5, aim=10
)
_PEAK = Row(
    what="peak memory of a worker over a bulk of 100,000, above idle",
    floor=150,
    aim=60,
    is_ceiling=True,
    unit=" MiB",
)
ROWS = (_TO_COPY, _TO_MARSHMALLOW, _PEAK)


_NOTES = (
    (
        "Every way wrote a row a record into each of the four tables, with all indexes and "
        "foreign keys; the other two by one commit at the end."
    ),
    (
        "The ready rows are what an import wrote, under another authority, copied by a "
        "superuser, who passes by row-level security. Only Front Door also keeps a report with "
        "a row a record."
    ),
    (
        "Memory: the highest of the workers' peaks in a round, above what the worker held just "
        "after the start."
    ),
)


def bulk(place: Place, scale: Scale) -> Measured:
    """Measure one body of many records, each round into authorities that have none yet."""
    body = Body.make(place, scale.bulk)
    with front_door(place) as service:
        idle = {each: resident_mib(each) for each in descendants(service.process)}
        example = Importer.new(place, service)
        example.send(body)
        samples = interleaved(
            {
                _OURS: partial(_import, place, service, body, idle),
                _COPY: partial(_copy, place, body, example.authority),
                _MARSHMALLOW: partial(_by_marshmallow, place, body),
            },
            rounds=scale.rounds,
            warm_up=False,
        )
    return Measured(
        title=f"Bulk of {scale.bulk:,} ({body.path.stat().st_size / 1e6:.0f} MB of NDJSON)",
        rows=[
            found(_TO_COPY, ratio(samples, _PER_SECOND, of=_OURS, to=_COPY)),
            found(_TO_MARSHMALLOW, ratio(samples, _PER_SECOND, of=_OURS, to=_MARSHMALLOW)),
            found(_PEAK, spread(samples, _OURS, _MEMORY)),
        ],
        samples=samples,
        notes=_NOTES,
    )


def _import(place: Place, service: Service, body: Body, idle: dict[int, float]) -> Figures:
    importer = Importer.new(place, service)
    for worker in idle:
        reset_peak(worker)
    figures = _timed(
        place,
        body,
        importer.authority,
        partial(importer.send, body),
        cpu=lambda: cpu_seconds(service.process),
    )
    memory = max(peak_mib(worker) - held for worker, held in idle.items())
    return {**figures, _MEMORY: memory}


def _copy(place: Place, body: Body, example: str) -> Figures:
    authority = place.new_authority()
    with place.superuser() as connection, connection.cursor() as cursor:
        ready = []
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            names = [column.name for column in cursor.description or ()]
            values = [f"'{authority}'" if each == "authority_code" else each for each in names]
            content = BytesIO()
            cursor.copy_expert(
                f"COPY (SELECT {', '.join(values)} FROM {table}"
                f" WHERE authority_code = '{example}' ORDER BY contact_id) TO STDOUT",
                content,
            )
            content.seek(0)
            ready.append((f"COPY {table} ({', '.join(names)}) FROM STDIN", content))

        def run() -> None:
            cursor.execute("BEGIN")
            for statement, content in ready:
                cursor.copy_expert(statement, content)
            cursor.execute("COMMIT")

        return _timed(place, body, authority, run, cpu=time.process_time)


def _by_marshmallow(place: Place, body: Body) -> Figures:
    authority = place.new_authority()
    key = place.key([authority], Role.SUBMIT)
    holder = Holder(key_id=key.split("_")[2], name="bench", agency=AGENCY, roles={})
    digest_key = place.server.connection.content_digest_key.encode()

    def run() -> None:
        load_file(
            place.database.engine,
            body.path,
            holder=holder,
            authority=authority,
            digest_key=digest_key,
        )

    return _timed(place, body, authority, run, cpu=time.process_time)


def _timed(
    place: Place,
    body: Body,
    authority: str,
    run: Callable[[], None],
    *,
    cpu: Callable[[], float],
) -> Figures:
    before = cpu(), cpu_seconds(place.database_process)
    started = time.perf_counter()
    run()
    taken = time.perf_counter() - started
    after = cpu(), cpu_seconds(place.database_process)
    written = {table: place.count(table, authority) for table in TABLES}
    if set(written.values()) != {body.records}:
        message = f"of {body.records} records {written} rows were written"
        raise MeasureError(message)
    of_loader, of_database = ((now - then) * 1e6 for now, then in zip(after, before, strict=True))
    return {
        _PER_SECOND: body.records / taken,
        "seconds": taken,
        "CPU µs a record": (of_loader + of_database) / body.records,
        "of the loader": of_loader / body.records,
        "of the database": of_database / body.records,
    }
