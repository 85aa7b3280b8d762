"""Synthetic records: individual contacts and decisions that add up to a published Table 1."""

from services.synthetic.locality import STOCKTON_ON_TEES, Locality
from services.synthetic.records import SyntheticRecord, make_records
from services.synthetic.table import TableError, TableRow, read_table

__all__ = [
    "STOCKTON_ON_TEES",
    "Locality",
    "SyntheticRecord",
    "TableError",
    "TableRow",
    "make_records",
    "read_table",
]
