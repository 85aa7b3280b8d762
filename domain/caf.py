"""CAF records: the agency kinds of Appendix 2, when a CAF is active, and the rules of a record.

A CAF (Common Assessment Framework) is an early help assessment (definitions.md, section 4). Records
are the parsed body: nested dicts with the contract's field names, days London days.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

from domain.errors import Finding
from domain.receipt import EARLIEST_DAY
from domain.record_rules import Record, birth_errors

FIRST_STAGE = 1
LAST_STAGE = 2


class CafAgencyKind(StrEnum):
    """What kind of agency leads a CAF, in published order (definitions.md, section 4)."""

    CESC_CHILDRENS_CENTRES = "cesc_childrens_centres"
    CESC_SCHOOLS = "cesc_schools"
    CESC_IYSS = "cesc_iyss"
    CESC_SOCIAL_CARE = "cesc_social_care"
    CESC_OTHER = "cesc_other"
    OTHER_EDUCATION = "other_education"
    NEPACS = "nepacs"
    HEALTH_VISITORS = "health_visitors"
    MIDWIVES = "midwives"
    SCHOOL_NURSES = "school_nurses"
    HEALTH_OTHER = "health_other"
    DRUG_AND_ALCOHOL = "drug_and_alcohol"
    HOUSING = "housing"
    THIRD_SECTOR = "third_sector"


CAF_AGENCY_KIND_LABELS: Mapping[StrEnum, str] = {
    CafAgencyKind.CESC_CHILDRENS_CENTRES: "CESC - Children Centre Services",
    CafAgencyKind.CESC_SCHOOLS: "CESC - Schools",
    CafAgencyKind.CESC_IYSS: "CESC - IYSS",
    CafAgencyKind.CESC_SOCIAL_CARE: "CESC - Social Care",
    CafAgencyKind.CESC_OTHER: "CESC - Other",
    CafAgencyKind.OTHER_EDUCATION: "Other Education Support/Settings",
    CafAgencyKind.NEPACS: "NEPACS",
    CafAgencyKind.HEALTH_VISITORS: "Health - Foundation Trust - Health Visitor Service",
    CafAgencyKind.MIDWIVES: "Health - Foundation Trust - Midwives",
    CafAgencyKind.SCHOOL_NURSES: "Health - Foundation Trust - School Nurse Service",
    CafAgencyKind.HEALTH_OTHER: "Health - Other",
    CafAgencyKind.DRUG_AND_ALCOHOL: "Drug and Alcohol Agencies",
    CafAgencyKind.HOUSING: "Housing",
    CafAgencyKind.THIRD_SECTOR: "Other Agencies 3rd/Vol Sector",
}


def is_active_on(day: date, *, commenced_on: date, closed_on: date | None) -> bool:
    """Whether a CAF was active on a day: commenced by then and not closed before.

    It is still active on the day on which it is closed. All are London days; `closed_on` None is
    not closed. Of whatever stage (definitions.md, section 4, names none).
    """
    return commenced_on <= day and (closed_on is None or day <= closed_on)


def caf_errors(caf: Record, *, today: date) -> Iterator[Finding]:
    """What makes a CAF record unusable, whoever sends it."""
    yield from _date_errors(caf, today)
    if "child" in caf and not _is_known(caf["child"]):
        detail = (
            "Nothing says which child this is: give an identifier, best the NHS number, or a name "
            "with the date of birth."
        )
        yield Finding("child_unknown", detail, "/child")
    yield from birth_errors(caf.get("child") or {}, today=today)


def caf_warnings(caf: Record) -> Iterator[Finding]:
    """What should be better about a CAF record, by what whoever reads it sees of it."""
    child = caf["child"]
    if not (child.get("nhs_number") or child.get("local_id")):
        detail = (
            "Without the child's NHS number, or the authority's own number, this CAF cannot be "
            "linked to the child's contacts."
        )
        yield Finding("cannot_be_linked", detail, "/child/nhs_number")
    if caf.get("stage") is None:
        detail = "Say the stage if you can: reports count the CAFs of stage 2."
        yield Finding("stage_missing", detail, "/stage")


def _date_errors(caf: Record, today: date) -> Iterator[Finding]:
    commenced_on, closed_on = caf.get("commenced_on"), caf.get("closed_on")
    for name, day in (("commenced_on", commenced_on), ("closed_on", closed_on)):
        if day and day > today:
            yield Finding("in_the_future", "This day has not come yet.", f"/{name}")
        if day and day < EARLIEST_DAY:
            yield Finding("out_of_range", "This is before 1900.", f"/{name}")
    if commenced_on and closed_on and closed_on < commenced_on:
        yield Finding("before_commenced", "This is before commenced_on.", "/closed_on")


def _is_known(child: Record) -> bool:
    known = {name for name, value in child.items() if value is not None}
    return bool(known & _IDENTIFIERS) or bool(known & _NAMES and known & _BIRTH)


_IDENTIFIERS = frozenset({"nhs_number", "local_id", "upn", "agency_child_reference"})
_NAMES = frozenset({"given_name", "family_name"})
_BIRTH = frozenset({"date_of_birth", "expected_date_of_birth"})
