"""The demonstration's records: the 1,586 cases of January to March 2014, made up one by one."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from domain.periods import parse_period
from services.demonstration.places import AGENCIES
from services.synthetic import SyntheticRecord, make_records, read_table

PERIOD = "2013-14-Q4"
SEED = 2014
_PUBLISHED = Path(__file__).parent / "table1_2013_14_q4.csv"


def demonstration_records() -> Iterator[SyntheticRecord]:
    """The records that add up to the published table, in order of receipt, always the same."""
    agencies = defaultdict(list)
    for agency in AGENCIES:
        for referrer_type in agency.sends_for:
            agencies[referrer_type].append(agency.code)
    return make_records(
        read_table(_PUBLISHED.read_text(encoding="utf-8").splitlines()),
        period=parse_period(PERIOD),
        seed=SEED,
        agencies=agencies,
        reference_prefix={agency.code: agency.prefix for agency in AGENCIES},
    )
