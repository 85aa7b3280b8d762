"""`flask import-records`: a file of any size, taken in as the interface takes a body."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import click
from flask import current_app
from flask.cli import with_appcontext

from cli.file_parts import file_parts, size_of, stopped_by_signals
from cli.parameters import AUTHORITY
from cli.reading_progress import reading_progress
from cli.transaction import errors_in_words, named_or_all, transaction
from core.settings import Settings
from domain.imports import BodyEndedError, ImportFormat, ImportMode, ImportState, RecordResult
from schemas.imports.formats import read_import
from schemas.imports.records import finding_in_row
from schemas.imports.sent_row import UnreadableImportError
from services.imports.importing import Importing
from services.imports.read import Summary, summary
from services.imports.report import ImportRequest
from services.imports.run_import import run_import
from services.keys.command_line import command_line_caller

ERRORS_SHOWN = 20
_FORMATS = [str(each) for each in ImportFormat]

HELP = """Import the records of FILE, or with - of standard input, of any size.

They are judged, written and reported as if they were sent to POST .../imports by the authority
itself: a bad record costs no other one, and records of any agency are taken. The report is kept and
can be read over HTTP.

Ctrl-C ends the import after the records that were read by then; a second one, or a kill, at once.
Of what was begun, whole batches of 1,000 records stay; with --atomic, nothing. Run the same again,
and everything is there once: what was there already counts as replayed.

Ends with status 0 when no record was refused, 1 when some or all were or the import did not come to
its end, 2 when the command was wrong.
"""


@dataclass(frozen=True, slots=True)
class _Ended:
    """What is kept of an import, and why it ended before its time, if it did."""

    summary: Summary
    interruption: str | None

    @property
    def is_clean(self) -> bool:
        """Whether every record was read and none refused."""
        return self.interruption is None and not (
            self.summary["rejected"] or self.summary["conflicting"]
        )


@click.command("import-records", help=HELP)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--authority", type=AUTHORITY, required=True, help="The authority's ONS code.")
@click.option("--atomic", "is_atomic", is_flag=True, help="Write all records, or none.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Only try: write but the report.")
@click.option("--format", "format_name", type=click.Choice(_FORMATS), help="Default: by FILE.")
@with_appcontext
def import_records(
    *, file: str, authority: str, is_atomic: bool, is_dry_run: bool, format_name: str | None
) -> None:
    """Import a file and say what became of its records."""
    asked = ImportRequest(
        mode=ImportMode.ATOMIC if is_atomic else ImportMode.PARTIAL,
        format=ImportFormat(format_name or _format_of(file)),
        is_dry_run=is_dry_run,
    )
    named_or_all([authority])
    with _opened(file) as opened, errors_in_words():
        ended = _import(opened, _importing(authority, asked))
    click.echo(_in_words(ended, authority=authority))
    if not ended.is_clean:
        raise click.exceptions.Exit(1)


def _format_of(file: str) -> str:
    ending = Path(file).suffix.removeprefix(".").lower()
    if ending not in _FORMATS:
        message = f"Say --format, or let the file's name end in .{' or .'.join(_FORMATS)}."
        raise click.UsageError(message)
    return ending


def _opened(path: str) -> IO[bytes]:
    try:
        return click.open_file(path, "rb")
    except OSError as error:
        message = f"{path}: {error.strerror}."
        raise click.BadParameter(message, param_hint="'FILE'") from error


def _importing(authority: str, asked: ImportRequest) -> Importing:
    with transaction([authority]) as session:
        caller = command_line_caller(session, authority=authority)
    return Importing(
        database=current_app.extensions["database"],
        caller=caller,
        submissions=current_app.extensions["submissions"],
        asked=asked,
        told=partial(finding_in_row, is_csv=asked.format is ImportFormat.CSV),
    )


def _import(file: IO[bytes], importing: Importing) -> _Ended:
    """Import a file; what was wrong with it as a whole ends the command."""
    interruption = None
    try:
        with reading_progress(size_of(file)) as told, stopped_by_signals() as stop:
            parts = file_parts(file, told=told, stop=stop)
            rows = read_import(parts, sent_as=importing.asked.format)
            import_id = run_import(rows, importing)
    except UnreadableImportError as error:
        findings = "\n".join(f"  {each.detail}" for each in error.findings)
        message = f"Nothing was imported: the file cannot be read.\n{findings}"
        raise click.ClickException(message) from error
    except BodyEndedError as error:
        # Not one record had been read.
        if error.import_id is None:
            raise
        import_id, interruption = error.import_id, error.detail
    with importing.transaction() as session:
        return _Ended(summary(session, importing.caller, import_id=import_id), interruption)


def _in_words(ended: _Ended, *, authority: str) -> str:
    done = ended.summary
    told = [each for each in RecordResult if done[each] or each is not RecordResult.UNWRITTEN]
    counts = ", ".join(f"{done[each]:,} {each}" for each in told)
    lines = [
        f"Import {done['id']}: {_outcome(ended)}",
        f"{done['received']:,} records: {counts}. {done['with_warnings']:,} have warnings.",
    ]
    errors = done["errors"]
    lines += [_error_in_words(each) for each in errors[:ERRORS_SHOWN]]
    if len(errors) > ERRORS_SHOWN:
        lines.append("  …")
    lines += ["All results, with a key that may decide:", f"  {_results_url(done, authority)}"]
    return "\n".join(lines)


def _outcome(ended: _Ended) -> str:
    done = ended.summary
    is_all_or_nothing = done["dry_run"] or done["mode"] == ImportMode.ATOMIC
    if ended.interruption is not None:
        kept = "Nothing was written" if is_all_or_nothing else "What came before is written"
        return f"{ended.interruption} {kept} (last line {done['last_line']:,}). Run it again."
    if done["state"] == ImportState.REFUSED:
        return "refused as a whole; nothing was written."
    if done["dry_run"]:
        return "a try; nothing was written, and these counts are what would be."
    return "finished."


def _error_in_words(error: dict[str, Any]) -> str:
    place = error.get("column") or error.get("pointer")
    reference = f" ({error['agency_reference']})" if error["agency_reference"] else ""
    at = f" {place}:" if place else ""
    return f"  line {error['line']:,}{reference}:{at} {error['detail']}"


def _results_url(done: Summary, authority: str) -> str:
    settings: Settings = current_app.extensions["settings"]
    address = settings.public_url or f"http://{settings.host_in_url}:{settings.port}"
    return f"{address}/v1/authorities/{authority}/imports/{done['id']}/results?format=csv"
