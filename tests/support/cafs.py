"""CAF records that were sent."""

from typing import Any

from tests.factories.cafs import a_caf
from tests.support.hub import Client


def a_submitted_caf(client: Client, **overrides: Any) -> dict[str, Any]:
    """Submit a CAF and give the record."""
    answer = client.post("cafs", a_caf(**overrides))
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.get_json()
    return record
