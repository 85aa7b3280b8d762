"""Where synthetic families live."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Locality:
    """The towns and the postcode districts ("TS18") of an authority; neither may be empty."""

    towns: tuple[str, ...]
    postcode_districts: tuple[str, ...]


STOCKTON_ON_TEES = Locality(
    towns=(
        "Stockton-on-Tees",
        "Billingham",
        "Thornaby",
        "Norton",
        "Ingleby Barwick",
        "Yarm",
    ),
    postcode_districts=("TS17", "TS18", "TS19", "TS20", "TS21", "TS22", "TS23"),
)
