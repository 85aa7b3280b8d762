"""Words that stand nowhere else, to be searched for where no personal value may be."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.logging import configure_logging
from tests.factories.contacts import a_contact

GIVEN_NAME = "Zephyrine"
FAMILY_NAME = "Quillfeather"
NHS_NUMBER = "9991000488"
ADDRESS = "7 Marzipan Mews"
NARRATIVE = "The wolpertinger was seen in the attic."
REFERRER_EMAIL = "xanthippe@quokka.example"
PARENT = "Bartholomew Snickerdoodle"
CHILD_REFERENCE = "KUMQUAT-77"
REFERENCE = "MARKREF-ZUCCHETTO"
DECIDER = "Ermintrude Flapdoodle"
RATIONALE = "Because of the gobbledygook."
INFORMATION = "The nincompoop returned."
REQUEST_KEY = "idempotent-bandersnatch"

WORDS = (
    GIVEN_NAME,
    FAMILY_NAME,
    NHS_NUMBER,
    "Marzipan",
    "wolpertinger",
    "xanthippe",
    "quokka",
    "Snickerdoodle",
    "KUMQUAT",
    "ZUCCHETTO",
    "Flapdoodle",
    "gobbledygook",
    "nincompoop",
    "bandersnatch",
)


def a_marked_contact(**overrides: Any) -> dict[str, Any]:
    """A contact that bears a mark in everything personal."""
    child = {
        "given_name": GIVEN_NAME,
        "family_name": FAMILY_NAME,
        "nhs_number": NHS_NUMBER,
        "date_of_birth": "2009-05-14",
        "address": ADDRESS,
        "agency_child_reference": CHILD_REFERENCE,
    }
    return a_contact(
        **{
            "child": child,
            "narrative": NARRATIVE,
            "referrer": {"name": "PC Reed", "email": REFERRER_EMAIL},
            "parents_carers": [{"name": PARENT, "relationship": "father"}],
            **overrides,
        }
    )


def marks_in(text: str, *more: str) -> list[str]:
    """The marks that stand in a text, however it is written; `more` are marks of the caller's."""
    lower = text.lower()
    return [word for word in (*WORDS, *more) if word.lower() in lower]


class LogLines:
    """What the process logged since the block began."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        """All lines as they were written."""
        return self._stream.getvalue()

    def events(self) -> list[dict[str, Any]]:
        """Each line's keys and values."""
        return [json.loads(line) for line in self.text.splitlines()]


@contextmanager
def logged() -> Iterator[LogLines]:
    """Keep the lines that this process logs."""
    stream = io.StringIO()
    configure_logging(stream=stream)
    try:
        yield LogLines(stream)
    finally:
        configure_logging()
