"""What a published report says of itself: that figures are hidden, what the symbol means, when."""

from datetime import UTC, datetime

from domain.disclosure.figures import SYMBOL
from domain.working_days import london_date

APPLIED = "applied"
_SYMBOL = (
    f'Disclosure control was applied. "{SYMBOL}" stands for a number of 1 to 5, or for a number '
    "that is hidden so that no such number can be worked out; a percentage is hidden where it "
    "would tell one. Zero is printed as zero, and what is printed is true."
)


def notes_on_control(*, published_at: datetime, as_at: datetime) -> list[str]:
    """The notes that every published report begins with; the instants are aware."""
    when = (
        f"Published on {london_date(published_at)}, as it was known at {instant_text(as_at)}. "
        "It does not change."
    )
    return [_SYMBOL, when]


def instant_text(instant: datetime) -> str:
    """An aware instant as answers write it, in UTC."""
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
