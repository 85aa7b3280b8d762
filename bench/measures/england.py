"""Table 1 of England and a quarter: the ledger's folds beside a plain GROUP BY, and its growth."""

from functools import partial

from bench.counting import MILLISECONDS, by_group_by, by_ledger, require_same
from bench.filling import AS_AT, AUTHORITIES, EVERY_YEAR, QUARTER, fill
from bench.place import Place
from bench.results import Measured, Row, found
from bench.rounds import Figures, Samples, interleaved, ratio
from bench.scale import Scale

_TO_PLAIN = Row(
    what="Table 1, England and quarter, time ÷ plain GROUP BY, at 10 million",
    floor=0.1,
    aim=0.03,
    is_ceiling=True,
)
_GROWTH = Row(what="the same, growth from 1 to 10 million", floor=1.5, aim=1.1, is_ceiling=True)
_GROWTH_AS_AT = Row(
    what="as at, one authority and quarter, growth from 1 to 10 million contacts, those of other "
    "quarters",
    floor=1.5,
    aim=1.1,
    is_ceiling=True,
)
ROWS = (_TO_PLAIN, _GROWTH, _GROWTH_AS_AT)


_NOTES = (
    (
        "150 authorities, January to March 2022, three million contacts a year; both ways "
        "counted the same in every cell."
    ),
    (
        "The ledger is read as the reports' role, held by row-level security; the plain count "
        "by a superuser, who passes by it, with the covering index."
    ),
    (
        "The smaller filling is measured before the larger one is there: what grows has "
        "sides that do not share their rounds."
    ),
)


def england(place: Place, scale: Scale) -> Measured:
    """Measure the count of 150 authorities and a quarter, first among few contacts, then many."""
    before, after = f"{scale.contacts_before:,} contacts", f"{scale.contacts:,} contacts"
    samples: Samples = {}
    for contacts, name in ((scale.contacts_before, before), (scale.contacts, after)):
        fill(place, contacts, of=scale.contacts)
        for received in (QUARTER, EVERY_YEAR):
            require_same(
                by_ledger(place, received=received)[0], by_group_by(place, received=received)[0]
            )
        variants = {
            f"ledger, {name}": partial(_ledger, place),
            f"plain GROUP BY, {name}": partial(_plain, place),
            f"ledger, one authority as at, {name}": partial(_one_as_at, place),
        }
        samples |= interleaved(variants, rounds=scale.rounds)
    of, to = f"ledger, {after}", f"plain GROUP BY, {after}"
    return Measured(
        title="Table 1, England and quarter",
        rows=[
            found(_TO_PLAIN, ratio(samples, MILLISECONDS, of=of, to=to)),
            found(_GROWTH, ratio(samples, MILLISECONDS, of=of, to=f"ledger, {before}")),
            found(
                _GROWTH_AS_AT,
                ratio(
                    samples,
                    MILLISECONDS,
                    of=f"ledger, one authority as at, {after}",
                    to=f"ledger, one authority as at, {before}",
                ),
            ),
        ],
        samples=samples,
        notes=_NOTES,
    )


def _ledger(place: Place) -> Figures:
    return by_ledger(place)[1]


def _one_as_at(place: Place) -> Figures:
    return by_ledger(place, authorities=AUTHORITIES[:1], as_at=AS_AT)[1]


def _plain(place: Place) -> Figures:
    return by_group_by(place)[1]
