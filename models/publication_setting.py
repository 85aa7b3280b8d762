"""Whether an authority's reports are published by themselves."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class PublicationSetting(Base):
    """What an authority has set for publishing; the latest row counts, and without one: by hand."""

    __tablename__ = "publication_setting"

    authority_code: Mapped[str] = mapped_column(
        ForeignKey("authority.authority_code"), primary_key=True
    )
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    is_automatic: Mapped[bool]
