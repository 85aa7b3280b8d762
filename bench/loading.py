"""A round of load on a service, as figures: requests a second, latencies, CPU a request."""

from collections.abc import Mapping

from bench.place import Place
from bench.processes import cpu_seconds
from bench.rounds import Figures
from bench.services import Service
from bench.wrk import Load, run_wrk

PER_SECOND = "requests/s"
CPU = "CPU ms a request"


def load(
    place: Place, service: Service, path: str, *, seconds: int, request: Mapping[str, str]
) -> tuple[Load, Figures]:
    """Load a path of a service; raises `MeasureError` when an answer is an error."""
    before = _cpu(place, service)
    told = run_wrk(f"{service.url}{path}", seconds=seconds, request=request)
    spent = [now - then for now, then in zip(_cpu(place, service), before, strict=True)]
    of_service, of_database = (seconds * 1e3 / told.requests for seconds in spent)
    return told, {
        PER_SECOND: told.requests / told.seconds,
        "p50 ms": told.p50,
        "p99 ms": told.p99,
        CPU: of_service + of_database,
        "of the service": of_service,
        "of the database": of_database,
    }


def _cpu(place: Place, service: Service) -> tuple[float, float]:
    return cpu_seconds(service.process), cpu_seconds(place.database_process)
