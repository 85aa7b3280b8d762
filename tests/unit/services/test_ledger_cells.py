"""The columns of sums: one for each outcome, of referrals and of contacts that are none."""

import pytest
from sqlalchemy import Integer

from models import LedgerBalance, LedgerFold
from services.ledger.cells import BALANCE_KEY, CELLS, FOLD_KEY


@pytest.mark.parametrize(("model", "key"), [(LedgerFold, FOLD_KEY), (LedgerBalance, BALANCE_KEY)])
def test_every_cell_has_a_column_and_every_column_of_sums_a_cell(model, key):
    table = model.__table__
    assert [column.name for column in table.primary_key] == ["authority_code", *key.split(", ")]
    sums = {column.name for column in table.columns if isinstance(column.type, Integer)}
    assert sums == {cell.column for cell in CELLS}
    assert len(sums) == len({(cell.outcome, cell.is_referral) for cell in CELLS})
