"""What an authority has set for the records that it is sent, read in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from difflib import get_close_matches
from typing import Any

from sqlalchemy import ScalarSelect, Select, Text, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from domain.identifiers import normal_name
from domain.record_rules import SubmissionTerms
from domain.referrer_types import REFERRER_TYPES, STANDARD_CODES
from models import (
    AgencySetting,
    AuthoritySetting,
    Base,
    ReferrerTypeAlias,
    ReferrerTypeSetting,
)
from services.reference.current import (
    agency_settings,
    authority_settings,
    referrer_type_aliases,
    referrer_type_settings,
)

_TERMS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class AgencyTerms:
    """How far back an agency may date its receipts (None: without limit), and its referrals."""

    backdate_days: int | None
    is_accepted_at_once: bool


@dataclass(frozen=True, slots=True)
class OwnType:
    """An authority's own setting of a referrer type; the London days are those of its use."""

    used_from: date | None
    used_to: date | None
    census_source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityTerms:
    """An authority's settings, agencies, own referrer types and aliases as they are now.

    `row_count` is of how many rows of reference data they were made. Those rows are only ever
    added, so as long as there are as many, the terms are the same.
    """

    row_count: int
    emergency_telephone: str
    receipt_cut_off: time
    agencies: Mapping[str, AgencyTerms]
    own_types: Mapping[str, OwnType]
    aliases: Mapping[str, str]
    _made: dict[tuple[str | None, date, bool], SubmissionTerms] = field(
        default_factory=dict, compare=False
    )

    def for_record(
        self, *, wording: str | None, on: date, is_accepted_at_once: bool
    ) -> SubmissionTerms:
        """The terms of a record of the London day `on` whose `referrer_type` is `wording`."""
        asked = (wording, on, is_accepted_at_once)
        made = self._made.get(asked)
        if made is None:
            if len(self._made) >= _TERMS_KEPT:
                self._made.clear()
            made = self._made[asked] = self._make(wording, on, is_accepted_at_once)
        return made

    def _make(self, wording: str | None, on: date, is_accepted_at_once: bool) -> SubmissionTerms:  # noqa: FBT001
        referrer_type = self._referrer_type(wording, on) if wording else None
        own = self.own_types.get(referrer_type) if referrer_type else None
        return SubmissionTerms(
            is_accepted_at_once=is_accepted_at_once,
            emergency_telephone=self.emergency_telephone,
            receipt_cut_off=self.receipt_cut_off,
            referrer_type=referrer_type,
            suggestions=self._nearest(wording) if wording and referrer_type is None else (),
            census_source=own.census_source if own else None,
        )

    def _referrer_type(self, wording: str, day: date) -> str | None:
        code = self.aliases.get(normal_name(wording), wording)
        own = self.own_types.get(code)
        if own is None:
            return code if code in STANDARD_CODES else None
        return code if (own.used_from or day) <= day <= (own.used_to or day) else None

    def _nearest(self, wording: str) -> tuple[str, ...]:
        """The codes whose code, label or alias is nearest to a wording that means none."""
        words = {normal_name(each.label): each.code for each in REFERRER_TYPES}
        words |= {normal_name(each.code): each.code for each in REFERRER_TYPES}
        words |= self.aliases
        matches = get_close_matches(normal_name(wording), words, n=5, cutoff=0.5)
        return tuple(dict.fromkeys(words[match] for match in matches))[:3]


class RememberedTerms:
    """The terms that a process has read last, by authority. What they promise must be checked."""

    def __init__(self) -> None:
        self._known: dict[str, AuthorityTerms] = {}

    def of(self, authority: str) -> AuthorityTerms | None:
        """The terms of an authority, None where they were never read."""
        return self._known.get(authority)

    def remember(self, authority: str, terms: AuthorityTerms) -> None:
        """Keep terms in place of older ones."""
        self._known[authority] = terms


def read_terms(session: Session, authority: str) -> AuthorityTerms:
    """Read the terms of an authority."""
    read = session.execute(_TERMS, {"authority": authority}).mappings().one()
    (setting,) = read["settings"]
    return AuthorityTerms(
        row_count=read["row_count"],
        emergency_telephone=setting["emergency_telephone"],
        receipt_cut_off=time.fromisoformat(setting["receipt_cut_off"]),
        agencies={
            each["agency_code"]: AgencyTerms(each["backdate_days"], each["is_accepted_at_once"])
            for each in read["agencies"]
        },
        own_types={each["referrer_type"]: _own_type(each) for each in read["own_types"]},
        aliases={
            each["alias"]: each["referrer_type"]
            for each in read["aliases"]
            if each["referrer_type"]
        },
    )


def _own_type(row: Mapping[str, Any]) -> OwnType:
    return OwnType(_day(row["valid_from"]), _day(row["valid_to"]), row["census_source"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _rows(statement: Select[Any], table: type[Base]) -> ScalarSelect[Any]:
    """The rows of an authority as a JSON array."""
    of_authority = statement.where(table.__table__.c.authority_code == _AUTHORITY).subquery("row")
    rows = func.jsonb_agg(func.to_jsonb(literal_column('"row"')), type_=JSONB)
    return (
        select(func.coalesce(rows, literal_column("'[]'::jsonb"), type_=JSONB))
        .select_from(of_authority)
        .scalar_subquery()
    )


def _count(table: type[Base]) -> ScalarSelect[int]:
    of_authority = table.__table__.c.authority_code == _AUTHORITY
    return select(func.count()).select_from(table).where(of_authority).scalar_subquery()


_AUTHORITY = bindparam("authority", type_=Text)
_TERMS = select(
    _rows(authority_settings(), AuthoritySetting).label("settings"),
    _rows(agency_settings(), AgencySetting).label("agencies"),
    _rows(referrer_type_settings(), ReferrerTypeSetting).label("own_types"),
    _rows(referrer_type_aliases(), ReferrerTypeAlias).label("aliases"),
    (
        _count(AuthoritySetting)
        + _count(AgencySetting)
        + _count(ReferrerTypeSetting)
        + _count(ReferrerTypeAlias)
    ).label("row_count"),
)
