"""Steering one's feed over HTTP: wishes, rules, mutes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from tests.examples import preference_set
from tests.given import OTHER, OWNER, an_id
from tests.unit.api.test_characters import made
from tests.unit.api.world import Platform

WISHES: Final = "/v1/feed/wishes"
RULES: Final = "/v1/feed/rules"
WISH: Final = "more dogs, no horror for three days, less of @rex, more unicycles"


def problem(response: Any, status: int) -> str:
    assert response.status_code == status, response.text
    return str(response.json()["code"])


def wish(platform: Platform, words: str) -> dict[str, Any]:
    response = platform.client.post(WISHES, json={"wish": words})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def holding(platform: Platform) -> list[str]:
    return [rule["says"] for rule in platform.client.get(RULES).json()["data"]]


def test_a_wish_is_shown_as_it_was_understood(platform: Platform) -> None:
    rex = made(platform.bob)
    answer = wish(platform, WISH)
    assert (answer["object"], answer["wish"]) == ("feed.wish", WISH)
    dogs, horror, less = answer["understood"]
    assert (dogs["says"], dogs["effect"], dogs["kind"], dogs["value"]) == (
        "More of the topic animals", "boost", "topic", "animals",
    )  # fmt: skip
    assert (horror["says"], horror["weight"], horror["source"]) == (
        "None of the topic horror", 3, "no horror for three days",
    )  # fmt: skip
    assert datetime.fromtimestamp(horror["until"], UTC).isoformat() == "2026-11-25T12:00:00+00:00"
    assert (less["says"], less["value"], less["name"]) == ("Less with @Rex", rex["id"], "@Rex")
    [ignored] = answer["ignored"]
    assert (ignored["text"], ignored["reason"]) == ("more unicycles", "unknown_word")
    assert "topic" in ignored["message"]


def test_rules_end_and_are_undone_one_by_one_or_by_wish(platform: Platform) -> None:
    first = wish(platform, "more music, no food today, fewer remixes")
    wish(platform, "no politics")
    assert holding(platform) == [
        "None of the topic politics", "Less remix videos", "None of the topic food", "More of the topic music",
    ]  # fmt: skip
    platform.clock.passes(days=1)
    assert "None of the topic food" not in holding(platform)
    one = f"{RULES}/{first['understood'][0]['id']}"
    left = platform.client.delete(one).json()["data"]
    assert [rule["says"] for rule in left] == ["None of the topic politics", "Less remix videos"]
    assert problem(platform.client.delete(one), 404) == "rule_not_found"
    platform.client.delete(f"{WISHES}/{first['id']}")
    assert holding(platform) == ["None of the topic politics"]
    assert problem(platform.client.delete(f"{WISHES}/{first['id']}"), 404) == "wish_not_found"


def test_a_later_wish_covers_an_earlier_one_and_says_so(platform: Platform) -> None:
    wish(platform, "more music")
    later = wish(platform, "no music")
    shown = platform.client.get(RULES).json()["data"]
    assert [(rule["effect"], rule["active"]) for rule in shown] == [("mute", True), ("boost", False)]
    platform.client.delete(f"{WISHES}/{later['id']}")
    assert [rule["active"] for rule in platform.client.get(RULES).json()["data"]] == [True]


def test_names_lead_to_characters_and_to_their_authors(platform: Platform) -> None:
    made(platform.bob)
    character, author = wish(platform, "less of @REX, no videos by @rex")["understood"]
    assert (character["kind"], author["kind"]) == ("character", "author")
    assert (author["value"], author["says"]) == (OTHER, "None by Bob")
    torn = wish(platform, "more @rex, less @REX, more music")
    assert [rule["value"] for rule in torn["understood"]] == ["music"]
    assert [part["reason"] for part in torn["ignored"]] == ["both_directions"] * 2
    ghost = wish(platform, "more music, no @ghost")
    assert [(part["text"], part["reason"]) for part in ghost["ignored"]] == [("@ghost", "unknown_name")]


@pytest.mark.parametrize("who", ["client", "bob"])
def test_a_name_of_somebody_who_is_kept_apart_is_nobodys(platform: Platform, who: str) -> None:
    made(platform.bob)
    blocker, blocked = (platform.client, OTHER) if who == "client" else (platform.bob, OWNER)
    blocker.post(f"/v1/accounts/{blocked}/block")
    assert problem(platform.client.post(WISHES, json={"wish": "more @rex"}), 400) == "wish_not_understood"
    assert problem(platform.client.put("/v1/accounts/@rex/mute"), 404) == "account_not_found"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_wish"), ({"wish": " "}, "invalid_wish"), ({"wish": "x" * 501}, "invalid_wish"),
        ({"wish": 7}, "invalid_type"), ({"wish": "hello"}, "wish_not_understood"),
    ],
)  # fmt: skip
def test_a_wish_that_cannot_be_read_is_refused(platform: Platform, body: Any, code: str) -> None:
    assert problem(platform.client.post(WISHES, json=body), 400) == code


def test_a_repeated_wish_happens_once_and_reads_the_same(platform: Platform) -> None:
    sent = {"json": {"wish": WISH}, "headers": {"Idempotency-Key": "once"}}
    first, again = platform.client.post(WISHES, **sent), platform.client.post(WISHES, **sent)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.json() == again.json()
    assert len(holding(platform)) == 2


def test_rules_are_for_whoever_made_them(platform: Platform) -> None:
    [rule] = wish(platform, "more music")["understood"]
    assert platform.bob.get(RULES).json()["data"] == []
    assert problem(platform.bob.delete(f"{RULES}/{rule['id']}"), 404) == "rule_not_found"
    assert platform.browser.get(RULES).status_code == 401


def test_a_mute_is_private_and_takes_an_id_or_a_handle(platform: Platform) -> None:
    made(platform.bob)
    answer = platform.client.put("/v1/accounts/@rex/mute").json()
    assert answer == {"object": "mute", "account_id": OTHER, "muted": True}
    assert platform.client.put(f"/v1/accounts/{OTHER}/mute").json() == answer
    assert platform.client.get("/v1/account").json()["muted"] == [OTHER]
    assert platform.bob.get(f"/v1/accounts/{OWNER}").status_code == 200
    assert OWNER not in platform.bob.get("/v1/account").json()["muted"]
    for _ in range(2):
        assert not platform.client.request("DELETE", f"/v1/accounts/{OTHER}/mute").json()["muted"]
    assert platform.client.get("/v1/account").json()["muted"] == []
    assert problem(platform.client.put(f"/v1/accounts/{OWNER}/mute"), 400) == "cannot_mute_self"
    for nobody in (an_id("acct", 77), "@ghost", "no handle at all"):
        assert problem(platform.client.put(f"/v1/accounts/{nobody}/mute"), 404) == "account_not_found"


def test_the_old_preference_leads_to_wishes(platform: Platform) -> None:
    platform.given(OWNER, preference_set(key="feed_rules", value='{"more":"dogs"}'))
    assert platform.client.get("/v1/account").json()["preferences"] == {}
    response = platform.client.put("/v1/account/preferences/feed_rules", json={"value": {}})
    assert problem(response, 400) == "replaced_preference"
    assert "/v1/feed/wishes" in response.json()["detail"]
