"""Reference data as it is answered: referrer types, agencies, areas."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from models import AgencySetting, ReferrerTypeAlias
from services.reference.current import agency_settings, referrer_type_aliases
from services.reference.referrer_types import referrer_types_of
from services.reports.areas import list_areas

Items = list[dict[str, Any]]


def read_referrer_types(session: Session, *, authority: str | None) -> Items:
    """The referrer types in the order of Table 1; an authority's own labels, types and aliases."""
    authorities = [authority] if authority else []
    aliases = _aliases(session, authority)
    return [
        {
            "code": each.code,
            "label": each.label,
            "group": each.group,
            "position": each.position,
            "census_source": each.census_source,
            "valid_from": each.valid_from,
            "valid_to": each.valid_to,
            "aliases": aliases[each.code],
        }
        for each in referrer_types_of(session, authorities, own_labels=True)
    ]


def read_agencies(session: Session, *, authorities: Sequence[str]) -> Items:
    """The agencies of some authorities, by authority and code."""
    rows = session.scalars(agency_settings().where(AgencySetting.authority_code.in_(authorities)))
    return [
        {
            "authority": row.authority_code,
            "code": row.agency_code,
            "label": row.name,
            "kind": row.kind,
        }
        for row in rows
    ]


def read_areas(session: Session) -> Items:
    """The areas that reports can be about, with the authorities that make them up."""
    return [
        {"code": each.code, "label": each.name, "authorities": list(each.authorities)}
        for each in list_areas(session)
    ]


def _aliases(session: Session, authority: str | None) -> dict[str | None, list[str]]:
    found: dict[str | None, list[str]] = defaultdict(list)
    if authority:
        rows = referrer_type_aliases().where(ReferrerTypeAlias.authority_code == authority)
        for row in session.scalars(rows):
            found[row.referrer_type].append(row.alias)
    return found
