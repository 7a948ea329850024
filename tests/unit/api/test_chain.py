"""The chain of a video: each step with the facts that prove it, for eyes that may see it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from starlette.testclient import TestClient

from domain.engagement import Followed, Unfollowed
from domain.ids import case_stream, follow_stream
from domain.video import CharacterUse, Parent
from tests.examples import (
    CHARACTER_ID,
    blocked,
    character_created,
    character_deleted,
    consent_changed,
    consent_revoked,
    decided,
    lifted,
    restricted,
    stitched,
)
from tests.given import (
    OTHER,
    OWNER,
    attempt_failed,
    completed,
    created,
    deleted,
    published,
    remixed,
    started,
    unpublished,
)
from tests.unit.api.test_characters import moderator
from tests.unit.api.world import Platform

USE = CharacterUse(character_id=CHARACTER_ID, consent_version=2)


class Family:
    """A video of Bob's with his character, Ada's remix of it, and her remix of that. The last one is a draft."""

    def __init__(self, platform: Platform, **consent: Any) -> None:
        self.platform = platform
        platform.given(CHARACTER_ID, character_created(owner_id=OTHER), consent_changed(owner_id=OTHER, **consent))
        self.first = self.video(OTHER, None, prompt="@rex in a park", characters=(USE,))
        platform.given(self.first, published(owner_id=OTHER))
        self.second = self.video(OWNER, self.first, prompt="make it night", characters=(USE,))
        platform.given(self.second, published(description="a surprise"))
        self.third = self.video(OWNER, self.second, prompt="now it rains", characters=(USE,))

    def video(self, owner: str, parent: str | None, **changes: Any) -> str:
        id_ = self.platform.ids.new("video")
        edge = (Parent(video_id=parent, relation="remix", owner_id=OTHER, span=(0.0, 4.0)),) if parent else ()
        queued = (remixed if parent else created)(owner_id=owner, parents=edge, ruleset="test-0", **changes)
        self.platform.given(id_, queued, started(owner_id=owner), completed(owner_id=owner, mark_id="00ff"))
        self.platform.clock.passes(minutes=1)
        return id_


def consent(**changes: Any) -> dict[str, Any]:
    return {"audience": "everyone", "rules": (), "text": "", "unclear": (), "allowed": (), "version": 2, **changes}


@pytest.fixture
def family(platform: Platform) -> Family:
    return Family(platform, **consent())


def chain(client: TestClient, video_id: str, **params: Any) -> list[dict[str, Any]]:
    response = client.get(f"/v1/videos/{video_id}/chain", params=params)
    assert response.status_code == 200, response.text
    data: list[dict[str, Any]] = response.json()["data"]
    return data


def uses(platform: Platform, video_id: str, client: TestClient | None = None) -> list[Any]:
    return [
        (use["allowed"], use["rule"], use["consent_version"], use["in_force"])
        for link in chain(client or platform.client, video_id)
        for use in link.get("characters", ())
    ]


def test_each_step_has_its_place_its_maker_and_its_proof(platform: Platform, family: Family) -> None:
    third, second, first = chain(platform.client, family.third)
    assert [link["id"] for link in (third, second, first)] == [family.third, family.second, family.first]
    assert [link["depth"] for link in (third, second, first)] == [0, 1, 2]
    assert third["parents"] == [{"place": 1, "id": family.second, "relation": "remix", "span": [0.0, 4.0]}]
    assert (first["owner"]["name"], first["state"], first["ruleset"]) == ("Bob", "completed", "test-0")
    assert third["made"] == {
        "attempt": 1, "worker": "w1", "engine": "cpu", "model_digest": "d1", "seed": 7, "mark_id": "00ff",
    }  # fmt: skip
    facts = asyncio.run(platform.store.load(family.third))
    for told, fact in zip(third["facts"], facts, strict=True):
        log = f"{fact.recorded.category}/{fact.recorded.shard}"
        assert (told["log"], told["position"], told["version"]) == (log, fact.recorded.position, fact.recorded.version)
        assert (told["event_id"], told["at"]) == (fact.recorded.event_id, int(fact.recorded.recorded_at.timestamp()))
        assert (told["by"], told["command"]) == (OWNER, fact.recorded.causation)
    assert [told["type"] for told in third["facts"]] == [
        "video.remixed", "video.generation_started", "video.generation_completed",
    ]  # fmt: skip


def test_consent_is_named_by_its_event_and_judged_by_its_version(platform: Platform, family: Family) -> None:
    [use] = chain(platform.client, family.third)[0]["characters"]
    event = asyncio.run(platform.store.load(CHARACTER_ID))[1].recorded
    assert (use["id"], use["handle"], use["allowed"], use["rule"]) == (CHARACTER_ID, "rex", True, "audience:everyone")
    assert use["consent"]["event_id"] == event.event_id
    assert use["consent"]["position"] == event.position
    assert uses(platform, family.third) == [(True, "audience:everyone", 2, 2)] * 2 + [(True, "owner", 2, 2)]


@pytest.mark.parametrize(
    "afterwards",
    [
        (CHARACTER_ID, consent_revoked(owner_id=OTHER, version=3)),
        (CHARACTER_ID, consent_changed(**consent(owner_id=OTHER, version=3, audience="only_me"))),
        (CHARACTER_ID, character_deleted(owner_id=OTHER)),
        (OTHER, blocked(account_id=OTHER, blocked_id=OWNER)),
        (case_stream(CHARACTER_ID), decided(subject=CHARACTER_ID, scope="uses_of_character")),
    ],
    ids=["revoked", "changed", "deleted", "blocked", "decided"],
)
def test_what_came_later_changes_nothing(platform: Platform, family: Family, afterwards: tuple[str, Any]) -> None:
    stream, event = afterwards
    platform.given(stream, event)
    allowed, rule, version, in_force = uses(platform, family.third)[0]
    assert (version, in_force) == (2, 2)
    assert (allowed, rule) == (True, "audience:everyone")


def test_what_was_the_case_then_counts(platform: Platform) -> None:
    """Ada and Bob followed each other when she made it, and do not any more."""
    follows = [(OWNER, OTHER), (OTHER, OWNER)]
    for one, other in follows:
        platform.given(follow_stream(one, other), Followed(follower_id=one, followee_id=other))
    platform.clock.passes(minutes=1)
    family = Family(platform, **consent(audience="mutuals"))
    for one, other in follows:
        platform.given(follow_stream(one, other), Unfollowed(follower_id=one, followee_id=other))
    assert uses(platform, family.third)[0] == (True, "audience:mutuals", 2, 2)


@pytest.mark.parametrize(
    ("changes", "rule", "told"),
    [
        ({"audience": "only_me"}, "audience:only_me", "audience"),
        ({"rules": ("word:rains",)}, "word:rains", "word"),
    ],
)
def test_a_use_that_was_not_allowed_is_found(platform: Platform, changes: Any, rule: str, told: str) -> None:
    """The rules of a character are its owner's: others learn only the kind."""
    family = Family(platform, **consent(**changes))
    platform.given(family.third, published())
    assert uses(platform, family.third)[0] == (False, told, 2, 2)
    assert uses(platform, family.third, platform.bob)[0] == (False, rule, 2, 2)


