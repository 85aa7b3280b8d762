"""`flask make-records`: what it writes where, what it says, and how it refuses."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.make_records import make_records
from services.demonstration.places import AGENCIES, STOCKTON_ON_TEES

PUBLISHED = Path(__file__).parents[2] / "acceptance" / "data" / "table1_2014q4.csv"


def run(*arguments: object, status: int = 0):
    result = CliRunner().invoke(make_records, [str(each) for each in arguments])
    assert result.exit_code == status, result.output
    return result


def test_the_published_table_is_written_in_the_format_of_the_files_ending(tmp_path) -> None:
    said = run(tmp_path / "records.ndjson")
    size = (tmp_path / "records.ndjson").stat().st_size
    last = said.stderr.splitlines()[-1]
    assert re.fullmatch(rf"1586 records, {size} bytes, \d+ records a second\.", last)
    assert said.stdout == ""
    lines = (tmp_path / "records.ndjson").read_text(encoding="utf-8").splitlines()
    assert len([json.loads(line) for line in lines]) == 1586
    run(tmp_path / "records.CSV")
    with (tmp_path / "records.CSV").open(encoding="utf-8", newline="") as file:
        assert file.readline().startswith("kind,agency,agency_reference,")
        assert len(file.readlines()) == 1586


def test_records_go_to_standard_output_and_words_to_standard_error() -> None:
    said = run("-", "--format", "ndjson", "--records", 20)
    assert [json.loads(line)["kind"] for line in said.stdout.splitlines()]
    assert len(said.stdout.splitlines()) == 20
    assert "20 records" in said.stderr


def test_the_same_arguments_write_the_same_bytes_and_another_seed_others(tmp_path) -> None:
    files = [tmp_path / f"{name}.csv" for name in ("one", "two", "three")]
    for file, seed in zip(files, (7, 7, 8), strict=True):
        run(file, "--records", 50, "--seed", seed)
    one, two, three = (file.read_bytes() for file in files)
    assert one == two != three


def test_shares_of_errors_and_repeats_are_added_and_said(tmp_path) -> None:
    file = tmp_path / "records.ndjson"
    said = run(file, "--records", 200, "--errors", 0.05, "--duplicates", 0.1)
    assert "220 records, 10 of them with an error, 20 of them repeated, " in said.stderr
    assert len(file.read_bytes().splitlines()) == 220


def test_a_table_and_a_period_can_be_given(tmp_path) -> None:
    file = tmp_path / "records.ndjson"
    run(file, "--table", PUBLISHED, "--records", 300, "--period", "2016-17")
    days = {json.loads(line)["received_at"][:10] for line in file.read_bytes().splitlines()}
    assert "2016-03-31" <= min(days) <= "2016-04-01"
    assert max(days) == "2017-03-31"
    run(file, "--records", 300, "--from", "2019-11-04", "--to", "2019-11-08")
    days = {json.loads(line)["received_at"][:10] for line in file.read_bytes().splitlines()}
    assert sorted(days) == [f"2019-11-{day:02}" for day in range(4, 9)]


def test_the_agencies_are_those_of_the_demonstration_and_the_help_names_them(tmp_path) -> None:
    file = tmp_path / "records.ndjson"
    run(file)
    sending = {json.loads(line)["agency"] for line in file.read_bytes().splitlines()}
    known = {each.code for each in AGENCIES if STOCKTON_ON_TEES in each.authorities}
    assert sending == known
    # The help is broken into lines, after hyphens too.
    words = re.sub(r"\s+", "", run("--help").stdout)
    assert all(code in words for code in (*known, STOCKTON_ON_TEES))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--from", "2014-01-04", "--to", "2014-01-05"), "no working day"),
        (("--period", "2090-91"), "bank holidays are known from"),
        (("--period", "2014-Q1"), "A period is a financial year such as"),
        (("--errors", "0.6", "--duplicates", "0.6"), "more than the records"),
        (("--table", __file__), "line 1, header: lacks the columns"),
    ],
)
def test_what_cannot_be_made_is_a_sentence_and_touches_no_file(
    tmp_path, arguments, message
) -> None:
    file = tmp_path / "records.ndjson"
    file.write_bytes(b"kept")
    said = run(file, *arguments, status=1)
    (line,) = said.stderr.splitlines()
    assert line.startswith("Error: No file can be made: ")
    assert message in line
    assert file.read_bytes() == b"kept"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("records.txt",), "Say --format, or let the file's name end in .ndjson or .csv."),
        (("-",), "Say --format"),
        (("r.csv", "--from", "2014-01-01"), "Give --period, or --from and --to."),
        (("r.csv", "--records", "0"), "'--records'"),
        (("r.csv", "--errors", "1.5"), "'--errors'"),
        (("r.csv", "--seed", "-1"), "'--seed'"),
    ],
)
def test_wrong_arguments_are_said_with_status_2(arguments, message) -> None:
    assert message in run(*arguments, status=2).stderr
