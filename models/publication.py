"""What is published, as it was printed, and the true figures that it was chosen from."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.publications import PublishedReport
from models.base import Base, IdentifierKey, Key, one_of


class Publication(Base):
    """A report of an area, an authority or a partnership, as partners read it for ever.

    `authorities` make up the area as at `as_at`. `period` is a code such as 2013-14-Q4. `key_id`
    is NULL where the server itself published; `published_by` is a name. `display` is what was
    printed for the first time, by period: a list of row, column and number, null where `c` stands;
    `first_hidden` of those are numbers of 1 to 5, `further_hidden` protect them. `body` is the
    answer as JSON text, `csv` the same as CSV, `fingerprint` a hash of it.
    """

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("area_code", "report", "period"),
        one_of("report", PublishedReport),
        # An empty list would be within every scope.
        CheckConstraint("cardinality(authorities) > 0", name="has_authorities"),
    )

    publication_id: Mapped[IdentifierKey]
    area_code: Mapped[str]
    authorities: Mapped[list[str]] = mapped_column(ARRAY(Text))
    report: Mapped[str]
    period: Mapped[str]
    as_at: Mapped[datetime]
    position_on: Mapped[date]
    published_at: Mapped[datetime]
    key_id: Mapped[str | None] = mapped_column(ForeignKey("api_key.key_id"))
    published_by: Mapped[str]
    first_hidden: Mapped[int]
    further_hidden: Mapped[int]
    display: Mapped[dict[str, list[tuple[str, str, int | None]]]] = mapped_column(JSONB)
    body: Mapped[str]
    csv: Mapped[str]
    fingerprint: Mapped[str]


class PublishedFigures(Base):
    """The true figures of an authority and a period that publications reckon with, hidden or not.

    They are of one instant for ever: that of the first publication that they were bound to.
    `position_on` is the London day at whose end contacts stand; NULL where the period can't have
    one, and then the contacts are not counted.
    """

    __tablename__ = "published_figures"

    authority_code: Mapped[str] = mapped_column(
        ForeignKey("authority.authority_code"), primary_key=True
    )
    period: Mapped[Key]
    as_at: Mapped[datetime]
    position_on: Mapped[date | None]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
