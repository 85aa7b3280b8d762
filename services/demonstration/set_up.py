"""Set up the demonstration's authorities, agencies, wordings and keys, as often as asked."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.identifiers import normal_name
from models import Agency, Authority, PartnershipMember, ReferrerTypeAlias
from services.demonstration.places import (
    AGENCIES,
    ALIASES,
    AUTHORITIES,
    KEYS,
    MEMBERS,
    PARTNERSHIP,
    PARTNERSHIP_NAME,
    DemonstrationAgency,
)
from services.keys.check_key import check_key
from services.keys.issue_key import issue_key
from services.reference.current import partnership_members, referrer_type_aliases
from services.reference.register import (
    AgencyDetails,
    AuthorityDetails,
    register_agency,
    register_alias,
    register_authority,
    register_partnership,
)


def set_up_places(session: Session) -> None:
    """Add what is missing of the demonstration's authorities, agencies, aliases and partnership.

    What is there already stays as it is set. The session's scope is the four authorities.
    """
    known = set(session.scalars(select(Authority.authority_code)))
    for code, (name, telephone) in AUTHORITIES.items():
        if code not in known:
            details = AuthorityDetails(name=name, emergency_telephone=telephone)
            register_authority(session, code=code, details=details)
        own = [each for each in AGENCIES if code in each.authorities]
        set_up_agencies(session, authority=code, agencies=own)
    is_member = partnership_members().where(PartnershipMember.partnership_code == PARTNERSHIP)
    members = {row.authority_code for row in session.scalars(is_member)}
    missing = tuple(code for code in MEMBERS if code not in members)
    if missing:
        register_partnership(session, code=PARTNERSHIP, name=PARTNERSHIP_NAME, authorities=missing)


def set_up_agencies(
    session: Session, *, authority: str, agencies: Iterable[DemonstrationAgency] = AGENCIES
) -> None:
    """Add to a known authority what it lacks of some agencies, and of the wordings they use.

    The agencies may back-date without limit, because their records are of 2014.
    """
    of_authority = select(Agency.agency_code).where(Agency.authority_code == authority)
    known = set(session.scalars(of_authority))
    for each in agencies:
        if each.code not in known:
            details = AgencyDetails(name=each.name, kind=each.kind, backdate_days=None)
            register_agency(session, authority=authority, code=each.code, details=details)
    kept = referrer_type_aliases().where(ReferrerTypeAlias.authority_code == authority)
    wordings = {row.alias for row in session.scalars(kept)}
    for alias, referrer_type in ALIASES.items():
        if normal_name(alias) not in wordings:
            register_alias(session, authority=authority, alias=alias, referrer_type=referrer_type)


def set_up_keys(
    session: Session, *, environment: str, existing: Mapping[str, str]
) -> dict[str, str]:
    """The demonstration's keys by name: the existing ones that are valid, the others issued now.

    The session's scope is the four authorities and every key.
    """
    return {
        name: existing[name]
        if name in existing and check_key(session, existing[name])
        else issue_key(
            session,
            name=name,
            environment=environment,
            agency=wanted.agency,
            roles={authority: [wanted.role] for authority in wanted.authorities},
        ).key
        for name, wanted in KEYS.items()
    }
