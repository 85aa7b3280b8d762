"""Add authorities, partnerships, agencies, referrer types and aliases; nothing is overwritten."""

from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.errors import Finding, NotFoundError, UnprocessableError
from domain.identifiers import normal_name
from domain.referrer_types import STANDARD_CODES, ReferrerGroup
from domain.vocabulary import AgencyKind
from models import (
    Agency,
    AgencySetting,
    Authority,
    AuthoritySetting,
    Partnership,
    PartnershipMember,
    ReferrerTypeAlias,
    ReferrerTypeSetting,
)
from services.reference.current import referrer_type_aliases


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityDetails:
    """An authority's settings: the London cut-off of a day, the reporting lag in working days."""

    name: str
    emergency_telephone: str
    receipt_cut_off: time = time(17, 0)
    reporting_lag: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyDetails:
    """An agency's settings in one authority; `backdate_days` None is without limit."""

    name: str
    kind: AgencyKind
    backdate_days: int | None = 1
    is_accepted_at_once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferrerTypeDetails:
    """An authority's own label or type, used between two London days; None is without limit."""

    label: str
    group: ReferrerGroup
    census_source: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


def register_authority(session: Session, *, code: str, details: AuthorityDetails) -> None:
    """Add an authority, or record new settings of a known one.

    Raises `UnprocessableError` for a known one by another name: a name never changes.
    """
    now = transaction_time(session)
    session.execute(
        insert(Authority)
        .values(authority_code=code, name=details.name, recorded_at=now)
        .on_conflict_do_nothing()
    )
    _require_name(session.get_one(Authority, code), code, details.name)
    session.add(
        AuthoritySetting(
            authority_code=code,
            recorded_at=now,
            emergency_telephone=details.emergency_telephone,
            receipt_cut_off=details.receipt_cut_off,
            reporting_lag=details.reporting_lag,
        )
    )
    session.flush()


def register_partnership(
    session: Session, *, code: str, name: str, authorities: tuple[str, ...]
) -> None:
    """Add a partnership of authorities, or add authorities to a known one.

    Raises `NotFoundError` for an unknown authority, `UnprocessableError` for a known partnership
    by another name: a name never changes.
    """
    now = transaction_time(session)
    session.execute(
        insert(Partnership)
        .values(partnership_code=code, name=name, recorded_at=now)
        .on_conflict_do_nothing()
    )
    _require_name(session.get_one(Partnership, code), code, name)
    for authority in authorities:
        _require_authority(session, authority)
        session.add(
            PartnershipMember(
                partnership_code=code, authority_code=authority, recorded_at=now, is_member=True
            )
        )
    session.flush()


def register_agency(session: Session, *, authority: str, code: str, details: AgencyDetails) -> None:
    """Add an agency to an authority, or record new settings of a known one."""
    _require_authority(session, authority)
    now = transaction_time(session)
    session.execute(
        insert(Agency)
        .values(authority_code=authority, agency_code=code, recorded_at=now)
        .on_conflict_do_nothing()
    )
    session.add(
        AgencySetting(
            authority_code=authority,
            agency_code=code,
            recorded_at=now,
            name=details.name,
            kind=details.kind,
            backdate_days=details.backdate_days,
            is_accepted_at_once=details.is_accepted_at_once,
        )
    )
    session.flush()


def register_referrer_type(
    session: Session, *, authority: str, code: str, details: ReferrerTypeDetails
) -> None:
    """Rename a referrer type for an authority, retire it, or add one of its own."""
    _require_authority(session, authority)
    session.add(
        ReferrerTypeSetting(
            authority_code=authority,
            referrer_type=code,
            recorded_at=transaction_time(session),
            label=details.label,
            referrer_group=details.group,
            census_source=details.census_source,
            valid_from=details.valid_from,
            valid_to=details.valid_to,
        )
    )
    session.flush()


def register_alias(
    session: Session, *, authority: str, alias: str, referrer_type: str | None
) -> None:
    """Let a wording mean a referrer type in an authority; None withdraws the alias.

    Raises `UnprocessableError` for a type that the authority does not know, or a wording that is
    none or names another type by its code.
    """
    _require_authority(session, authority)
    _require_wording(alias, referrer_type)
    if referrer_type is not None and not _is_known_type(session, authority, referrer_type):
        detail = "This is no referrer type of the authority."
        raise UnprocessableError(
            [Finding("unknown_referrer_type", detail, parameter="referrer_type")]
        )
    session.add(
        ReferrerTypeAlias(
            authority_code=authority,
            alias=normal_name(alias),
            recorded_at=transaction_time(session),
            referrer_type=referrer_type,
        )
    )
    session.flush()


def withdraw_alias(session: Session, *, authority: str, alias: str) -> None:
    """Let a wording mean nothing again. Raises `NotFoundError` for one that means nothing."""
    current = session.scalars(
        referrer_type_aliases().where(
            ReferrerTypeAlias.authority_code == authority,
            ReferrerTypeAlias.alias == normal_name(alias),
        )
    ).one_or_none()
    if current is None or current.referrer_type is None:
        message = f"{authority} has no alias of this wording."
        raise NotFoundError(message)
    register_alias(session, authority=authority, alias=alias, referrer_type=None)


def _require_wording(alias: str, referrer_type: str | None) -> None:
    name = normal_name(alias)
    if not name:
        detail = "A wording has a letter or a digit at least."
        raise UnprocessableError([Finding("malformed", detail, parameter="alias")])
    if name in STANDARD_CODES and referrer_type not in {name, None}:
        detail = "This wording is the code of another referrer type."
        raise UnprocessableError([Finding("is_a_code", detail, parameter="alias")])


def _is_known_type(session: Session, authority: str, code: str) -> bool:
    if code in STANDARD_CODES:
        return True
    own = select(ReferrerTypeSetting.referrer_type).where(
        ReferrerTypeSetting.authority_code == authority,
        ReferrerTypeSetting.referrer_type == code,
    )
    return session.scalars(own).first() is not None


def _require_name(row: Authority | Partnership, code: str, name: str) -> None:
    if row.name != name:
        detail = f"{code} is known as {row.name}, and a name never changes."
        raise UnprocessableError([Finding("known_by_another_name", detail, parameter="name")])


def _require_authority(session: Session, code: str) -> None:
    if session.get(Authority, code) is None:
        message = f"There is no authority {code}: add it first."
        raise NotFoundError(message)
