"""What an authority has set for its measures and for the positions of its columns."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.measures.columns import REPORTING_LAG
from domain.measures.inputs import INPUTS
from domain.measures.measure import MeasureSetting as Setting
from domain.measures.measure import Polarity, with_settings
from models import AuthoritySetting, MeasureSetting
from services.reference.current import authority_settings, measure_settings


def measure_settings_of(
    session: Session, authorities: Sequence[str], *, as_at: datetime | None = None
) -> Mapping[str, Setting]:
    """What is set for measures, by their code; nothing where the standard ones count.

    They count for several authorities. `as_at` (aware) leaves out what was recorded after it.
    """
    if len(authorities) != 1:
        return {}
    rows = measure_settings(as_at=as_at).where(MeasureSetting.authority_code == authorities[0])
    return {
        row.measure: Setting(
            polarity=None if row.polarity is None else Polarity(row.polarity),
            tolerance=row.tolerance,
        )
        for row in session.scalars(rows)
    }


def set_measure(session: Session, *, authority: str, measure: str, setting: Setting) -> None:
    """Set a measure's polarity and tolerance, None for the standard one; what was set is kept.

    Raises `MeasureError` for a measure that there is none of, or a tolerance out of range.
    """
    with_settings(INPUTS, {measure: setting})
    session.add(
        MeasureSetting(
            authority_code=authority,
            measure=measure,
            recorded_at=transaction_time(session),
            polarity=setting.polarity,
            tolerance=setting.tolerance,
        )
    )
    session.flush()


def reporting_lag_of(
    session: Session, authorities: Sequence[str], *, as_at: datetime | None = None
) -> int:
    """The working days after a period's end at which its figures stand: the longest of all.

    `as_at` (aware) leaves out what was recorded after it.
    """
    rows = session.scalars(
        authority_settings(as_at=as_at).where(AuthoritySetting.authority_code.in_(authorities))
    )
    return max((row.reporting_lag for row in rows), default=REPORTING_LAG)
