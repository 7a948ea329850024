"""The feed over HTTP, besides its pages: what was seen, frozen rankings, the notice, and what is asked of the model."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from api import schemas
from api.rest.feed_notice import RankingNotice
from api.rest.feed_session import FeedSession
from domain.steering import Active, Rule
from projections.feed import sessions
from projections.feed.ranker import RANKER, TERMS, Candidate
from tests.given import OTHER, OWNER, an_id
from tests.unit.api.world import Platform

VIDEO = an_id("video", 1)
RULE = Rule("rule_1", "boost", "topic", "sea", 2, None)


def freeze(platform: Platform, account_id: str = OWNER) -> sessions.Session:
    found = Candidate(VIDEO, OTHER, VIDEO, (), ("sea",), (), "follow", 0.0, True, False, 0.0)
    at = platform.clock.now()
    frozen = sessions.frozen(
        "session-1", account_id, RANKER, [found], [RULE], personalised=True, at=at, life=timedelta(minutes=30)
    )
    platform.reads.sessions["session-1"] = frozen
    return frozen


def test_a_page_says_how_it_was_ranked(platform: Platform) -> None:
    platform.published_video()
    answer = msgspec.json.decode(platform.client.get("/v1/feed").content, type=schemas.FeedAnswer, strict=True)
    assert answer.personalised
    assert platform.reads.asked == ("for_you", Active(), True, None)


def test_nobody_in_particular_gets_nothing_personal(platform: Platform) -> None:
    assert platform.browser.get("/v1/feed").json()["personalised"] is False


def test_who_does_not_want_a_personalised_feed_has_none(platform: Platform) -> None:
    platform.client.put("/v1/account/preferences/personalised_feed", json={"value": False})
    assert platform.client.get("/v1/feed").json()["personalised"] is False
    seen = platform.client.post("/v1/feed/seen", json={"video_ids": [VIDEO]}).json()
    assert (seen["noted"], platform.reads.seen) == (0, [])
    platform.client.put("/v1/account/preferences/personalised_feed", json={"value": True})
    assert platform.client.get("/v1/feed").json()["personalised"] is True


def test_no_longer_than_it_was_asked_for(platform: Platform) -> None:
    until = (platform.clock.now() + timedelta(days=1)).isoformat()
    body = {"value": False, "expires_at": until}
    assert platform.client.put("/v1/account/preferences/personalised_feed", json=body).status_code == 200
    assert platform.client.get("/v1/feed").json()["personalised"] is False
    platform.clock.passes(days=2)
    assert platform.client.get("/v1/feed").json()["personalised"] is True


def test_mutes_reach_the_model(platform: Platform) -> None:
    assert platform.client.put(f"/v1/accounts/{OTHER}/mute").status_code == 200
    platform.client.get("/v1/feed", params={"cut": "latest"})
    assert platform.reads.asked == ("latest", Active(muted=frozenset({OTHER})), True, None)


def test_the_cut_of_a_character_wants_one(platform: Platform) -> None:
    character = an_id("char", 1)
    assert platform.browser.get("/v1/feed", params={"cut": "character", "character": character}).status_code == 200
    assert platform.reads.asked[-1] == character
    for wrong in ({}, {"character": "rex"}):
        refusal = platform.browser.get("/v1/feed", params={"cut": "character", **wrong})
        assert (refusal.status_code, refusal.json()["code"]) == (400, "invalid_character")


def test_what_was_seen_is_noted(platform: Platform) -> None:
    answer = platform.client.post("/v1/feed/seen", json={"video_ids": [VIDEO]})
    assert (answer.status_code, answer.json()["noted"]) == (200, 1)
    assert platform.reads.seen == [(OWNER, VIDEO)]
    assert platform.browser.post("/v1/feed/seen", json={"video_ids": [VIDEO]}).status_code == 401


@pytest.mark.parametrize("ids", [[], ["video"], [VIDEO] * 101, None])
def test_seen_are_some_videos(platform: Platform, ids: Any) -> None:
    refusal = platform.client.post("/v1/feed/seen", json={"video_ids": ids})
    assert (refusal.status_code, refusal.json()["code"]) == (400, "invalid_video_ids")


def test_a_frozen_ranking_is_told_to_its_owner(platform: Platform) -> None:
    frozen = freeze(platform)
    answer = platform.client.get("/v1/feed/sessions/session-1")
    told = msgspec.json.decode(answer.content, type=FeedSession, strict=True)
    assert (told.ranker, told.version, told.digest, told.candidates) == ("built-in-2", 0, frozen.digest, 1)
    [first] = told.data
    assert (first.place, first.video_id, first.why.source) == (1, VIDEO, "follow")
    assert first.why.terms == frozen.items[0].terms
    assert first.why.terms["steering"] == 2.0
    assert told.rules == [RULE]
    for client in (platform.client, platform.bob):
        assert client.get("/v1/feed/sessions/session-2").status_code == 404
    assert platform.bob.get("/v1/feed/sessions/session-1").status_code == 404
    assert platform.browser.get("/v1/feed/sessions/session-1").status_code == 401


def test_the_notice_has_every_term_with_its_weight(platform: Platform) -> None:
    answer = platform.browser.get("/v1/feed/ranking")
    notice = msgspec.json.decode(answer.content, type=RankingNotice, strict=True)
    assert {term.term: term.weight for term in notice.terms} == RANKER.weights
    assert TERMS.keys() == RANKER.weights.keys()
    assert [abs(term.weight) for term in notice.terms] == sorted(map(abs, RANKER.weights.values()), reverse=True)
    assert any("personalised_feed" in choice for choice in notice.choices)
    assert {source.source for source in notice.sources} == {"follow", "hot", "fresh", "affinity", "steering", "again"}
