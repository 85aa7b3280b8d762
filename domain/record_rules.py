"""Rules about a whole record, beyond the form of its fields (api.md, "Contacts and referrals").

Two severities: an error refuses the record, a warning accepts it and says what should be better. A
record is refused only when it cannot be used. Records are the parsed body: nested dicts with the
contract's field names, instants aware, days London days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from domain.errors import Finding
from domain.history import FIELDS as HISTORY_FIELDS
from domain.referrer_types import EMERGENCY_DUTY_TEAM, INDIVIDUALS, OTHER, POLICE
from domain.vocabulary import Concern, IndividualKind

ADULT_AT = 18

_DECIDE_ONLY = (*HISTORY_FIELDS, "received_on")

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionTerms:
    """What an authority has set for one agency's records.

    `referrer_type` is the code that the record's wording means, None when it means none; then
    `suggestions` are the nearest codes. `census_source` is the one that the authority has set for
    the type. The cut-off is a London time.
    """

    is_accepted_at_once: bool
    emergency_telephone: str
    receipt_cut_off: time
    referrer_type: str | None
    suggestions: tuple[str, ...] = ()
    census_source: str | None = None


def record_errors(record: Record, *, terms: SubmissionTerms, today: date) -> Iterator[Finding]:
    """What makes a record unusable, whoever sends it."""
    if record.get("referrer_type") and terms.referrer_type is None:
        yield _unknown_referrer_type(terms.suggestions)
    if terms.referrer_type == OTHER and not record.get("referrer_detail"):
        detail = "Say who refers when referrer_type is other, for example Prison Service."
        yield Finding("required", detail, "/referrer_detail")
    if record.get("individual_kind") == IndividualKind.ANONYMOUS and _values(record, "referrer"):
        detail = "An anonymous individual has no referrer's name, role, email or phone."
        yield Finding("anonymous_with_identity", detail, "/referrer")
    if "child" in record and not _is_anybody(record):
        detail = (
            "Nothing says who the child is: give any one of an identifier, a name, an address, "
            "a postcode, an estimated age, or the narrative."
        )
        yield Finding("child_unknown", detail, "/child")
    yield from birth_errors(_part(record, "child"), today=today)
    yield from _adult_birth_errors(record, today)


def decide_only_errors(record: Record) -> Iterator[Finding]:
    """Fields that only the authority's own systems may send."""
    sent = () if record.keys().isdisjoint(_DECIDE_ONLY) else _DECIDE_ONLY
    for name in sent:
        if record.get(name) is not None:
            detail = "Only the authority's own system may send this field."
            yield Finding("decide_only", detail, f"/{name}")
    yield from local_id_errors(_part(record, "child"))


def local_id_errors(child: Record) -> Iterator[Finding]:
    """What a child's fields hold that only the authority's own systems may send."""
    if child.get("local_id") is not None:
        detail = "This is the authority's own number; yours is agency_child_reference."
        yield Finding("decide_only", detail, "/child/local_id")


def birth_errors(child: Record, *, today: date) -> Iterator[Finding]:
    """What is wrong with the dates on which a child was or will be born; `today` is London's."""
    born_on, expected_on = child.get("date_of_birth"), child.get("expected_date_of_birth")
    if born_on and born_on > today:
        detail = "For an unborn child give expected_date_of_birth."
        yield Finding("in_the_future", detail, "/child/date_of_birth")
    if born_on and expected_on:
        detail = "A child is born or expected: give one of the two dates."
        yield Finding("given_twice", detail, "/child/expected_date_of_birth")


def record_warnings(
    record: Record, *, terms: SubmissionTerms, received_on: date
) -> Iterator[Finding]:
    """What should be better about a record that is accepted."""
    yield from _missing_identity(record)
    yield from _referrer_warnings(record, terms)
    if record.get("immediate_concern"):
        yield not_an_emergency_route(terms.emergency_telephone, pointer="/immediate_concern")
    if _is_unscreened_domestic_incident(record, terms):
        detail = "The victim's risk was perhaps graded; grade the child's risk too."
        pointer = "/domestic_incident/child_risk_level"
        yield Finding("domestic_incident_not_risk_assessed", detail, pointer)
    born_on = _part(record, "child").get("date_of_birth")
    if born_on and _age(born_on, received_on) >= ADULT_AT:
        detail = "This person was an adult on the day of receipt."
        yield Finding("adult_at_receipt", detail, "/child/date_of_birth")


