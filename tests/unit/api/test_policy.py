"""The platform's policies over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from projections.feed.ranker import RANKER as BUILT_IN
from tests.given import OTHER, OWNER, an_id
from tests.unit.api.world import Platform

ADMIN_KEY = "rk_the_key_of_the_admin_00000000000000"
POLICY = "/v1/platform/policy"
RANKER = "/v1/platform/ranker"
CORRECTIONS = "/v1/platform/corrections"
PEAK = {
    "allowance": 24,
    "zone": "Europe/Berlin",
    "paid_share": 90,
    "price_percent": 150,
    "free_concurrency": 1,
    "paid_concurrency": 10,
    "free_queue_limit": 500,
    "reason": "holiday peak",
}
WEIGHTS = BUILT_IN.weights | {"hot": 2.0}


@pytest.fixture
def admin(platform: Platform) -> TestClient:
    platform.keys.keys[ADMIN_KEY] = (an_id("acct", 9), "admin")
    return TestClient(platform.app, headers={"Authorization": f"Bearer {ADMIN_KEY}"})


def put(client: TestClient, path: str, body: Any, version: str = '"0"') -> Any:
    return client.put(path, json=body, headers={"If-Match": version})


def test_everyone_sees_what_counts_and_why(platform: Platform, admin: TestClient) -> None:
    before = platform.browser.get(POLICY)
    assert (before.json()["version"], before.json()["allowance"], before.headers["ETag"]) == (0, 400, '"0"')
    changed = put(admin, POLICY, PEAK)
    assert (changed.status_code, changed.json()) == (200, {**PEAK, "version": 1, "object": "spike_policy"})
    after = platform.browser.get(POLICY)
    assert (after.json(), after.headers["ETag"]) == (changed.json(), '"1"')


def test_who_has_not_seen_the_latest_version_changes_nothing(platform: Platform, admin: TestClient) -> None:
    put(admin, POLICY, PEAK)
    late = put(admin, POLICY, {**PEAK, "allowance": 0})
    assert (late.status_code, late.json()["code"]) == (412, "outdated")
    blind = admin.put(POLICY, json={**PEAK, "allowance": 0})
    assert (blind.status_code, blind.json()["code"]) == (428, "if_match_required")
    assert put(admin, POLICY, PEAK, "soon").status_code == 400
    assert platform.client.get(POLICY).json()["allowance"] == 24
    assert put(admin, POLICY, {**PEAK, "allowance": 1}, "*").json()["version"] == 2
    assert put(admin, POLICY, {**PEAK, "allowance": 2}, 'W/"2"').json()["version"] == 3


def test_the_same_policy_again_keeps_its_version(admin: TestClient) -> None:
    put(admin, POLICY, PEAK)
    assert put(admin, POLICY, PEAK, '"1"').json()["version"] == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"zone": "Europe/Atlantis"}, "unknown_time_zone"),
        ({"paid_share": 100}, "invalid_paid_share"),
        ({"reason": ""}, "invalid_reason"),
        ({"allowance": "many"}, "invalid_body"),
        ({"allowance": None}, "invalid_body"),
        ({"alowance": 3}, "unknown_field"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(admin: TestClient, change: dict[str, Any], code: str) -> None:
    refusal = put(admin, POLICY, {**PEAK, **change})
    assert (refusal.status_code, refusal.json()["code"]) == (400, code)


def test_only_admins_change_policies(platform: Platform) -> None:
    for path, body in ((POLICY, PEAK), (RANKER, {"ranker": "x", "weights": WEIGHTS, "reason": "x"})):
        assert put(platform.client, path, body).status_code == 403
        assert put(platform.browser, path, body).status_code == 401
    assert platform.client.post(CORRECTIONS, json={"accounts": [OTHER], "reason": "ring"}).status_code == 403
    assert platform.client.get(CORRECTIONS).status_code == 403


def test_weights_have_a_number_for_each_term(platform: Platform, admin: TestClient) -> None:
    built_in = platform.browser.get(RANKER).json()
    assert (built_in["ranker"], built_in["version"], built_in["weights"]["hot"]) == ("built-in-2", 0, 1.0)
    body = {"ranker": "for-you-2", "weights": WEIGHTS, "reason": "what is hot counts more"}
    assert put(admin, RANKER, body).json()["version"] == 1
    assert platform.browser.get(RANKER).json()["weights"] == WEIGHTS
    for wrong in ({"hot": 1.0}, {**WEIGHTS, "luck": 1.0}, {**WEIGHTS, "family_repeat": 0.1}):
        assert put(admin, RANKER, {**body, "weights": wrong}, '"1"').json()["code"] == "invalid_weights"


def test_parameters_of_the_ranker_stay_until_they_are_named(admin: TestClient) -> None:
    body = {"ranker": "for-you-2", "weights": WEIGHTS, "reason": "a test"}
    first = put(admin, RANKER, {**body, "parameters": {"protected_every": 5}}).json()
    assert (first["parameters"]["protected_every"], first["parameters"]["hot_limit"]) == (5, 200)
    second = put(admin, RANKER, {**body, "reason": "another", "ranker": "for-you-3"}, '"1"').json()
    assert (second["version"], second["parameters"]) == (2, first["parameters"])
    for wrong in ({"size": 1}, {"authr_decay": 0.5}):
        assert put(admin, RANKER, {**body, "parameters": wrong}, '"2"').json()["code"] == "invalid_parameters"


def test_a_correction_stands_until_it_is_undone(admin: TestClient) -> None:
    body = {"accounts": [OTHER, OWNER], "reason": "a ring", "since": "2026-11-01T00:00:00Z"}
    made = admin.post(CORRECTIONS, json=body).json()
    [standing] = admin.get(CORRECTIONS).json()["data"]
    assert (standing["id"], standing["accounts"]) == (made["id"], sorted([OTHER, OWNER]))
    assert standing["since"] == 1_793_491_200
    undone = admin.post(f"{CORRECTIONS}/{made['id']}/undo", json={"reason": "no ring"})
    assert (undone.status_code, undone.json()["stands"]) == (200, False)
    assert admin.get(CORRECTIONS).json()["data"] == []
    assert admin.post(f"{CORRECTIONS}/{made['id']}/undo", json={"reason": "again"}).status_code == 404


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"accounts": []}, "invalid_accounts"),
        ({"accounts": ["bob"]}, "invalid_accounts"),
        ({"since": "yesterday"}, "invalid_since"),
        ({"since": "2026-11-01T00:00:00"}, "invalid_since"),
        ({"reason": ""}, "invalid_reason"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(admin: TestClient, change: dict[str, Any], code: str) -> None:
    refusal = admin.post(CORRECTIONS, json={"accounts": [OTHER], "reason": "a ring", **change})
    assert (refusal.status_code, refusal.json()["code"]) == (400, code)
