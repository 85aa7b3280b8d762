"""Table 1 as it is published: nothing hidden can be worked out, nothing shown is untrue."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from domain.access import Role
from domain.errors import (
    ForbiddenError,
    NotFoundError,
    NotSettledError,
    PublishedBeforeError,
    UnprocessableError,
)
from domain.periods import parse_period
from domain.publications import PublishedReport
from services.publications.publish import Publisher, publish
from services.publications.read import list_publications
from services.reports.areas import ENGLAND
from tests.support.disclosed import published_body
from tests.support.hub import Hub
from tests.support.papers import Papers, cells_of, numbers_of
from tests.support.publishing import (
    AWAITING,
    CODE_OF_LABEL,
    answer_of,
    exact,
    holder,
    load,
    partnership_of,
    published,
    text_of,
)

SOME = {("police", "closed_and_logged"): 9, ("housing", "to_assessment"): 7}


@pytest.fixture(scope="module")
def stockton(app):
    """An authority with the contacts of the published table, which is published."""
    hub = Hub(app)
    labels = {"Other (see note)": "other"} | CODE_OF_LABEL
    load(hub, {(labels[row], column): n for (row, column), n in published_body().items()})
    hub.publication = published(hub).record
    return hub


def test_no_number_of_the_published_table_can_be_worked_out(stockton):
    true = numbers_of(exact(stockton, as_at=stockton.publication["as_at"]))
    papers = Papers(answer_of(stockton), exact=true)
    assert papers.given_away() == []
    assert len(papers.hidden) == 33 + 14


def test_fourteen_cells_beyond_the_small_ones_are_hidden(stockton):
    assert stockton.publication["hidden"] == {"first": 33, "further": 14}


def test_what_is_shown_is_true_and_every_small_number_and_no_zero_is_hidden(stockton):
    true = exact(stockton, as_at=stockton.publication["as_at"])
    for shown, cell in zip(cells_of(answer_of(stockton)), cells_of(true), strict=True):
        assert shown.place == cell.place
        assert (shown.number is None) >= (1 <= cell.number <= 5), shown
        assert cell.number or shown.number == 0, shown
        if shown.number is not None:
            assert (shown.number, shown.percent) == (cell.number, cell.percent)


def test_a_hidden_cell_is_null_with_the_symbol_and_in_csv_the_symbol_alone(stockton):
    answer = answer_of(stockton)
    header, *lines = csv.reader(io.StringIO(text_of(stockton).csv))
    rows = [*(row["cells"] for row in answer["rows"]), answer["totals"]]
    assert len(header) == 11
    assert len(lines) == len(rows) == 28
    hidden = 0
    for line, cells in zip(lines, rows, strict=True):
        told = []
        for cell in cells.values():
            is_hidden = cell["number"] is None
            assert cell == {"number": None, "percent": None, "symbol": "c"} or not is_hidden
            assert ("symbol" in cell) is is_hidden
            told += ["c", "c"] if is_hidden else [str(cell["number"]), str(cell["percent"])]
            hidden += is_hidden
        assert line[1:] == told
    assert hidden == 33 + 14


def test_the_answer_says_that_control_was_applied_and_what_the_symbol_means(stockton):
    answer = answer_of(stockton)
    known = stockton.publication["as_at"]
    assert answer["disclosure_control"] == "applied"
    assert answer["settled"] is True
    assert datetime.fromisoformat(answer["as_at"]) == known
    assert answer["position_on"] == "2014-04-14"
    assert 'Disclosure control was applied. "c" stands for a number of 1 to 5' in answer["notes"][0]
    assert "Published on " in answer["notes"][1]
    assert answer["awaiting_decision"] == 0


def test_it_stays_as_it_is_whatever_comes_later(stockton):
    before = text_of(stockton)
    load(stockton, {("police", "closed_and_logged"): 3})
    again = published(stockton)
    assert (again.is_created, again.record) == (False, stockton.publication)
    assert text_of(stockton) == before


def test_another_instant_is_refused_and_the_same_one_is_not(stockton):
    as_at = stockton.publication["as_at"]
    assert published(stockton, as_at=as_at).record == stockton.publication
    with pytest.raises(PublishedBeforeError, match=f"{as_at:%Y-%m-%dT%H:%M:%S}"):
        published(stockton, as_at=as_at - timedelta(seconds=1))


def test_a_number_of_contacts_awaiting_a_decision_is_hidden_with_its_note(hub):
    load(hub, {**SOME, ("police", AWAITING): 3, ("police", "yet_to_proceed"): 40})
    published(hub)
    answer = answer_of(hub)
    assert answer["awaiting_decision"] is None
    assert answer["notes"][2] == "Some of those yet to proceed are contacts awaiting a decision."
    true = numbers_of(exact(hub))
    assert Papers(answer, exact=true).given_away() == []


@pytest.mark.parametrize(
    ("period", "as_at", "place"),
    [
        ("2090-91-Q1", None, ("/period", "not_ended")),
        ("2013-14-Q4", datetime(2014, 3, 31, 12, tzinfo=UTC), ("/as_at", "not_ended")),
        ("2013-14-Q4", datetime(2090, 1, 1, tzinfo=UTC), ("/as_at", "in_the_future")),
        ("2010-11-Q1", None, ("/period", "not_a_period")),
    ],
)
def test_only_a_period_that_has_ended_by_then_and_has_a_position_is_published(
    hub, period, as_at, place
):
    with pytest.raises(UnprocessableError) as error:
        published(hub, period=period, as_at=as_at)
    assert [(each.pointer, each.code) for each in error.value.findings] == [place]


def test_inputs_are_of_a_quarter_and_england_is_not_published(hub):
    for asked, pointer in (
        ({"report": "inputs", "period": "2013-14"}, "/period"),
        ({"area": ENGLAND}, "/area"),
    ):
        with pytest.raises(UnprocessableError) as error:
            published(hub, **asked)
        assert [each.pointer for each in error.value.findings] == [pointer]


def test_an_instant_that_is_not_settled_is_refused_and_the_default_comes_before_it(hub):
    with hub.transaction() as session:
        began = session.info["now"]
        with pytest.raises(NotSettledError):
            published(hub, as_at=began + timedelta(microseconds=1))
        assert published(hub).record["as_at"] < began


def test_only_who_may_in_the_area_publishes_and_only_its_partners_read(hub, app):
    other = Hub(app)
    for authorities, error in ((frozenset({other.authority}), NotFoundError), ((), NotFoundError)):
        with pytest.raises(error):
            publish(
                hub.database,
                Publisher(frozenset(authorities), "Test", None),
                area=hub.authority,
                report=PublishedReport.TABLE_1,
                period=parse_period("2013-14-Q4"),
                as_at=None,
            )
    published(hub)
    with pytest.raises(NotFoundError):
        text_of(other, area=hub.authority)
    with pytest.raises(NotFoundError):
        text_of(hub, period="2013-14-Q3")
    with pytest.raises(NotFoundError):
        published(hub, area="nowhere")
    assert list_publications(hub.database, holder(other, role=Role.ADMIN), area=None).items == []
    with pytest.raises(ForbiddenError, match="admin"):
        published(hub, area=partnership_of(hub, other))


def test_publications_are_listed_newest_first_page_by_page(hub):
    made = [published(hub, period=f"2013-14-Q{number}").record for number in (1, 2, 3)]
    who = holder(hub, role=Role.REPORT)
    first = list_publications(hub.database, who, area=hub.authority, limit=2)
    rest = list_publications(hub.database, who, area=None, limit=2, before=first.next)
    assert [*first.items, *rest.items] == made[::-1]
    assert rest.next is None
    partner = holder(hub, role=Role.PARTNER)
    assert list_publications(hub.database, partner, area=None).items == []
