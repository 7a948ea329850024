"""One's own account over HTTP: profile, preferences, blocks, export and the end."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from typing import Any

import pytest

from domain.ids import wallet_stream
from tests.examples import allowance_granted, decided, reported
from tests.given import OTHER, OWNER
from tests.unit.api.world import Platform


def problem(response: Any, status: int) -> str:
    assert response.status_code == status, response.text
    return str(response.json()["code"])


def test_a_profile_is_changed_in_parts(platform: Platform) -> None:
    assert platform.client.get("/v1/account").json()["name"] == "Ada"
    platform.client.patch("/v1/account", json={"bio": "numbers"})
    changed = platform.client.patch("/v1/account", json={"time_zone": "Europe/London"}).json()
    assert (changed["name"], changed["bio"], changed["time_zone"]) == ("Ada", "numbers", "Europe/London")
    assert platform.browser.get(f"/v1/accounts/{OWNER}").json()["bio"] == "numbers"
    assert problem(platform.client.patch("/v1/account", json={"time_zone": "Mars/Olympus"}), 400) == "unknown_time_zone"
    assert problem(platform.client.patch("/v1/account", json={"name": " "}), 400) == "invalid_name"


def test_preferences_are_set_expire_and_are_removed(platform: Platform) -> None:
    path = "/v1/account/preferences/mood"
    until = "2026-11-22T13:00:00Z"
    set_ = platform.client.put(path, json={"value": "calm", "expires_at": until}).json()["preferences"]
    assert set_ == {"mood": {"value": "calm", "expires_at": until}}
    platform.clock.passes(hours=2)
    assert platform.client.get("/v1/account").json()["preferences"] == {}
    platform.client.put("/v1/account/preferences/personalised_feed", json={"value": False})
    gone = platform.client.delete("/v1/account/preferences/personalised_feed").json()
    assert gone["preferences"].keys() == set()


@pytest.mark.parametrize(
    ("key", "body", "code"),
    [
        ("colour", {"value": 1}, "unknown_preference"),
        ("mood", {"value": "furious"}, "invalid_value"),
        ("mood", {}, "invalid_value"),
        ("mood", {"value": "calm", "expires_at": "tomorrow"}, "invalid_expires_at"),
        ("mood", {"value": "calm", "expires_at": "2020-01-01T00:00:00Z"}, "invalid_expires_at"),
        ("mood", {"value": "calm", "expires_at": "2030-01-01T00:00:00"}, "invalid_expires_at"),
    ],
)
def test_bad_preferences_are_refused(platform: Platform, key: str, body: Any, code: str) -> None:
    assert problem(platform.client.put(f"/v1/account/preferences/{key}", json=body), 400) == code


@pytest.mark.parametrize("who", ["client", "bob"])
def test_of_two_one_of_whom_has_blocked_the_other_neither_is_there(platform: Platform, who: str) -> None:
    """Ada's video, and Bob."""
    video = platform.published_video(OWNER)
    platform.bob.post(f"/v1/accounts/{OWNER}/follow")
    blocker, blocked = (platform.client, OTHER) if who == "client" else (platform.bob, OWNER)
    assert blocker.post(f"/v1/accounts/{blocked}/block").json()["blocked"]
    assert blocked in blocker.get("/v1/account").json()["blocked"]
    path = f"/v1/videos/{video}"
    for response in (
        platform.bob.get(path),
        platform.bob.post(f"{path}/like"),
        platform.bob.post(f"{path}/remix", json={"prompt": "again"}),
        platform.bob.post(f"{path}/comments", json={"text": "hello"}),
        platform.bob.post(f"/v1/accounts/{OWNER}/follow"),
        platform.client.post(f"/v1/accounts/{OTHER}/follow"),
    ):
        assert response.status_code == 404, response.request.url
    for path_ in (f"/v1/accounts/{OWNER}", f"/v1/accounts/{OWNER}/videos"):
        assert platform.bob.get(path_).status_code == 404
    assert platform.client.get(f"/v1/accounts/{OTHER}").status_code == 404
    assert video not in platform.bob.get("/v1/feed", params={"cut": "latest"}).text
    assert video in platform.browser.get("/v1/feed", params={"cut": "latest"}).text
    assert not blocker.delete(f"/v1/accounts/{blocked}/block").json()["blocked"]
    assert platform.bob.get(path).status_code == 200
    assert not platform.bob.get(f"/v1/accounts/{OWNER}").json()["followed"]


def test_nobody_blocks_themselves_or_nobody(platform: Platform) -> None:
    assert problem(platform.client.post(f"/v1/accounts/{OWNER}/block"), 400) == "cannot_block_self"
    assert problem(platform.client.post(f"/v1/accounts/acct_{'0' * 26}/block"), 404) == "account_not_found"


def test_an_export_has_everything_and_a_manifest(platform: Platform) -> None:
    mine = platform.completed_video(OWNER, prompt="a secret cat")
    theirs = platform.published_video(OTHER)
    platform.given(wallet_stream(OWNER), allowance_granted())
    platform.given(f"case_{mine}", reported(subject=mine), decided(subject=mine))
    platform.client.post(f"/v1/videos/{theirs}/like")
    platform.outside.owned = {OWNER: [mine]}
    platform.outside.liked = {OWNER: [theirs]}
    export = platform.client.post("/v1/account/export").json()
    answer = platform.client.get(f"/v1/account/exports/{export['id']}")
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    parts = {
        name: [json.loads(line) for line in archive.read(name).splitlines()]
        for name in archive.namelist()
        if name.endswith(".jsonl")
    }
    assert [line["event"]["prompt"] for line in parts["videos.jsonl"][:1]] == ["a secret cat"]
    assert [line["type"] for line in parts["decisions.jsonl"]] == ["moderation.decided.v1"]
    assert "moderator_id" not in parts["decisions.jsonl"][0]["event"]
    assert [line["type"] for line in parts["likes.jsonl"]] == ["engagement.liked.v1"]
    assert parts["wallet.jsonl"]
    assert json.loads(archive.read("manifest.json"))["counts"]["videos.jsonl"] == 2


def test_an_export_is_for_who_asked_and_once_a_day(platform: Platform) -> None:
    export = platform.client.post("/v1/account/export").json()
    path = f"/v1/account/exports/{export['id']}"
    assert problem(platform.bob.get(path), 404) == "export_not_found"
    assert problem(platform.client.post("/v1/account/export"), 409) == "export_too_soon"
    assert platform.client.get(path).status_code == 200


def test_an_account_is_erased_when_it_says_its_name(platform: Platform) -> None:
    video = platform.completed_video(OWNER, prompt="a secret cat")
    assert problem(platform.client.request("DELETE", "/v1/account", json={"confirm": OTHER}), 400) == "not_confirmed"
    assert platform.client.request("DELETE", "/v1/account", json={"confirm": OWNER}).json()["erased"]
    assert problem(platform.client.get("/v1/account"), 404) == "account_erased"
    assert platform.client.post("/v1/videos", json={"prompt": "again"}).status_code == 404
    assert problem(platform.browser.get(f"/v1/accounts/{OWNER}"), 404) == "account_erased"
    [fact, *_] = asyncio.run(platform.store.load(video))
    assert fact.event.prompt == "[erased]"
