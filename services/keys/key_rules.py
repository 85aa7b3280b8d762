"""What has to be right about a key before it is issued."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Role
from domain.errors import Finding, UnprocessableError
from models import Agency, Authority


def check_key_request(
    session: Session, *, agency: str | None, roles: Mapping[str, Sequence[Role]]
) -> None:
    """Refuse a key for an unknown authority or agency, or one that submits for no agency.

    `roles` by authority code, all within the session's scope. Raises `UnprocessableError` with
    every reason at once.
    """
    known = set(session.scalars(select(Authority.authority_code)))
    findings = [
        Finding(
            "unknown_authority",
            f"There is no authority {authority}: add it first.",
            parameter="authority",
        )
        for authority in roles
        if authority not in known
    ]
    if agency is None and any(Role.SUBMIT in held for held in roles.values()):
        detail = "A key with the role submit needs an agency to submit for."
        findings.append(Finding("required", detail, parameter="agency"))
    if agency is not None:
        findings += _agency_findings(session, agency, known & roles.keys())
    if findings:
        raise UnprocessableError(findings)


def _agency_findings(session: Session, agency: str, authorities: set[str]) -> list[Finding]:
    knowing = session.scalars(
        select(Agency.authority_code).where(
            Agency.authority_code.in_(authorities), Agency.agency_code == agency
        )
    )
    return [
        Finding(
            "unknown_agency",
            f"{authority} knows no agency {agency}: add it first.",
            parameter="agency",
        )
        for authority in sorted(authorities - set(knowing))
    ]
