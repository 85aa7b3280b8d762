"""Which authorities have set that their reports are published by themselves."""

from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.errors import NotFoundError
from models import Authority, PublicationSetting
from services.reference.current import publication_settings


def set_automatic(session: Session, *, authority: str, is_automatic: bool) -> None:
    """Let an authority's reports be published by themselves, or by hand; what was set is kept.

    Raises `NotFoundError` for an unknown authority.
    """
    if session.get(Authority, authority) is None:
        message = f"There is no authority {authority}: add it first."
        raise NotFoundError(message)
    session.add(
        PublicationSetting(
            authority_code=authority,
            recorded_at=transaction_time(session),
            is_automatic=is_automatic,
        )
    )
    session.flush()


def automatic_authorities(session: Session) -> frozenset[str]:
    """The authorities in the session's scope whose reports are published by themselves."""
    rows = session.scalars(publication_settings())
    return frozenset(row.authority_code for row in rows if row.is_automatic)
