"""What an account is told, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.ids import wallet_stream
from tests.examples import commented, preference_set, purchased
from tests.given import OTHER, OWNER, an_id, completed, created
from tests.unit.api.world import Platform


def notifications(platform: Platform, **params: Any) -> dict[str, Any]:
    reply = platform.client.get("/v1/notifications", params=params)
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def kinds(platform: Platform, **params: Any) -> list[str]:
    return [each["kind"] for each in notifications(platform, **params)["data"]]


@pytest.fixture
def told(platform: Platform) -> Platform:
    """Ada is told, one after the other: a video, a comment of Bob, some credits."""
    video_id = platform.given(an_id("video", 5), created(owner_id=OWNER), completed(owner_id=OWNER))
    platform.clock.time += timedelta(minutes=1)
    comment = an_id("comment", 1)
    said = commented(comment_id=comment, video_id=video_id, owner_id=OWNER, account_id=OTHER, parent_id=None, text="ha")
    platform.given(comment, said)
    platform.clock.time += timedelta(minutes=1)
    platform.given(wallet_stream(OWNER), purchased(account_id=OWNER, credits=7))
    return platform


def test_the_newest_comes_first(told: Platform) -> None:
    body = notifications(told)
    assert [each["kind"] for each in body["data"]] == ["credits_added", "commented", "generation_completed"]
    credits, comment, video = body["data"]
    assert (credits["actor"], credits["details"]["credits"], credits["read"]) == (None, 7, False)
    assert comment["actor"] == {"id": OTHER, "name": "Bob"}
    assert (comment["text"], comment["video_id"], comment["subject"]) == ("ha", an_id("video", 5), an_id("video", 5))
    assert video["at"] == comment["at"] - 60
    assert (body["unread"], body["has_more"], body["next_cursor"]) == (3, False, None)
    assert body["as_of"]["token"]


def test_they_come_in_pages(told: Platform) -> None:
    first = notifications(told, limit=2)
    assert (len(first["data"]), first["has_more"], first["unread"]) == (2, True, 3)
    assert kinds(told, limit=2, cursor=first["next_cursor"]) == ["generation_completed"]


def test_they_are_the_account_s_own(told: Platform) -> None:
    assert told.bob.get("/v1/notifications").json()["data"] == []
    assert told.browser.get("/v1/notifications").status_code == 401
    assert told.browser.post("/v1/notifications/read", json={"all": True}).status_code == 401


def test_one_is_marked_as_read(told: Platform) -> None:
    newest = notifications(told)["data"][0]["id"]
    reply = told.client.post("/v1/notifications/read", json={"ids": [newest]})
    assert (reply.status_code, reply.json()["unread"]) == (200, 2)
    assert kinds(told, unread="true") == ["commented", "generation_completed"]
    assert [each["read"] for each in notifications(told)["data"]] == [True, False, False]


def test_one_and_all_older_ones_are_marked_as_read(told: Platform) -> None:
    second = notifications(told)["data"][1]["id"]
    assert told.client.post("/v1/notifications/read", json={"up_to": second}).json()["unread"] == 1
    assert kinds(told, unread="true") == ["credits_added"]
    assert told.client.post("/v1/notifications/read", json={"all": True}).json()["unread"] == 0
    assert told.bob.post("/v1/notifications/read", json={"ids": [second]}).json()["unread"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_read"),
        ({"all": False}, "invalid_read"),
        ({"all": True, "ids": ["one"]}, "invalid_read"),
        ({"up_to": "one", "ids": ["one"]}, "invalid_read"),
        ({"ids": [str(n) for n in range(101)]}, "too_many_ids"),
    ],
)
def test_what_is_read_is_said_in_one_way(told: Platform, body: dict[str, Any], code: str) -> None:
    refusal = told.client.post("/v1/notifications/read", json=body)
    assert (refusal.status_code, refusal.json()["code"]) == (400, code)
    assert notifications(told)["unread"] == 3


@pytest.mark.parametrize(("params", "code"), [({"unread": "yes"}, "invalid_unread"), ({"limit": 101}, "invalid_limit")])
def test_parameters_are_checked(platform: Platform, params: dict[str, Any], code: str) -> None:
    refusal = platform.client.get("/v1/notifications", params=params)
    assert (refusal.status_code, refusal.json()["code"]) == (400, code)


def test_what_is_muted_is_not_told(told: Platform) -> None:
    value = '{"muted": ["commented", "nonsense"], "more": 1}'
    told.given(OWNER, preference_set(account_id=OWNER, key="notifications", value=value, expires_at=None))
    assert kinds(told) == ["credits_added", "generation_completed"]
    assert notifications(told)["unread"] == 2
    told.given(OWNER, preference_set(account_id=OWNER, key="notifications", value='{"muted": 3}', expires_at=None))
    assert len(kinds(told)) == 3


def test_a_mute_ends(told: Platform) -> None:
    until = told.clock.time + timedelta(hours=1)
    value = '{"muted": ["commented"]}'
    told.given(OWNER, preference_set(account_id=OWNER, key="notifications", value=value, expires_at=until))
    assert len(kinds(told)) == 2
    told.clock.time = until
    assert len(kinds(told)) == 3


@pytest.mark.parametrize("by", ["client", "bob"])
def test_who_is_kept_apart_tells_nothing(told: Platform, by: str) -> None:
    other = OTHER if by == "client" else OWNER
    assert getattr(told, by).post(f"/v1/accounts/{other}/block").status_code == 200
    assert kinds(told) == ["credits_added", "generation_completed"]


def test_of_who_is_muted_nothing_is_told(told: Platform) -> None:
    assert told.client.put(f"/v1/accounts/{OTHER}/mute").status_code == 200
    assert kinds(told) == ["credits_added", "generation_completed"]


def test_a_follower_who_leaves_is_not_told_of(platform: Platform) -> None:
    assert platform.bob.post(f"/v1/accounts/{OWNER}/follow").status_code == 200
    assert notifications(platform)["data"][0]["subject"] == OTHER
    assert platform.bob.delete(f"/v1/accounts/{OWNER}/follow").status_code == 200
    assert kinds(platform) == []


def test_a_lagging_inbox_says_so(told: Platform) -> None:
    told.client.post("/v1/videos", json={"prompt": "a cat", "model": "sketch-1"})
    told.reads.lags = True
    assert told.client.get("/v1/notifications").headers["Stale"] == "true"
    assert told.reads.waited[-1][0] == "inbox"
