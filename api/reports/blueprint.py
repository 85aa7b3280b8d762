"""The blueprint of all reports."""

from api.blueprint import ApiBlueprint

blueprint = ApiBlueprint(
    "reports", __name__, url_prefix="/v1/reports", description="Figures that people trust."
)
