"""GET /v1/me: whose key it is, and its roles by authority."""

from datetime import UTC, datetime, timedelta

from core.database import EVERY_AGENCY, EVERY_KEY, Scope
from domain.access import Role
from services.keys.check_key import key_id_of
from services.keys.issue_key import issue_key, revoke_key
from tests.support.hub import POLICE, Client, Hub
from tests.support.problems import findings, problem


def test_a_key_learns_whose_it_is_and_what_it_may_do_where(hub):
    expires_at = datetime(2099, 1, 1, tzinfo=UTC)
    key = hub.key([Role.SUBMIT, Role.REPORT], agency=POLICE, expires_at=expires_at)
    answer = Client(hub.app, key, hub.authority).get("/v1/me")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "key_id": key_id_of(key),
        "name": "cleveland-police-submit-report",
        "agency": POLICE,
        "roles": {hub.authority: ["report", "submit"]},
        "expires_at": "2099-01-01T00:00:00Z",
    }


def test_a_key_may_have_other_roles_elsewhere(hub, app):
    other = Hub(app)
    scope = Scope((hub.authority, other.authority), EVERY_AGENCY, EVERY_KEY)
    with hub.database.transaction(scope) as session:
        key = issue_key(
            session,
            name="shared",
            environment="test",
            agency=None,
            roles={hub.authority: [Role.DECIDE], other.authority: [Role.REPORT]},
        ).key
    client = Client(app, key, hub.authority)
    assert client.get("/v1/me").get_json()["roles"] == {
        hub.authority: ["decide"],
        other.authority: ["report"],
    }
    assert client.get("contacts").status_code == 200
    problem(client.get(f"{other.decider.at}/contacts"), "forbidden")


def test_a_key_that_is_missing_mistyped_expired_or_revoked_is_nobodys(hub):
    expired = hub.key([Role.DECIDE], expires_at=datetime.now(UTC) - timedelta(seconds=1))
    revoked = hub.key([Role.DECIDE])
    with hub.transaction() as session:
        revoke_key(session, key_id=key_id_of(revoked))
    good = hub.decider.key
    for authorization in (
        "",
        "Bearer",
        "Bearer ",
        f"Basic {good}",
        f"Bearer {good[:-1]}",
        f"Bearer {good}0",
        f"Bearer {good[:-1]}{'0' if good[-1] != '0' else '1'}",
        f"Bearer {expired}",
        f"Bearer {revoked}",
        "Bearer schlüssel",
    ):
        answer = hub.decider.get("/v1/me", headers={"Authorization": authorization})
        problem(answer, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="front-door"'
        assert good[-20:] not in answer.text
    assert (
        hub.decider.get("/v1/me", headers={"Authorization": f"bearer  {good}"}).status_code == 200
    )


def test_me_takes_no_query_and_gives_json_only(hub):
    assert findings(hub.decider.get("/v1/me?verbose=1")) == {("verbose", "unknown_parameter")}
    problem(hub.decider.get("/v1/me", headers={"Accept": "text/html"}), "not-acceptable")
