"""Table 1 of England and a quarter as it was known at an instant: the ledger, and decisions."""

from functools import partial

from bench.counting import MILLISECONDS, by_lateral, by_ledger, require_same
from bench.filling import AS_AT, fill
from bench.place import Place
from bench.results import Measured, Row, found
from bench.rounds import Figures, interleaved, ratio
from bench.scale import Scale

_LEDGER = "ledger"
_LATERAL = "LATERAL over decisions"
_ROW = Row(
    what="as at, England and quarter, time ÷ LATERAL over decisions",
    floor=0.15,
    aim=0.07,
    is_ceiling=True,
)
ROWS = (_ROW,)


def as_at(place: Place, scale: Scale) -> Measured:
    """Measure the count as at an instant in the middle of the quarter's last month."""
    fill(place, scale.contacts, of=scale.contacts)
    require_same(by_ledger(place, as_at=AS_AT)[0], by_lateral(place, as_at=AS_AT)[0])
    variants = {_LEDGER: partial(_ledger, place), _LATERAL: partial(_lateral, place)}
    samples = interleaved(variants, rounds=scale.rounds)
    return Measured(
        title="As at an instant, England and quarter",
        rows=[found(_ROW, ratio(samples, MILLISECONDS, of=_LEDGER, to=_LATERAL))],
        samples=samples,
        notes=[
            (
                f"January to March 2022 as at {AS_AT:%d %B %Y %H:%M} UTC, among {scale.contacts:,} "
                "contacts; both ways counted the same in every cell."
            ),
            "LATERAL: each contact's last decision recorded by then, by its index.",
        ],
    )


def _ledger(place: Place) -> Figures:
    return by_ledger(place, as_at=AS_AT)[1]


def _lateral(place: Place) -> Figures:
    return by_lateral(place, as_at=AS_AT)[1]
