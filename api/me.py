"""Who the caller is."""

from typing import Any

from api.authentication import principal, requires
from api.blueprint import ApiBlueprint, documented
from schemas.reference import MeSchema

blueprint = ApiBlueprint("me", __name__, url_prefix="/v1", description="Who you are here.")


@blueprint.route("/me", methods=["GET"])
@requires()
@documented(
    operation_id="getMe",
    summary="Who am I?",
    description="Whose key it is, its roles by authority, and when it expires.",
    response_example={
        "key_id": "6f1c0a9be2d4",
        "name": "cleveland-police-submit",
        "agency": "cleveland-police",
        "roles": {"E06000004": ["submit"]},
        "expires_at": None,
    },
)
@blueprint.response(200, MeSchema)
def me() -> dict[str, Any]:
    """Say who the caller is."""
    found = principal()
    return {
        "key_id": found.key_id,
        "name": found.name,
        "agency": found.agency,
        "roles": {authority: sorted(held) for authority, held in found.roles.items()},
        "expires_at": found.expires_at,
    }
