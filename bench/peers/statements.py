"""What both peers read the same way, a statement each: the scope, a key, an authority's terms."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from domain.identifiers import normal_name

REFERENCE_IS_UNIQUE = "uq_contact_authority_code_agency_code_agency_reference"

# One statement each, for both peers; `{name}` becomes the driver's own form of a parameter.
BEGIN = """
    SELECT set_config('frontdoor.authorities', {authorities}, true),
           set_config('frontdoor.agency', {agency}, true),
           set_config('frontdoor.key', {key}, true),
           clock_timestamp()
"""
KEY = """
    SELECT held.authority_code, held.role, key.name, key.agency_code, key.digest,
           key.expires_at, key.revoked_at
    FROM api_key AS key LEFT JOIN api_key_role AS held ON held.key_id = key.key_id
    WHERE key.key_id = {key_id}
"""
TERMS = """
    SELECT setting.emergency_telephone, setting.receipt_cut_off,
           agency.agency_code IS NOT NULL AS is_known_agency, agency.backdate_days,
           coalesce(alias.referrer_type, {wording}) AS referrer_type,
           own.referrer_type IS NOT NULL AS is_own_type,
           own.valid_from, own.valid_to, own.census_source
    FROM (
        SELECT emergency_telephone, receipt_cut_off FROM authority_setting
        WHERE authority_code = {authority} ORDER BY recorded_at DESC LIMIT 1
    ) AS setting
    LEFT JOIN LATERAL (
        SELECT agency_code, backdate_days FROM agency_setting
        WHERE authority_code = {authority} AND agency_code = {agency}
        ORDER BY recorded_at DESC LIMIT 1
    ) AS agency ON true
    LEFT JOIN LATERAL (
        SELECT referrer_type FROM referrer_type_alias
        WHERE authority_code = {authority} AND alias = {alias}
        ORDER BY recorded_at DESC LIMIT 1
    ) AS alias ON true
    LEFT JOIN LATERAL (
        SELECT referrer_type, valid_from, valid_to, census_source FROM referrer_type_setting
        WHERE authority_code = {authority}
          AND referrer_type = coalesce(alias.referrer_type, {wording})
        ORDER BY recorded_at DESC LIMIT 1
    ) AS own ON true
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a key: its agency, and the roles by authority."""

    key_id: str
    name: str
    agency: str | None
    roles: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What `TERMS` reads, column by column."""

    emergency_telephone: str
    receipt_cut_off: time
    is_known_agency: bool
    backdate_days: int | None
    referrer_type: str
    is_own_type: bool
    valid_from: date | None
    valid_to: date | None
    census_source: str | None


def holder_of(key: str, rows: list[Mapping[str, Any]], now: datetime) -> Holder | None:
    """The holder of a key whose rows `KEY` has read; None when it is no good."""
    digest = hashlib.sha256(key.encode()).digest()
    if not rows or not hmac.compare_digest(bytes(rows[0]["digest"]), digest):
        return None
    first = rows[0]
    if first["revoked_at"] or (first["expires_at"] and first["expires_at"] <= now):
        return None
    roles: dict[str, set[str]] = {}
    for row in rows:
        if row["authority_code"]:
            roles.setdefault(row["authority_code"], set()).add(row["role"])
    return Holder(
        key_id=key.split("_")[2],
        name=first["name"],
        agency=first["agency_code"],
        roles={authority: frozenset(held) for authority, held in roles.items()},
    )


def alias_of(data: Mapping[str, Any]) -> str:
    """The form in which the authority's aliases are compared with the record's wording."""
    return normal_name(data["referrer_type"])
