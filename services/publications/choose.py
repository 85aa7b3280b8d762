"""Choose what a publication hides, one period after another, beside everything printed before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.disclosure.cafs import cafs_of_year
from domain.disclosure.figures import InconsistentFiguresError, Key, System
from domain.disclosure.tables import Figure, costs, whole_of
from domain.errors import CannotBeProtectedError
from domain.periods import Period, financial_year_of
from services.disclosure.protect import CannotProtectError, protect
from services.publications.reckoning import Printed, Reckoned, Reckoning


@dataclass
class Chosen:
    """What is printed for the first time, and how many figures of it are hidden, and why.

    `first` are hidden because they are 1 to 5, `further` so that those can't be worked out.
    """

    printed: Printed = field(default_factory=dict)
    first: int = 0
    further: int = 0


@dataclass(frozen=True)
class Wanted:
    """The figures that a report prints: those of contacts and those of CAFs, by period."""

    contacts: Mapping[Period, Sequence[Figure]]
    cafs: Mapping[Period, Sequence[Figure]] = field(default_factory=dict)


def choose(reckoning: Reckoning, wanted: Wanted) -> Chosen:
    """Choose what is hidden of the figures that are not printed yet. Takes seconds to minutes.

    The same input gives the same choice. Raises `CannotBeProtectedError` where none is proven.
    """
    chosen = Chosen()
    for period, figures in wanted.contacts.items():
        systems = _of_contacts(reckoning, period)
        _protect(chosen, reckoning, systems, figures, true=systems[0].values)
    by_year: dict[Period, list[Figure]] = {}
    for period, figures in wanted.cafs.items():
        by_year.setdefault(financial_year_of(period.start), []).extend(figures)
    for year, figures in by_year.items():
        systems = _of_cafs(reckoning.quarters_with(year))
        true = {key: value for each in systems for key, value in each.values.items()}
        _protect(chosen, reckoning, systems, figures, true=true)
    return chosen


def _protect(
    chosen: Chosen,
    reckoning: Reckoning,
    systems: Sequence[System],
    figures: Sequence[Figure],
    *,
    true: Mapping[Key, int],
) -> None:
    printed: dict[Key, int | None] = dict((reckoning.printed | chosen.printed).items())
    # Nothing was counted where no figure stands: a type, an agency or a reason without a contact.
    new: dict[Key, int] = {key: true.get(key, 0) for key in figures if key not in printed}
    if not new:
        return
    try:
        outcome = protect(systems, new=new, published=printed, costs=costs(new))
    except CannotProtectError as error:
        raise CannotBeProtectedError(_CANNOT) from error
    chosen.printed |= {key: outcome.display[key] for key in figures if key in new}
    chosen.first += outcome.first
    chosen.further += outcome.further


def _of_contacts(reckoning: Reckoning, period: Period) -> list[System]:
    """The period by itself, and the year of which it is a part, or which it is, as a sum."""
    own = reckoning.periods[period].system()
    if own is None:
        raise CannotBeProtectedError(_CANNOT)
    year = financial_year_of(period.start)
    as_sum = _as_sum_of_quarters(reckoning, year) if year in reckoning.periods else None
    return [own] if as_sum is None else [own, as_sum]


def _as_sum_of_quarters(reckoning: Reckoning, year: Period) -> System | None:
    """The year as a reader takes it who adds up its quarters.

    None where nobody can: a quarter can't be published, or is of another family.
    """
    family = reckoning.periods[year].family
    quarters = reckoning.quarters_with(year)
    own = reckoning.periods[year].system()
    parts = [each.system() for each in quarters if each.family == family]
    known = [part for part in parts if part is not None]
    if own is None or len(known) < len(quarters):
        return None
    try:
        linked = whole_of(known, period=year.code)
    except InconsistentFiguresError:
        return None
    code = year.code
    moved = frozenset(
        key
        for key, value in linked.values.items()
        if isinstance(key, Figure) and key.period == code and own.values.get(key, 0) != value
    )
    return replace(linked, moved=moved)


def _of_cafs(quarters: Sequence[Reckoned]) -> list[System]:
    """The year's quarters bound to each other; each by itself where the families differ."""
    if len({each.family.areas for each in quarters}) > 1:
        return [system for each in quarters for system in _of_cafs([each])]
    family = quarters[0].family
    by_area = {
        authority: {each.code: each.figures[authority].cafs or {} for each in quarters}
        for authority in family.authorities
    }
    return [cafs_of_year(by_area, wholes=family.partnerships)]


_CANNOT = (
    "No choice of figures to hide is proven to protect the small ones, beside what is published "
    "already. Nothing was published."
)
