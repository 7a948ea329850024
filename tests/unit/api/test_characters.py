"""Characters over HTTP: made, verified, found, consented to, revoked, deleted."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from domain.challenge import WORDS
from domain.ids import process_of
from tests.examples import MODERATOR, blocked, restricted
from tests.given import OTHER, OWNER, a_model, an_id, completed, opened, published, registered
from tests.unit.api.world import Platform

MODERATOR_KEY: Final = "rk_the_key_of_mo_00000000000000000000"
REX: Final = {
    "kind": "persona",
    "handle": "@Rex",
    "name": "Rex",
    "rig": "quadruped",
    "description": "a brown dog",
    "parameters": {"body": 9331778, "voice_pitch": 0.75},
}
ME: Final = {"kind": "person", "handle": "ada.l", "name": "Ada", "rig": "person"}
EVERYONE: Final = {"audience": "everyone"}


def made(client: TestClient, **changes: Any) -> dict[str, Any]:
    response = client.post("/v1/characters", json={**REX, **changes})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def consent(client: TestClient, character: dict[str, Any], **body: Any) -> Any:
    return client.put(f"/v1/characters/{character['id']}/consent", json=body)


def moderator(platform: Platform) -> TestClient:
    platform.keys.keys[MODERATOR_KEY] = (MODERATOR, "moderator")
    platform.given(MODERATOR, opened(account_id=MODERATOR, name="Mo"))
    return TestClient(platform.app, headers={"Authorization": f"Bearer {MODERATOR_KEY}"})


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert response.headers["content-type"] == "application/problem+json"
    answer: dict[str, Any] = response.json()
    return answer


def test_a_persona_is_made(platform: Platform) -> None:
    rex = made(platform.client)
    assert (rex["kind"], rex["state"], rex["handle"], rex["owner"]["name"]) == ("persona", "active", "Rex", "Ada")
    assert rex["verdict"] == {"allowed": True, "rule": "owner", "message": "", "consent_version": 1}
    assert rex["details"]["parameters"] == REX["parameters"]
    assert [version["audience"] for version in rex["details"]["consents"]] == ["only_me"]


def test_others_see_what_it_is_and_that_they_may_not(platform: Platform) -> None:
    rex = made(platform.client)
    seen = platform.bob.get(f"/v1/characters/{rex['id']}").json()
    assert (seen["handle"], seen["name"], seen["description"]) == ("Rex", "Rex", "a brown dog")
    assert (seen["verdict"]["allowed"], seen["verdict"]["rule"]) == (False, "audience:only_me")
    assert seen["details"] is None
    assert platform.browser.get(f"/v1/characters/{rex['id']}").json()["verdict"] is None


def test_a_handle_is_found_in_any_case_and_belongs_to_one(platform: Platform) -> None:
    rex = made(platform.client)
    for handle in ("rex", "REX", "@Rex"):
        assert platform.bob.get(f"/v1/characters/by-handle/{handle}").json()["id"] == rex["id"]
    problem(platform.bob.get("/v1/characters/by-handle/tom"), 404, "character_not_found")
    problem(platform.bob.post("/v1/characters", json={**REX, "handle": "rEX"}), 409, "handle_taken")


def test_a_deleted_one_leaves_its_handle(platform: Platform) -> None:
    rex = made(platform.client)
    problem(platform.bob.delete(f"/v1/characters/{rex['id']}"), 403, "not_the_owner")
    answer = platform.client.delete(f"/v1/characters/{rex['id']}").json()
    assert answer == {"id": rex["id"], "object": "character.deleted", "deleted": True}
    problem(platform.client.get(f"/v1/characters/{rex['id']}"), 404, "character_not_found")
    assert made(platform.bob)["owner"]["name"] == "Bob"


@pytest.mark.parametrize(
    ("wrong", "code", "param"),
    [
        ({"kind": "robot"}, "invalid_kind", "kind"),
        ({"handle": "a b"}, "invalid_handle", "handle"),
        ({"handle": "admin"}, "reserved_handle", "handle"),
        ({"rig": "octopus"}, "invalid_rig", "rig"),
        ({"parameters": {"beak": 1}}, "invalid_parameters", "parameters"),
        ({"parameters": [1]}, "invalid_parameters", "parameters"),
        ({"rig_version": 0}, "invalid_rig_version", "rig_version"),
        ({"name": ""}, "invalid_name", "name"),
    ],
)
def test_what_is_wrong_is_named(platform: Platform, wrong: dict[str, Any], code: str, param: str) -> None:
    assert problem(platform.client.post("/v1/characters", json={**REX, **wrong}), 400, code)["param"] == param


def test_a_person_is_verified_by_a_moderator(platform: Platform) -> None:
    me = made(platform.client, **ME)
    assert (me["state"], me["verdict"]["rule"]) == ("unverified", "unverified")
    words = me["details"]["challenge"].split()
    assert len(words) == 5
    assert set(words) <= set(WORDS)
    body = {"method": "recording", "evidence": "ab" * 32}
    problem(platform.client.post(f"/v1/characters/{me['id']}/verify", json=body), 403, "role_required")
    answer = moderator(platform).post(f"/v1/characters/{me['id']}/verify", json=body)
    assert answer.json()["details"]["challenge"] == me["details"]["challenge"]
    verified = platform.client.get(f"/v1/characters/{me['id']}").json()
    assert (verified["state"], verified["verdict"]["allowed"]) == ("active", True)


def test_a_consent_shows_what_became_of_its_words(platform: Platform) -> None:
    rex, bobs = made(platform.client), made(platform.bob, handle="tom")
    text = "No weapons. Never with @tom, never say 'foo'. Be nice. Never with @nobody.here"
    body = {**EVERYONE, "rules": ["setting:beach", "character:@tom"], "text": text, "expires_at": 2_000_000_000}
    [now, first] = consent(platform.client, rex, **body).json()["details"]["consents"]
    assert (now["version"], now["audience"], now["cause"], now["expires_at"]) == (2, "everyone", "owner", 2_000_000_000)
    assert now["rules"] == [
        {"rule": "setting:beach", "sentence": None},
        {"rule": f"character:{bobs['id']}", "sentence": "Never with @tom, never say 'foo'"},
        {"rule": "topic:weapons", "sentence": "No weapons"},
        {"rule": "word:foo", "sentence": "Never with @tom, never say 'foo'"},
    ]
    assert now["unclear"] == ["Be nice", "Never with @nobody.here"]
    assert (first["version"], first["cause"]) == (1, "created")


def test_a_consent_of_another_one(platform: Platform) -> None:
    problem(consent(platform.bob, made(platform.client), **EVERYONE), 403, "not_the_owner")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"audience": "friends"}, "invalid_audience"),
        ({**EVERYONE, "rules": ["topic:cheese"]}, "invalid_rule"),
        ({**EVERYONE, "rules": ["character:@nobody.here"]}, "invalid_rule"),
        ({**EVERYONE, "expires_at": 1}, "invalid_expires_at"),
        ({**EVERYONE, "expires_at": 10**18}, "invalid_expires_at"),
        ({**EVERYONE, "allowed": [OTHER]}, "invalid_allowed"),
    ],
)
def test_a_consent_that_means_nothing(platform: Platform, wrong: dict[str, Any], code: str) -> None:
    problem(consent(platform.client, made(platform.client), **wrong), 400, code)


def test_revoking_names_the_process_and_consent_can_be_given_anew(platform: Platform) -> None:
    rex = made(platform.client)
    consent(platform.client, rex, **EVERYONE)
    problem(
        platform.client.post(f"/v1/characters/{rex['id']}/revoke", json={"policy": "explode"}), 400, "invalid_policy"
    )
    answer = platform.client.post(f"/v1/characters/{rex['id']}/revoke", json={"policy": "hide_all"}).json()
    assert (answer["state"], answer["verdict"]["rule"]) == ("revoked", "revoked")
    revocation = answer["details"]["consents"][0]
    recorded = asyncio.run(platform.store.load(rex["id"]))[-1]
    assert (revocation["version"], revocation["policy"]) == (3, "hide_all")
    assert revocation["process_id"] == process_of(recorded.recorded.event_id)
    again = consent(platform.client, rex, **EVERYONE).json()
    assert (again["state"], again["verdict"]["consent_version"]) == ("active", 4)


def test_who_is_blocked_finds_nothing(platform: Platform) -> None:
    rex = made(platform.client)
    consent(platform.client, rex, **EVERYONE)
    platform.given(OWNER, blocked(account_id=OWNER, blocked_id=OTHER))
    problem(platform.bob.get(f"/v1/characters/{rex['id']}"), 404, "character_not_found")
    problem(platform.bob.get("/v1/characters/by-handle/rex"), 404, "character_not_found")


@pytest.mark.parametrize("path", ["rex", an_id("video", 1), an_id("char", 99)])
def test_what_does_not_exist(platform: Platform, path: str) -> None:
    problem(platform.client.get(f"/v1/characters/{path}"), 404, "character_not_found")


def test_ones_own_page_by_page(platform: Platform) -> None:
    mine = [made(platform.client, handle=f"rex{n}")["id"] for n in range(3)]
    made(platform.bob, handle="tom")
    page = platform.client.get("/v1/characters", params={"limit": 2}).json()
    assert [card["id"] for card in page["data"]] == mine[:2]
    assert (page["has_more"], page["next_cursor"]) == (True, mine[1])
    rest = platform.client.get("/v1/characters", params={"cursor": mine[1]}).json()
    assert ([card["id"] for card in rest["data"]], rest["has_more"], rest["next_cursor"]) == (mine[2:], False, None)
    problem(platform.client.get("/v1/characters", params={"cursor": "x"}), 400, "invalid_cursor")


def test_videos_with_characters_are_told_to_their_owners(platform: Platform) -> None:
    platform.outside.models = platform.models.models = [a_model(max_characters=2)]
    platform.given("model_sketch-1", registered(max_characters=2))
    rex = made(platform.client)
    consent(platform.client, rex, **EVERYONE)
    video = platform.bob.post("/v1/videos", json={"prompt": "@rex runs"})
    assert video.status_code == 200, video.text
    path = f"/v1/characters/{rex['id']}/appearances"
    [found] = platform.client.get(path).json()["data"]
    assert (found["video_id"], found["author"]["name"], found["consent_version"]) == (video.json()["id"], "Bob", 2)
    assert platform.client.get(path, params={"version": 1}).json()["data"] == []
    assert (found["state"], found["visibility"], found["hidden"]) == ("queued", None, False)
    refused = platform.bob.post("/v1/videos", json={"prompt": "@nobody.here runs"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "character_not_found")


def test_drafts_with_a_character_are_seen_by_whom_they_belong_to(platform: Platform) -> None:
    platform.outside.models = platform.models.models = [a_model(max_characters=2)]
    platform.given("model_sketch-1", registered(max_characters=2))
    rex = made(platform.client)
    consent(platform.client, rex, **EVERYONE)
    path = f"/v1/characters/{rex['id']}/appearances"
    video_id = platform.bob.post("/v1/videos", json={"prompt": "@rex runs"}).json()["id"]

    def seen(client: TestClient) -> list[str]:
        reply = client.get(path)
        assert reply.status_code == 200, reply.text
        return [each["video_id"] for each in reply.json()["data"]]

    assert (seen(platform.client), seen(platform.bob), seen(platform.browser)) == ([video_id], [video_id], [])
    platform.given(video_id, completed(owner_id=OTHER), published(owner_id=OTHER))
    assert seen(platform.browser) == [video_id]
    platform.given(video_id, restricted(owner_id=OTHER))
    assert (seen(platform.client), seen(platform.bob), seen(platform.browser)) == ([video_id], [video_id], [])


def test_who_is_kept_apart_sees_no_appearances(platform: Platform) -> None:
    rex = made(platform.client)
    assert platform.client.post(f"/v1/accounts/{OTHER}/block").status_code == 200
    problem(platform.bob.get(f"/v1/characters/{rex['id']}/appearances"), 404, "character_not_found")


def test_versions_of_a_consent_are_its_owners(platform: Platform) -> None:
    rex = made(platform.client)
    platform.clock.time += timedelta(hours=1)
    consent(platform.client, rex, **EVERYONE, text="Never say 'foo'.")
    platform.clock.time += timedelta(hours=1)
    platform.client.post(f"/v1/characters/{rex['id']}/revoke", json={"policy": "freeze"})
    path = f"/v1/characters/{rex['id']}/consents"
    body = platform.client.get(path).json()
    assert [(each["version"], each["cause"], each["audience"]) for each in body["data"]] == [
        (3, "revoked", None), (2, "owner", "everyone"), (1, "created", "only_me"),
    ]  # fmt: skip
    assert (body["data"][0]["policy"], body["data"][0]["videos"]) == ("freeze", 0)
    assert body["data"][0]["process_id"].startswith("process_")
    assert body["data"][1]["rules"] == [{"rule": "word:foo", "sentence": "Never say 'foo'"}]
    problem(platform.bob.get(path), 403, "not_the_owner")


def test_the_consent_as_of_a_moment(platform: Platform) -> None:
    rex = made(platform.client)
    path, first = f"/v1/characters/{rex['id']}/consents", platform.clock.time
    platform.clock.time += timedelta(hours=1)
    token = platform.client.get(path).json()["as_of"]["token"]
    consent(platform.client, rex, **EVERYONE)

    def then(as_of: str) -> list[int]:
        reply = platform.client.get(path, params={"as_of": as_of})
        assert reply.status_code == 200, reply.text
        return [each["version"] for each in reply.json()["data"]]

    assert then((first - timedelta(minutes=1)).isoformat()) == []
    assert then(first.isoformat()) == [1]
    assert then(platform.clock.time.isoformat()) == [2]
    assert then(token) == [1]
    problem(platform.client.get(path, params={"as_of": "soon"}), 400, "invalid_as_of")
