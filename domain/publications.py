"""What an authority can publish for partners (the HTTP contract's `/v1/publications`)."""

from enum import StrEnum


class PublishedReport(StrEnum):
    """A report that can be published, by its name in addresses."""

    TABLE_1 = "table-1"
    INPUTS = "inputs"