def test_a_use_under_another_version_than_held_is_found(platform: Platform) -> None:
    family = Family(platform, **consent())
    platform.given(CHARACTER_ID, consent_changed(**consent(owner_id=OTHER, version=3)))
    late = family.video(OWNER, family.second, characters=(USE,))
    [use] = chain(platform.client, late)[0]["characters"]
    assert (use["consent_version"], use["in_force"]) == (2, 3)


def test_of_words_that_are_erased_nobody_can_say(platform: Platform) -> None:
    family = Family(platform, **consent(rules=("word:dragon",)))
    assert uses(platform, family.third)[0][:2] == (True, "audience:everyone")
    platform.bob.request("DELETE", "/v1/account", json={"confirm": OTHER})
    assert uses(platform, family.third)[0][:2] == (None, "unreadable")
    assert chain(platform.client, family.third)[2]["prompt"] == "[erased]"


def test_a_hidden_ancestor_keeps_its_place_and_nothing_else(platform: Platform, family: Family) -> None:
    platform.given(family.second, unpublished())
    platform.given(family.third, published())
    response = platform.bob.get(f"/v1/videos/{family.third}/chain")
    third, second, first = response.json()["data"]
    assert second == {**dict.fromkeys(second), "place": 1, "depth": 1, "hidden": True, "described": False,
                      "parents": [{"place": 2, "id": None, "relation": "remix", "span": None}],
                      "characters": [], "facts": [], "decisions": []}  # fmt: skip
    assert third["parents"] == [{"place": 1, "id": None, "relation": "remix", "span": None}]
    assert first["prompt"] == "@rex in a park"
    for word in (family.second, "make it night", "a surprise"):
        assert word not in response.text


