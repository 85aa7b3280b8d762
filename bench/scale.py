"""How much is measured: everything, or enough to see in three minutes that all of it runs."""

from dataclasses import dataclass

CONNECTIONS = 16
WORKERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """`seconds` is the length of a round of load; `contacts_before` the smaller filling."""

    name: str
    rounds: int
    seconds: int
    contacts_before: int
    contacts: int
    bulk: int


FULL = Scale(
    name="full",
    rounds=5,
    seconds=10,
    contacts_before=1_000_000,
    contacts=10_000_000,
    bulk=100_000,
)
QUICK = Scale(name="quick", rounds=2, seconds=1, contacts_before=5_000, contacts=50_000, bulk=5_000)
