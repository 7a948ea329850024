"""Asking beforehand: the same rules as the request itself, and nothing is recorded."""

from __future__ import annotations

import asyncio
from typing import Any

from domain.video import CharacterUse
from tests.examples import CHARACTER_ID, character_created, consent_changed
from tests.given import OTHER, OWNER, a_model, an_id, published, registered
from tests.unit.api.world import Platform

REFUSED = an_id("char", 2)


def able(platform: Platform) -> Platform:
    """Whose model takes characters and knows all verbs; Ada's one character is for everyone, the other one is not."""
    verbs = {"verbs": ("create", "remix", "edit", "extend", "stitch"), "max_characters": 2}
    platform.models.models = [a_model(**verbs)]
    platform.given("model_sketch-1", registered(**verbs))
    platform.given(CHARACTER_ID, character_created(), consent_changed(rules=("word:foo",)))
    platform.given(REFUSED, character_created(character_id=REFUSED, handle_stream="handle_01"))
    return platform


def asked(platform: Platform, **body: Any) -> dict[str, Any]:
    before = asyncio.run(platform.store.heads())
    response = platform.bob.post("/v1/preflight", json={"prompt": "a cat", **body})
    assert response.status_code == 200, response.text
    assert asyncio.run(platform.store.heads()) == before
    answer: dict[str, Any] = response.json()
    return answer


def test_what_a_video_would_cost_and_how_long_it_would_wait(platform: Platform) -> None:
    found = asked(able(platform))
    assert (found["allowed"], found["refusal"], found["characters"]) == (True, None, [])
    estimate = found["estimate"]
    assert (estimate["model"], estimate["seconds"], estimate["size"]) == ("sketch-1", 4, "720x1280")
    assert (estimate["tier"], estimate["price"], estimate["place"], estimate["wait_seconds"]) == ("free", 4, 1, 0)
    made = platform.bob.post("/v1/videos", json={"prompt": "a cat"})
    assert made.status_code == 200
    assert estimate["free"] == platform.bob.get("/v1/wallet").json()["free"]


def test_which_characters_and_by_which_rule(platform: Platform) -> None:
    able(platform)
    allowed = asked(platform, characters=[CHARACTER_ID])
    assert allowed["characters"] == [
        {
            "id": CHARACTER_ID,
            "verdict": {"allowed": True, "rule": "audience:everyone", "message": "", "consent_version": 2},
        }
    ]
    refused = asked(platform, characters=[CHARACTER_ID, REFUSED])
    assert (refused["allowed"], refused["estimate"]) == (False, None)
    assert (refused["refusal"]["code"], refused["refusal"]["param"]) == ("consent_denied", "characters")
    assert [(each["id"], each["verdict"]["rule"]) for each in refused["characters"]] == [
        (CHARACTER_ID, "audience:everyone"),
        (REFUSED, "audience:only_me"),
    ]


def test_the_rule_that_a_prompt_breaks_is_named(platform: Platform) -> None:
    found = asked(able(platform), prompt="a foo", characters=[CHARACTER_ID])
    assert [each["verdict"]["rule"] for each in found["characters"]] == ["word:foo"]


def test_the_characters_of_a_parent_are_judged_for_who_asks(platform: Platform) -> None:
    uses = (CharacterUse(character_id=REFUSED, consent_version=1),)
    parent = platform.given(platform.completed_video(OWNER, characters=uses), published())
    found = asked(able(platform), verb="remix", video={"id": parent}, prompt="at night")
    assert found["refusal"]["code"] == "consent_denied"
    assert [each["id"] for each in found["characters"]] == [REFUSED]


def test_every_other_refusal_is_told_as_the_request_would_be(platform: Platform) -> None:
    able(platform)
    assert asked(platform, prompt="")["refusal"]["code"] == "invalid_prompt"
    assert asked(platform, prompt="@nobody.here")["refusal"]["code"] == "character_not_found"
    assert asked(platform, verb="remix", video={"id": an_id("video", 9)})["refusal"]["code"] == "video_not_found"
    assert asked(platform, tier="paid")["refusal"]["code"] == "insufficient_credits"
    platform.workers.running = False
    gone = asked(platform)["refusal"]
    assert (gone["code"], gone["retry_after"]) == ("no_worker", 5)


def test_every_verb(platform: Platform) -> None:
    able(platform)
    mine = platform.completed_video(OTHER)
    for verb in ("remix", "edit", "extend"):
        assert asked(platform, verb=verb, video={"id": mine}, prompt="at night")["allowed"], verb
    clips = [{"video_id": mine}, {"video_id": mine}]
    assert asked(platform, verb="stitch", clips=clips)["estimate"]["seconds"] == 8
    wrong = platform.bob.post("/v1/preflight", json={"verb": "dance"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid_verb")


def test_without_a_prompt(platform: Platform) -> None:
    able(platform)
    found = platform.bob.get("/v1/preflight", params={"characters": [CHARACTER_ID], "seconds": 8}).json()
    assert (found["allowed"], found["estimate"]["price"]) == (True, 8)
    refused = platform.bob.get("/v1/preflight", params={"characters": REFUSED}).json()
    assert refused["characters"][0]["verdict"]["rule"] == "audience:only_me"
    assert platform.browser.get("/v1/preflight").status_code == 401
