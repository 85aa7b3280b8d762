"""Feedback: what became of an agency's own records, beside all agencies of its kind."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.database import EVERY_AGENCY, Database, Scope
from domain.access import Principal, Role
from domain.disclosure.feedback import ENDED, EVERY, NOT_RELEASED, REASONS, Place
from domain.disclosure.printing import printed_cell
from domain.errors import ForbiddenError, NotFoundError
from domain.periods import Period
from domain.vocabulary import LABELS, AgencyKind, Outcome, Reason
from models import AgencySetting
from services.ledger.breakdown import counted_by_facts
from services.reference.current import agency_settings
from services.reports.areas import NO_SUCH_AREA, Area, area_named
from services.reports.feedback_comparison import (
    Comparison,
    NotComparedError,
    Printed,
    compare,
    own_numbers,
)

TITLE = "Feedback"
_LABELS = {
    **{each.value: label for each, label in LABELS[Reason].items()},
    NOT_RELEASED: "Not released, or no reason was given",
}


def feedback(
    database: Database, principal: Principal, *, area: str, period: Period
) -> dict[str, Any]:
    """Read an agency's feedback in the contract's shape; percentages are `Decimal`.

    `own` is what the agency itself sent and was received in the period, exact, as it stands now,
    read in a scope that shows no other agency's records. `own_then` and `all_of_kind` are null
    where `compare` says no, else of its position. Raises `NotFoundError` for an area that does
    not exist, is none of the caller's or does not know its agency, `ForbiddenError` where the key
    does not submit for an agency in each authority of the area.
    """
    authorities = tuple(sorted(principal.roles))
    with database.transaction(Scope(authorities, principal.agency or "")) as session:
        found, agency = _own_area(session, principal, area)
        settings = _settings(session, found, agency)
        counts = counted_by_facts(
            session,
            authorities=found.authorities,
            received=period,
            asked={"agency_code", "outcome", "reason"},
        )
    compared, notes = _compared(database, found, agency, period)
    return {
        "title": TITLE,
        "area": {"code": found.code, "name": found.name},
        "agency": {"code": agency, "name": settings[0].name},
        "kind": _kind(compared, settings),
        "period": {"label": period.label, "from": period.start, "to": period.end},
        "position_on": compared.position_on if compared else None,
        "disclosure_control": "applied" if compared else "none",
        "own": _figures(own_numbers(counts, agency)),
        "own_then": _figures(compared.own) if compared else None,
        "all_of_kind": _figures(compared.all_of_kind) if compared else None,
        "notes": [OWN, WITHHELD, *notes],
    }


def _own_area(session: Session, principal: Principal, code: str) -> tuple[Area, str]:
    """The area, if the caller submits for its agency in each authority of it; and the agency."""
    area = area_named(session, code)
    if not area.authorities or not all(principal.roles_in(each) for each in area.authorities):
        raise NotFoundError(NO_SUCH_AREA)
    if principal.agency is None:
        raise ForbiddenError(FOR_NO_AGENCY)
    if not principal.authorities_with([Role.SUBMIT]).issuperset(area.authorities):
        raise ForbiddenError(SUBMITS_NOT)
    return area, principal.agency


def _settings(session: Session, area: Area, agency: str) -> list[AgencySetting]:
    rows = agency_settings().where(
        AgencySetting.authority_code.in_(area.authorities), AgencySetting.agency_code == agency
    )
    settings = list(session.scalars(rows))
    if len(settings) < len(area.authorities):
        raise NotFoundError(NO_SUCH_AREA)
    return settings


def _compared(
    database: Database, area: Area, agency: str, period: Period
) -> tuple[Comparison | None, list[str]]:
    try:
        with database.transaction(Scope(area.authorities, EVERY_AGENCY)) as session:
            compared = compare(session, authorities=area.authorities, agency=agency, period=period)
    except NotComparedError as error:
        return None, [str(error)]
    return compared, [THEN.format(day=compared.position_on), SYMBOL_MEANS]


def _kind(compared: Comparison | None, settings: list[AgencySetting]) -> dict[str, str] | None:
    kinds = {compared.kind} if compared else {AgencyKind(each.kind) for each in settings}
    if len(kinds) > 1:
        return None
    kind = kinds.pop()
    return {"code": kind.value, "label": LABELS[AgencyKind][kind]}


def _figures(numbers: Printed) -> dict[str, Any]:
    return {
        "contacts": _cell(numbers, EVERY),
        "outcomes": [
            {
                "code": outcome.value,
                "label": LABELS[Outcome][outcome],
                **_cell(numbers, Place(outcome.value)),
                "reasons": [
                    {
                        "code": reason,
                        "label": _LABELS[reason],
                        **_cell(numbers, Place(outcome.value, reason)),
                    }
                    for reason in (REASONS if outcome in ENDED else ())
                ],
            }
            for outcome in Outcome
        ],
    }


def _cell(numbers: Printed, place: Place) -> Mapping[str, Any]:
    cell = printed_cell(numbers[place], base=numbers[EVERY])
    symbol = {} if cell.symbol is None else {"symbol": cell.symbol}
    return {"number": cell.number, "percent": cell.percent, **symbol}


OWN = "own: what your agency sent, as it stands now. Percentages are of contacts."
WITHHELD = (
    "not_released: closed or given no further action for a reason that is not told to senders, or "
    "without a reason."
)
THEN = (
    "own_then and all_of_kind (your agency among them): as known and as it stood at the end of "
    "{day}. What came in or was decided later is not in them."
)
SYMBOL_MEANS = (
    "c: hidden, because the other agencies have 1 to 5 of these, or so that such a number can't be "
    "worked out; then its percentage is hidden too. A 0 is a 0."
)
FOR_NO_AGENCY = (
    "Feedback is for the agency that a key submits for, and yours submits for none. Exact figures "
    "of an area are in the other reports."
)
SUBMITS_NOT = (
    "Feedback is for keys that submit for their agency in each authority of the area; yours does "
    "not. Ask for an authority that it submits to."
)
