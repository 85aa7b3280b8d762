"""The forms that the commands' arguments take; a wrong one is a sentence and status 2."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import click

ONS_CODES = r"[EWSN][0-9]{8}"
DASHED_CODES = r"[a-z0-9][a-z0-9-]{0,63}"
UNDERSCORED_CODES = r"[a-z0-9][a-z0-9_]{0,63}"
WORDS = r"(?=.*\S)[^\x00-\x1f\x7f]{1,200}"
UNLIMITED = "unlimited"


class Written(click.ParamType[Any]):
    """Text of one form: what fits the pattern is read, anything else refused by a sentence."""

    def __init__(
        self, name: str, *, pattern: str, expected: str, read: Callable[[str], Any] = str.strip
    ) -> None:
        self.name = name
        self._pattern = re.compile(pattern)
        self._expected = expected
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The text as read."""
        text = str(value)
        if self._pattern.fullmatch(text):
            try:
                return self._read(text)
            except ValueError:
                pass
        return self.fail(f"this must be {self._expected}.", param, ctx)


def _days(text: str) -> int | None:
    return None if text == UNLIMITED else int(text)


AUTHORITY = Written(
    "ons_code", pattern=ONS_CODES, expected="an ONS code: E, W, S or N and 8 digits"
)
AGENCY = Written(
    "code",
    pattern=DASHED_CODES,
    expected="a code of up to 64 lower-case letters, digits and hyphens",
)
AREA = Written(
    "code",
    pattern=rf"{ONS_CODES}|{DASHED_CODES}",
    expected="an authority's ONS code or a partnership's code",
)
REFERRER_TYPE = Written(
    "code",
    pattern=UNDERSCORED_CODES,
    expected="a code of up to 64 lower-case letters, digits and underscores",
)
TEXT = Written("text", pattern=WORDS, expected="1 to 200 characters of one line")
DAY = Written(
    "date",
    pattern=r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    expected="a London day such as 2027-01-31",
    read=date.fromisoformat,
)
CLOCK_TIME = Written(
    "time",
    pattern=r"[0-9]{2}:[0-9]{2}",
    expected="a London time such as 17:00",
    read=time.fromisoformat,
)
BACKDATE_DAYS = Written(
    "days",
    pattern=rf"[0-9]{{1,5}}|{UNLIMITED}",
    expected=f"a number of days or {UNLIMITED}",
    read=_days,
)
KEY_ID = Written("key_id", pattern=r"[0-9a-f]{12}", expected="a key's id, as keys list shows it")

authorities_option = click.option(
    "--authority",
    "authorities",
    type=AUTHORITY,
    multiple=True,
    required=True,
    help="The authority's ONS code; may be given several times.",
)
