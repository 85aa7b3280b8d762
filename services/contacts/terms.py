"""What an authority has set for one agency's records, read in one statement."""

from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Select, Text, bindparam, false, func, select, true
from sqlalchemy.orm import Session

from domain.identifiers import normal_name
from domain.referrer_types import REFERRER_TYPES, STANDARD_CODES
from models import (
    AgencySetting,
    Authority,
    AuthoritySetting,
    ReferrerTypeAlias,
    ReferrerTypeSetting,
)
from services.reference.current import (
    agency_settings,
    authority_settings,
    referrer_type_aliases,
    referrer_type_settings,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityTerms:
    """An authority's settings, an agency's settings there, and what a wording may mean.

    `referrer_type` is the code that the wording names, whether or not it is in use;
    `used_from` and `used_to` are the London days between which the authority uses it, and
    `census_source` the source that it has set for it.
    """

    is_known_agency: bool
    backdate_days: int | None
    is_accepted_at_once: bool
    emergency_telephone: str
    receipt_cut_off: time
    referrer_type: str
    is_own_type: bool
    used_from: date | None
    used_to: date | None
    census_source: str | None

    def referrer_type_on(self, day: date) -> str | None:
        """The code that the wording means on a London day, None when it means none."""
        is_known = self.is_own_type or self.referrer_type in STANDARD_CODES
        is_used = (self.used_from or day) <= day <= (self.used_to or day)
        return self.referrer_type if is_known and is_used else None


def read_terms(session: Session, *, authority: str, agency: str, wording: str) -> AuthorityTerms:
    """Read the terms for a record of `agency` whose `referrer_type` is `wording`."""
    read = session.execute(
        _TERMS,
        {
            "authority": authority,
            "agency": agency,
            "wording": wording,
            "alias": normal_name(wording),
        },
    )
    return AuthorityTerms(**read.mappings().one())


def _terms() -> Select[Any]:
    authority, agency = bindparam("authority", type_=Text), bindparam("agency", type_=Text)
    setting = authority_settings().where(AuthoritySetting.authority_code == authority).subquery()
    of_agency = (
        agency_settings()
        .where(AgencySetting.authority_code == authority, AgencySetting.agency_code == agency)
        .subquery()
    )
    alias = (
        referrer_type_aliases()
        .where(
            ReferrerTypeAlias.authority_code == authority,
            ReferrerTypeAlias.alias == bindparam("alias"),
        )
        .subquery()
    )
    own = referrer_type_settings().where(ReferrerTypeSetting.authority_code == authority).subquery()
    meant = func.coalesce(alias.c.referrer_type, bindparam("wording", type_=Text))
    return (
        select(
            of_agency.c.agency_code.is_not(None).label("is_known_agency"),
            of_agency.c.backdate_days,
            func.coalesce(of_agency.c.is_accepted_at_once, false()).label("is_accepted_at_once"),
            setting.c.emergency_telephone,
            setting.c.receipt_cut_off,
            meant.label("referrer_type"),
            own.c.referrer_type.is_not(None).label("is_own_type"),
            own.c.valid_from.label("used_from"),
            own.c.valid_to.label("used_to"),
            own.c.census_source,
        )
        .select_from(Authority)
        .join(setting, true())
        .outerjoin(of_agency, true())
        .outerjoin(alias, true())
        .outerjoin(own, own.c.referrer_type == meant)
        .where(Authority.authority_code == authority)
    )


_TERMS = _terms()


def nearest_referrer_types(session: Session, *, authority: str, wording: str) -> tuple[str, ...]:
    """The codes whose code, label or alias is nearest to a wording that means none."""
    words = {normal_name(each.label): each.code for each in REFERRER_TYPES}
    words |= {normal_name(each.code): each.code for each in REFERRER_TYPES}
    known = referrer_type_aliases().where(ReferrerTypeAlias.authority_code == authority)
    words |= {row.alias: row.referrer_type for row in session.scalars(known) if row.referrer_type}
    matches = get_close_matches(normal_name(wording), words, n=5, cutoff=0.5)
    return tuple(dict.fromkeys(words[match] for match in matches))[:3]
