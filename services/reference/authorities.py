"""The authorities that are known, and what each has set."""

from dataclasses import dataclass
from datetime import time

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Authority
from services.reference.current import authority_settings
from services.reference.publication_settings import automatic_authorities


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAuthority:
    """An authority and its settings: the London cut-off, the reporting lag in working days.

    `publishes_by_itself` is whether its reports are published without being asked for.
    """

    code: str
    name: str
    emergency_telephone: str
    receipt_cut_off: time
    reporting_lag: int
    publishes_by_itself: bool


def authority_codes(session: Session) -> list[str]:
    """The ONS codes of all authorities, sorted; any scope shows them."""
    return list(
        session.scalars(select(Authority.authority_code).order_by(Authority.authority_code))
    )


def list_authorities(session: Session) -> list[ListedAuthority]:
    """The authorities in the session's scope with their settings, by code."""
    names = {row.authority_code: row.name for row in session.scalars(select(Authority))}
    automatic = automatic_authorities(session)
    return [
        ListedAuthority(
            code=row.authority_code,
            name=names[row.authority_code],
            emergency_telephone=row.emergency_telephone,
            receipt_cut_off=row.receipt_cut_off,
            reporting_lag=row.reporting_lag,
            publishes_by_itself=row.authority_code in automatic,
        )
        for row in session.scalars(authority_settings())
    ]