def test_a_description_stands_for_the_prompt(platform: Platform, family: Family) -> None:
    for client, shown in ((platform.client, "make it night"), (platform.bob, "a surprise")):
        link = chain(client, family.second)[0]
        assert (link["prompt"], link["described"]) == (shown, client is platform.bob)


def test_who_did_what_is_for_the_owner(platform: Platform) -> None:
    video = platform.completed_video()
    other = platform.given(platform.ids.new("video"), created(), attempt_failed(), completed(attempt=2), published())
    platform.given(video, restricted(), lifted(), published())
    platform.given(case_stream(video), decided(subject=video))
    [mine], [theirs] = chain(platform.client, video), chain(platform.bob, video)
    assert [fact["type"] for fact in mine["facts"]][2:4] == ["video.restricted", "video.restriction_lifted"]
    assert not any("restrict" in fact["type"] for fact in theirs["facts"])
    assert [fact["policy"] for fact in mine["decisions"]] == ["harassment"]
    assert theirs["decisions"] == []
    assert "by" not in theirs["facts"][0]
    assert chain(platform.client, other)[0]["facts"][1]["message"] == "it did not work"
    assert "message" not in chain(platform.bob, other)[0]["facts"][1]


def test_moderators_see_all_and_that_is_noted(
    platform: Platform, family: Family, caplog: pytest.LogCaptureFixture
) -> None:
    platform.given(family.second, deleted())
    assert chain(platform.client, family.third)[1]["hidden"]
    platform.given(case_stream(family.first), decided(subject=family.first))
    mo = moderator(platform)
    with caplog.at_level(logging.INFO, "recut.audit"):
        third, second, first = chain(mo, family.third)
    assert (second["state"], second["prompt"]) == ("deleted", "make it night")
    assert third["prompt"] == "now it rains"
    assert [fact["type"] for fact in first["decisions"]] == ["moderation.decided"]
    noted = [record.getMessage() for record in caplog.records]
    for video in (family.first, family.second, family.third):
        assert any("chain_read" in line and video in line for line in noted)


def test_a_chain_comes_in_pages(platform: Platform, family: Family) -> None:
    path = f"/v1/videos/{family.third}/chain"
    page = platform.client.get(path, params={"limit": 2}).json()
    assert (page["count"], page["has_more"], len(page["data"])) == (3, True, 2)
    rest = platform.client.get(path, params={"limit": 2, "cursor": page["next_cursor"]}).json()
    assert ([link["id"] for link in rest["data"]], rest["next_cursor"]) == ([family.first], None)
    for params, code in (({"cursor": "x"}, "invalid_cursor"), ({"limit": 51}, "invalid_limit")):
        refused = platform.client.get(path, params=params)
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)


def test_a_video_that_is_reached_twice_stands_once(platform: Platform, family: Family) -> None:
    clips = tuple(Parent(video_id=id_, relation="stitch", owner_id=OWNER, span=(0.0, 2.0))
                  for id_ in (family.second, family.first, family.second))  # fmt: skip
    whole = platform.given(platform.ids.new("video"), stitched(parents=clips), completed())
    links = chain(platform.client, whole)
    assert [link["id"] for link in links] == [whole, family.second, family.first]
    assert [parent["place"] for parent in links[0]["parents"]] == [1, 2, 1]
    assert [link["depth"] for link in links] == [0, 1, 1]


def test_the_chain_of_what_one_may_not_see_is_not_there(platform: Platform, family: Family) -> None:
    for client, video in (
        (platform.bob, family.third),
        (platform.browser, family.third),
        (platform.client, "nonsense"),
    ):
        response = client.get(f"/v1/videos/{video}/chain")
        assert response.status_code == 404
        assert "now it rains" not in response.text
    assert chain(platform.browser, family.first)[0]["id"] == family.first
