"""Who may publish of an area, and who may list what is published of it."""

from core.database import Database, Scope
from domain.access import Principal, Role
from domain.errors import ForbiddenError, NotFoundError
from services.publications.publish import Publisher
from services.publications.read import LISTS_PUBLICATIONS
from services.reports.areas import ENGLAND, NO_SUCH_AREA, area_of


def publisher_of(database: Database, principal: Principal, *, area: str) -> Publisher:
    """The holder of a key, as who publishes a report of an area.

    Raises `NotFoundError` for an area that does not exist or is none of the caller's,
    `ForbiddenError` where it is not `admin` in each authority.
    """
    admin_in = principal.authorities_with([Role.ADMIN])
    _require(database, principal, area, admin_in, _PUBLISHES_NOT)
    return Publisher(admin_in, principal.name, principal.key_id)


def require_lists(database: Database, principal: Principal, *, area: str | None) -> None:
    """Raise unless the caller may list the publications of an area, or with None of any at all.

    `NotFoundError` for an area that does not exist or is none of the caller's, `ForbiddenError`
    where it lacks the role in one of its authorities.
    """
    lists_in = principal.authorities_with(LISTS_PUBLICATIONS)
    if not lists_in:
        raise ForbiddenError(_LISTS_NOT)
    if area is not None:
        _require(database, principal, area, lists_in, _LISTS_NOT)


def _require(
    database: Database, principal: Principal, code: str, held_in: frozenset[str], otherwise: str
) -> None:
    if not held_in:
        raise ForbiddenError(otherwise)
    if code == ENGLAND:
        return
    with database.transaction(Scope()) as session:
        area = area_of(session, code)
    if area is None or not all(principal.roles_in(each) for each in area.authorities):
        raise NotFoundError(NO_SUCH_AREA)
    if not held_in.issuperset(area.authorities):
        raise ForbiddenError(otherwise)


_PUBLISHES_NOT = "To publish a report of an area takes the role admin in each of its authorities."
_LISTS_NOT = (
    "This needs the role report, decide or admin in each authority of an area. A partner reads "
    "what is published at the address of the report."
)
