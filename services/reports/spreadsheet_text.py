"""Text that is safe in a spreadsheet's cell (api.md, "Formats of reports")."""

_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(_RUNS_AS_FORMULA) else text