def not_an_emergency_route(telephone: str, *, pointer: str) -> Finding:
    """The warning that answers an immediate concern, with the authority's telephone number."""
    detail = (
        "This is not an emergency route. If a child is in immediate danger call 999; the "
        f"authority's number is {telephone}."
    )
    return Finding("not_an_emergency_route", detail, pointer)


def _unknown_referrer_type(suggestions: tuple[str, ...]) -> Finding:
    nearest = f" Nearest: {', '.join(suggestions)}." if suggestions else ""
    detail = (
        "This is neither a referrer type nor an alias that the authority knows; it keeps the list "
        f"under /v1/reference/referrer-types.{nearest}"
    )
    return Finding("unknown_referrer_type", detail, "/referrer_type")


def _part(record: Record, name: str) -> Record:
    part: Record = record.get(name) or {}
    return part


def _values(record: Record, name: str) -> Record:
    part = _part(record, name)
    if None not in part.values():
        return part
    return {key: value for key, value in part.items() if value is not None}


def _is_anybody(record: Record) -> bool:
    if record.get("narrative"):
        return True
    child = _part(record, "child").items()
    return any(value is not None and name not in _TELLS_NOBODY for name, value in child)


def _adult_birth_errors(record: Record, today: date) -> Iterator[Finding]:
    for index, person in enumerate(record.get("parents_carers") or ()):
        if (person.get("date_of_birth") or today) > today:
            pointer = f"/parents_carers/{index}/date_of_birth"
            yield Finding("in_the_future", "This day has not come yet.", pointer)


def _missing_identity(record: Record) -> Iterator[Finding]:
    if "child" not in record:
        return
    known = _values(record, "child").keys()
    for code, fields, words in _ASKED_OF_CHILD:
        if known.isdisjoint(fields):
            yield Finding(code, f"Give {words} if you can.", f"/child/{fields[0]}")
    if not record.get("narrative"):
        yield Finding("narrative_missing", "Say what happened if you can.", "/narrative")


_TELLS_NOBODY = frozenset({"sex", "ethnicity"})
_IDENTIFIERS = ("nhs_number", "upn", "local_id", "agency_child_reference")
_AGES = ("date_of_birth", "expected_date_of_birth", "estimated_age")
_ASKED_OF_CHILD = (
    ("identifier_missing", _IDENTIFIERS, "an identifier of the child, best its NHS number"),
    ("name_missing", ("given_name", "family_name"), "the child's name"),
    ("date_of_birth_missing", _AGES, "the child's date of birth or an estimated age"),
    ("address_missing", ("address", "postcode"), "the child's address or postcode"),
)


def _referrer_warnings(record: Record, terms: SubmissionTerms) -> Iterator[Finding]:
    if terms.referrer_type == INDIVIDUALS and not record.get("individual_kind"):
        detail = "Say what the individual is to the child: the census asks for it."
        yield Finding("individual_kind_missing", detail, "/individual_kind")
    if record.get("individual_kind") and terms.referrer_type != INDIVIDUALS:
        detail = "This says something about individuals only."
        yield Finding("not_used", detail, "/individual_kind")
    if record.get("original_referrer_type") and terms.referrer_type != EMERGENCY_DUTY_TEAM:
        detail = "This says something about records from the emergency duty team only."
        yield Finding("not_used", detail, "/original_referrer_type")


def _is_unscreened_domestic_incident(record: Record, terms: SubmissionTerms) -> bool:
    return (
        terms.referrer_type == POLICE
        and Concern.DOMESTIC_ABUSE in (record.get("concerns") or ())
        and "child_risk_level" not in _values(record, "domestic_incident")
    )


def _age(born_on: date, on: date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def clock_warnings(*, decision_due_on: date | None) -> Iterator[Finding]:
    """A warning where the calendar of working days does not reach the day of receipt."""
    if decision_due_on is None:
        detail = "The working days of this time are not known, so no clock runs."
        yield Finding("no_clock", detail, "/received_at")
