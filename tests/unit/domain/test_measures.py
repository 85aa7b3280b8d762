"""The measures of Inputs, against the published ones, and what an authority may set in them."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.measures.inputs import EARLY_HELP_REASONS, INPUTS, INPUTS_BY_CODE
from domain.measures.measure import (
    Basis,
    Breakdown,
    Measure,
    MeasureError,
    MeasureSetting,
    Polarity,
    with_settings,
)

PUBLISHED = Path(__file__).parents[2] / "acceptance" / "data" / "appendix2_2013_14.csv"
SETTINGS = st.dictionaries(
    st.sampled_from([each.code for each in INPUTS]),
    st.builds(
        MeasureSetting,
        polarity=st.none() | st.sampled_from(Polarity),
        tolerance=st.none() | st.decimals(0, 100, places=1),
    ),
)


def published_inputs() -> list[dict[str, str]]:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["section"] == "inputs"]


def test_the_ten_measures_stand_in_the_order_of_the_definitions() -> None:
    assert [each.code for each in INPUTS] == [
        "contacts",
        "contacts_closed_and_logged",
        "closed_and_logged_with_active_caf",
        "referrals",
        "referrals_nfa",
        "contacts_to_assessment",
        "closed_or_nfa",
        "to_early_help",
        "caf2_commenced",
        "referral_reasons",
    ]


def test_published_measures_have_their_published_code_title_basis_and_order() -> None:
    published = {
        row["measure"]: (row["title"].partition(" | ")[0], row["basis"])
        for row in published_inputs()
    }
    ours = {each.code: (each.label, each.basis.value) for each in INPUTS if each.code in published}
    assert list(ours.items()) == list(published.items())
    assert len(ours) == 6


def test_published_percentages_are_those_of_the_measures_with_a_denominator() -> None:
    with_percent = {row["measure"] for row in published_inputs() if row["percent"]}
    proportions = {each.code for each in INPUTS if each.is_proportion}
    assert with_percent == proportions - {"closed_or_nfa", "to_early_help"}


def test_every_denominator_is_the_number_of_a_measure_of_the_same_basis() -> None:
    shares = {each.code: each.share_of for each in INPUTS if each.share_of}
    assert shares == {
        "contacts_closed_and_logged": "contacts",
        "closed_and_logged_with_active_caf": "contacts_closed_and_logged",
        "referrals_nfa": "referrals",
        "closed_or_nfa": "contacts",
        "to_early_help": "contacts",
    }
    for code, whole in shares.items():
        assert INPUTS_BY_CODE[code].basis is INPUTS_BY_CODE[whole].basis


def test_polarities_are_the_defaults_of_the_definitions() -> None:
    polarities = {each.code: each.polarity.value for each in INPUTS}
    lower = {code for code, polarity in polarities.items() if polarity == "lower"}
    higher = {code for code, polarity in polarities.items() if polarity == "higher"}
    assert lower == {
        *("contacts", "contacts_closed_and_logged", "referrals_nfa", "contacts_to_assessment"),
    }
    assert higher == {"closed_and_logged_with_active_caf", "caf2_commenced"}


def test_tolerances_are_one_point_for_proportions_and_five_per_cent_for_counts() -> None:
    found = {(each.is_proportion, str(each.tolerance)) for each in INPUTS}
    assert found == {(True, "1.0"), (False, "5.0")}


def test_only_cafs_are_counted_from_april_on() -> None:
    assert [each.code for each in INPUTS if each.basis is not Basis.QUARTER] == ["caf2_commenced"]


def test_breakdowns_are_those_of_the_definitions() -> None:
    assert {each.code: each.breakdowns for each in INPUTS if each.breakdowns} == {
        "closed_or_nfa": (Breakdown.REFERRER_TYPE, Breakdown.AGENCY, Breakdown.REASON),
        "caf2_commenced": (Breakdown.CAF_AGENCY_KIND,),
        "referral_reasons": (Breakdown.PRESENTING_NEED,),
    }


def test_early_help_has_two_reasons() -> None:
    assert {"early_help_accepted", "signposted_to_early_help"} == EARLY_HELP_REASONS


@given(settings=SETTINGS)
def test_an_authority_sets_polarity_and_tolerance_and_nothing_else(
    settings: dict[str, MeasureSetting],
) -> None:
    measures = with_settings(INPUTS, settings)
    for default, measure in zip(INPUTS, measures, strict=True):
        wanted = settings.get(default.code, MeasureSetting())
        polarity = default.polarity if wanted.polarity is None else wanted.polarity
        tolerance = default.tolerance if wanted.tolerance is None else wanted.tolerance
        assert (measure.polarity, measure.tolerance) == (polarity, tolerance)
        assert measure == Measure(
            code=default.code,
            label=default.label,
            basis=default.basis,
            polarity=polarity,
            share_of=default.share_of,
            tolerance=tolerance,
            breakdowns=default.breakdowns,
        )


def test_a_tolerance_of_nothing_is_a_setting() -> None:
    settings = {"contacts": MeasureSetting(tolerance=Decimal(0))}
    assert with_settings(INPUTS, settings)[0].tolerance == 0


def test_a_setting_for_an_unknown_measure_is_refused_by_name() -> None:
    settings = {"contact": MeasureSetting(), "contacts": MeasureSetting()}
    with pytest.raises(MeasureError, match=r"There is no measure contact\."):
        with_settings(INPUTS, settings)


@pytest.mark.parametrize("tolerance", ["-0.1", "100.1", "NaN", "sNaN", "Infinity"])
def test_a_tolerance_that_compares_nothing_is_refused(tolerance: str) -> None:
    settings = {"referrals_nfa": MeasureSetting(tolerance=Decimal(tolerance))}
    with pytest.raises(MeasureError, match="referrals_nfa must be from 0 to 100"):
        with_settings(INPUTS, settings)
