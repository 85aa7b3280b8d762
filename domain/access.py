"""Who calls, and what each role may do (definitions.md, section 6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a key may do in one authority."""

    SUBMIT = "submit"
    DECIDE = "decide"
    REPORT = "report"
    PARTNER = "partner"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """The holder of a key: whose it is, and its roles by authority code.

    `agency` is the code of the agency that the key submits for, or None for a key of an
    authority's own. `expires_at` is an aware UTC instant or None.
    """

    key_id: str
    name: str
    agency: str | None
    roles: Mapping[str, frozenset[Role]]
    expires_at: datetime | None

    def roles_in(self, authority: str) -> frozenset[Role]:
        """The roles in one authority; empty when the authority is none of the caller's business."""
        return self.roles.get(authority, frozenset())

    def authorities_with(self, roles: Iterable[Role]) -> frozenset[str]:
        """The authorities in which the caller has any of the roles."""
        wanted = frozenset(roles)
        return frozenset(code for code, held in self.roles.items() if held & wanted)


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal acting in one authority, in the strongest of the roles that the route takes.

    A `decide` caller sees the whole authority; a `submit` caller only its own agency.
    """

    principal: Principal
    authority: str
    role: Role

    @property
    def agency(self) -> str | None:
        """The agency that the caller is confined to; None when it sees every agency."""
        return None if self.role is Role.DECIDE else self.principal.agency

    @property
    def decides(self) -> bool:
        """Whether the caller acts for the authority."""
        return self.role is Role.DECIDE
