"""Reports: a module for each, on one blueprint."""

from api.reports import delays, feedback, inputs, table_1, timeseries
from api.reports.blueprint import blueprint

__all__ = ["blueprint", "delays", "feedback", "inputs", "table_1", "timeseries"]
