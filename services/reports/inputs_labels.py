"""What the rows of the breakdowns are called, in the order in which they are shown."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from domain.caf import CAF_AGENCY_KIND_LABELS
from domain.measures.measure import Breakdown
from domain.periods import Period, financial_year_of
from domain.vocabulary import LABELS, PresentingNeed, Reason
from models import AgencySetting
from services.reference.current import agency_settings
from services.reference.referrer_types import referrer_types_of
from services.reports.areas import Area
from services.reports.inputs_figures import NOT_GIVEN

Labels = Mapping[Breakdown, Mapping[str, str]]

_REASONS = {each.value: label for each, label in LABELS[Reason].items()}
_NEEDS = {each.value: label for each, label in LABELS[PresentingNeed].items()}
_NOT_GIVEN = {NOT_GIVEN: "Not given"}


def labels_of(
    session: Session, area: Area, quarter: Period, *, as_at: datetime | None = None
) -> Labels:
    """The label of each row by breakdown and code, rows without any case included.

    Referrer types are those in use on some day from the start of the year before to the quarter's
    end; agencies all that the area has registered, by the name that was recorded last. `as_at`
    (aware) leaves out what was recorded after it.
    """
    start = financial_year_of(quarter.start).start
    from_ = start.replace(year=start.year - 1)
    types = referrer_types_of(
        session, area.authorities, own_labels=area.is_one_authority, as_at=as_at
    )
    agencies = session.scalars(
        agency_settings(as_at=as_at).where(AgencySetting.authority_code.in_(area.authorities))
    )
    return {
        Breakdown.REFERRER_TYPE: {
            each.code: each.label for each in types if each.is_used(from_, quarter.end)
        },
        Breakdown.AGENCY: {each.agency_code: each.name for each in agencies},
        Breakdown.REASON: _REASONS | _NOT_GIVEN,
        Breakdown.PRESENTING_NEED: _NEEDS | _NOT_GIVEN,
        Breakdown.CAF_AGENCY_KIND: {
            code.value: label for code, label in CAF_AGENCY_KIND_LABELS.items()
        },
    }
