"""The rows of one version of a CAF: its facts as they are known from now on, and who says so."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.access import Caller
from services.cafs.fields import FACTS
from services.writing import Row, Rows


def version_rows(
    caller: Caller,
    caf: Row,
    *,
    event: str,
    recorded_at: datetime,
    identity_changes: Sequence[Mapping[str, Any]] = (),
) -> Rows:
    """The rows of `caf_version` and `caf_change` for the columns that a CAF now has."""
    place = {name: caf[name] for name in ("authority_code", "caf_id", "agency_code", "version")}
    facts = {column: caf[column] for column in FACTS.values()}
    change = {
        **place,
        "event": event,
        "key_id": caller.principal.key_id,
        "recorded_by": caller.principal.name,
        "changes": identity_changes,
    }
    return {
        "caf_version": [{**place, **facts, "recorded_at": recorded_at}],
        "caf_change": [change],
    }
