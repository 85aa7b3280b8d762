"""The published Inputs of Appendix 2 as numbers of each period: what records have to add up to."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from domain.caf import CAF_AGENCY_KIND_LABELS, CafAgencyKind
from domain.measures import inputs
from domain.periods import Period, financial_year_of, parse_period
from domain.vocabulary import Outcome

SECTION = "inputs"
COLUMNS = ("section", "measure", "title", "period", "number")
TOTAL_LABEL = "Total"

_COUNTED = (
    inputs.CONTACTS,
    inputs.CONTACTS_CLOSED_AND_LOGGED,
    inputs.CLOSED_AND_LOGGED_WITH_ACTIVE_CAF,
    inputs.REFERRALS_NFA,
    inputs.CONTACTS_TO_ASSESSMENT,
)
_KINDS: Mapping[str, CafAgencyKind] = {CAF_AGENCY_KIND_LABELS[kind]: kind for kind in CafAgencyKind}
# Numbers by measure, or by measure and the label of a breakdown.
_Numbers = dict[tuple[str, str], int]


class Appendix2Error(ValueError):
    """An Appendix 2 that cannot be read or contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodNumbers:
    """What happened in a financial year or a quarter alone.

    `closed_with_active_caf` is how many of the `closed_and_logged` contacts had an active CAF;
    `cafs` are the stage-2 CAFs commenced, by agency kind.
    """

    period: Period
    contacts: int
    closed_and_logged: int
    closed_with_active_caf: int
    no_further_action: int
    to_assessment: int
    cafs: Mapping[CafAgencyKind, int]

    def __post_init__(self) -> None:
        """Refuse numbers that no records have."""
        parts = (*self.by_outcome().values(), *self.cafs.values(), self.closed_with_active_caf)
        if min(parts) < 0 or self.closed_with_active_caf > self.closed_and_logged:
            _refuse(self.period.label, "its numbers contradict each other")

    def by_outcome(self) -> dict[Outcome, int]:
        """How many contacts ended in each outcome; none is taken to be awaiting decision."""
        decided = {
            Outcome.CLOSED_AND_LOGGED: self.closed_and_logged,
            Outcome.NO_FURTHER_ACTION: self.no_further_action,
            Outcome.TO_ASSESSMENT: self.to_assessment,
        }
        return decided | {Outcome.YET_TO_PROCEED: self.contacts - sum(decided.values())}


def read_appendix_2(lines: Iterable[str]) -> tuple[PeriodNumbers, ...]:
    """Read the numbers of the Inputs, by period in published order.

    The columns are those of the published file; percentages and directions are not looked at, nor
    are other sections. CAFs are published as year to date and come out as the period's own.
    Anything missing, doubled, unknown or inconsistent is an Appendix2Error.
    """
    reader = csv.DictReader(lines)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        _refuse("header", f"lacks the columns {', '.join(missing)}")
    published: defaultdict[Period, _Numbers] = defaultdict(dict)
    for record in reader:
        if record["section"] == SECTION:
            numbers = published[parse_period(record["period"].replace(" ", "-"))]
            _, _, label = record["title"].partition(" | ")
            key = (record["measure"], label)
            place = f"{record['period']}, {record['title']}"
            if key in numbers:
                _refuse(place, "stands in the file twice")
            numbers[key] = _whole_number(record["number"], place)
    return tuple(_period_numbers(period, published) for period in published)


def _refuse(place: str, detail: str) -> NoReturn:
    message = f"{place}: {detail}"
    raise Appendix2Error(message)


def _whole_number(text: str, place: str) -> int:
    if not (text.isascii() and text.isdigit()):
        _refuse(place, "is not a whole number of 0 or more")
    return int(text)


def _period_numbers(period: Period, published: Mapping[Period, _Numbers]) -> PeriodNumbers:
    numbers = published[period]
    missing = [code for code in _COUNTED if (code, "") not in numbers]
    if missing:
        _refuse(period.label, f"lacks {', '.join(missing)}")
    return PeriodNumbers(
        period=period,
        contacts=numbers[inputs.CONTACTS, ""],
        closed_and_logged=numbers[inputs.CONTACTS_CLOSED_AND_LOGGED, ""],
        closed_with_active_caf=numbers[inputs.CLOSED_AND_LOGGED_WITH_ACTIVE_CAF, ""],
        no_further_action=numbers[inputs.REFERRALS_NFA, ""],
        to_assessment=numbers[inputs.CONTACTS_TO_ASSESSMENT, ""],
        cafs=_cafs(period, published),
    )


def _cafs(period: Period, published: Mapping[Period, _Numbers]) -> dict[CafAgencyKind, int]:
    """The CAFs of the period alone: its year to date less what was known before it."""
    to_date = _cafs_to_date(period, published[period])
    year = financial_year_of(period.start)
    earlier = [each for each in published if year.start <= each.start < period.start]
    if not earlier:
        return to_date
    last = max(earlier, key=lambda each: each.end)
    before = _cafs_to_date(last, published[last])
    return {kind: to_date[kind] - before[kind] for kind in to_date}


def _cafs_to_date(period: Period, numbers: _Numbers) -> dict[CafAgencyKind, int]:
    by_label = {label: n for (code, label), n in numbers.items() if code == inputs.CAF2_COMMENCED}
    total = by_label.pop(TOTAL_LABEL, None)
    if set(by_label) != set(_KINDS):
        wrong = ", ".join(sorted(set(by_label) ^ set(_KINDS)))
        _refuse(period.label, f"the CAFs lack an agency kind or have an unknown one: {wrong}")
    if total != sum(by_label.values()):
        _refuse(period.label, f"the CAFs' total is {total}, its parts {sum(by_label.values())}")
    return {kind: by_label[label] for label, kind in _KINDS.items()}
