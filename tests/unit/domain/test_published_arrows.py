"""docs/directions.md says what is computed, and the published arrows that differ are known."""

from decimal import Decimal

import pytest

from tests.support.published_arrows import PAGE, Arrow, fits, page, published_arrows


@pytest.fixture(scope="module")
def arrows() -> list[Arrow]:
    return published_arrows()


def named(arrow: Arrow) -> tuple[str, str, str, str | None]:
    ours = arrow.computed(arrow.measure.tolerance)
    return arrow.measure.code, arrow.period.label, arrow.published, ours


def test_the_page_says_what_is_computed() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_two_of_the_arrows_that_can_be_compared_differ(arrows: list[Arrow]) -> None:
    assert len(arrows) == 19
    compared = [named(each) for each in arrows if each.is_comparable]
    assert len(compared) == 14
    assert [each for each in compared if each[2] != each[3]] == [
        ("closed_and_logged_with_active_caf", "2013-14 Q2", "up", "same"),
        ("contacts_to_assessment", "2013-14 Q4", "down", "up"),
    ]


def test_only_first_quarters_have_nothing_to_compare_with(arrows: list[Arrow]) -> None:
    alone = [each for each in arrows if not each.is_comparable]
    assert {each.period.label for each in alone} == {"2013-14 Q1"}
    assert len(alone) == 5


def test_a_wider_or_narrower_tolerance_fits_other_arrows(arrows: list[Arrow]) -> None:
    proportions = [each for each in arrows if each.measure.is_proportion]
    fitting = dict(fits(proportions))
    chosen = [fitting[Decimal(tolerance)] for tolerance in ("0.7", "0.8", "0.9", "1.0", "20")]
    assert chosen == [8, 9, 9, 8, 3]
