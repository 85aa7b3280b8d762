"""The settings that count: the latest recorded row of each append-only reference table.

The latest of all, or with `as_at` (aware) of those recorded by that instant.
"""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, Text, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import (
    AgencySetting,
    AuthoritySetting,
    Base,
    MeasureSetting,
    PartnershipMember,
    PublicationSetting,
    ReferrerTypeAlias,
    ReferrerTypeSetting,
)

Row = TypeVar("Row", bound=Base)


def authority_settings(*, as_at: datetime | None = None) -> Select[AuthoritySetting]:
    """The settings of each authority."""
    key = (AuthoritySetting.authority_code,)
    return _latest(select(AuthoritySetting), key, AuthoritySetting.recorded_at, as_at)


def settings_of(session: Session, authority: str) -> AuthoritySetting:
    """The settings of one authority: every authority has some from its first day."""
    return session.scalars(_OF_ONE, {"authority": authority}).one()


def agency_settings(*, as_at: datetime | None = None) -> Select[AgencySetting]:
    """The settings of each agency of each authority."""
    key = (AgencySetting.authority_code, AgencySetting.agency_code)
    return _latest(select(AgencySetting), key, AgencySetting.recorded_at, as_at)


def measure_settings(*, as_at: datetime | None = None) -> Select[MeasureSetting]:
    """What each authority has set for measures."""
    key = (MeasureSetting.authority_code, MeasureSetting.measure)
    return _latest(select(MeasureSetting), key, MeasureSetting.recorded_at, as_at)


def publication_settings() -> Select[PublicationSetting]:
    """What each authority has set for publishing."""
    key = (PublicationSetting.authority_code,)
    return _latest(select(PublicationSetting), key, PublicationSetting.recorded_at)


def referrer_type_settings(*, as_at: datetime | None = None) -> Select[ReferrerTypeSetting]:
    """Each authority's own labels and types."""
    key = (ReferrerTypeSetting.authority_code, ReferrerTypeSetting.referrer_type)
    return _latest(select(ReferrerTypeSetting), key, ReferrerTypeSetting.recorded_at, as_at)


def referrer_type_aliases() -> Select[ReferrerTypeAlias]:
    """Each authority's aliases; a withdrawn one has no referrer type."""
    key = (ReferrerTypeAlias.authority_code, ReferrerTypeAlias.alias)
    return _latest(select(ReferrerTypeAlias), key, ReferrerTypeAlias.recorded_at)


def partnership_members(*, as_at: datetime | None = None) -> Select[PartnershipMember]:
    """Who is or was in which partnership."""
    key = (PartnershipMember.authority_code, PartnershipMember.partnership_code)
    return _latest(select(PartnershipMember), key, PartnershipMember.recorded_at, as_at)


def _latest(
    statement: Select[Row],
    key: tuple[InstrumentedAttribute[str], ...],
    recorded_at: InstrumentedAttribute[Any],
    as_at: datetime | None = None,
) -> Select[Row]:
    if as_at is not None:
        statement = statement.where(recorded_at <= as_at)
    return statement.ext(distinct_on(*key)).order_by(*key, recorded_at.desc())


_OF_ONE = authority_settings().where(
    AuthoritySetting.authority_code == bindparam("authority", type_=Text)
)
