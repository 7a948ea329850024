"""Receipts over HTTP."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from domain.ids import cascade_of, case_stream, process_of
from domain.process import Item
from tests.contract.test_timers import a_timer
from tests.examples import (
    CHARACTER_ID,
    DECISION_ID,
    consent_revoked,
    decided,
    items_done,
    process_finished,
    process_started,
    reversed_,
)
from tests.given import OTHER, OWNER, VIDEO_ID, an_id
from tests.unit.api.world import KEY, Platform

PROCESS = process_of("0190b2c4-5f00-7000-8000-000000000001")


@pytest.fixture
def running(platform: Platform) -> str:
    ids = sorted(an_id("video", number) for number in range(1, 6))
    first = tuple(Item(id=id_, was="completed", action="hidden") for id_ in ids[:3])
    second = tuple(Item(id=id_, was="queued", action="cancelled") for id_ in ids[3:])
    platform.given(
        PROCESS,
        process_started(process_id=PROCESS, owner_id=OWNER),
        items_done(process_id=PROCESS, items=first),
        items_done(process_id=PROCESS, items=second),
    )
    return PROCESS


def test_the_owner_sees_what_was_done_so_far_page_by_page(platform: Platform, running: str) -> None:
    body = platform.client.get(f"/v1/processes/{running}?limit=4").json()
    assert (body["status"], body["total"], body["digest"], body["finished_at"]) == ("running", 5, None, None)
    assert (body["kind"], body["subject"], body["policy"]) == ("revocation", CHARACTER_ID, "hide_all")
    assert body["counts"] == {"cancelled": 2, "hidden": 3}
    assert [item["action"] for item in body["items"]["data"]] == ["hidden"] * 3 + ["cancelled"]
    assert body["items"]["has_more"]
    rest = platform.client.get(f"/v1/processes/{running}?limit=4&cursor={body['items']['next_cursor']}").json()
    assert [item["action"] for item in rest["items"]["data"]] == ["cancelled"]
    assert (rest["items"]["has_more"], rest["items"]["next_cursor"]) == (False, None)


def test_a_finished_one_can_be_proved(platform: Platform, running: str) -> None:
    lines = [f"{an_id('video', number)} {'hidden' if number < 4 else 'cancelled'}\n" for number in range(1, 6)]
    digest = hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()
    platform.given(running, process_finished(process_id=running, total=5, digest=digest))
    body = platform.client.get(f"/v1/processes/{running}").json()
    assert (body["status"], body["digest"]) == ("finished", digest)
    shown = sorted(f"{item['id']} {item['action']}\n" for item in body["items"]["data"])
    assert hashlib.sha256("".join(shown).encode()).hexdigest() == body["digest"]


def test_for_others_there_is_none_but_moderators_see_all(platform: Platform, running: str) -> None:
    assert platform.bob.get(f"/v1/processes/{running}").status_code == 404
    assert platform.browser.get(f"/v1/processes/{running}").status_code == 401
    platform.keys.keys[KEY] = (OTHER, "moderator")
    assert platform.client.get(f"/v1/processes/{running}").status_code == 200


@pytest.mark.parametrize("process_id", [process_of("0190b2c4-5f00-7000-8000-000000000002"), "process_1", "fox"])
def test_one_that_never_was(platform: Platform, process_id: str) -> None:
    answer = platform.client.get(f"/v1/processes/{process_id}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "process_not_found"


def test_who_revoked_finds_what_follows(platform: Platform) -> None:
    platform.given(CHARACTER_ID, consent_revoked(policy="freeze"), consent_revoked(policy="hide_all"))
    facts = asyncio.run(platform.store.load(CHARACTER_ID))
    first, second = (process_of(fact.recorded.event_id) for fact in facts)
    platform.given(first, process_started(process_id=first, policy="freeze"))
    found = platform.client.get(f"/v1/processes?subject={CHARACTER_ID}").json()["data"]
    assert [(each["id"], each["policy"], each["status"]) for each in found] == [
        (first, "freeze", "running"),
        (second, "hide_all", "waiting"),
    ]
    assert platform.client.get(f"/v1/processes/{second}").status_code == 404
    assert platform.bob.get(f"/v1/processes?subject={CHARACTER_ID}").json()["data"] == []


def test_a_moderator_finds_the_cascade_of_a_decision(platform: Platform) -> None:
    platform.given(case_stream(VIDEO_ID), decided(), reversed_())
    assert platform.client.get(f"/v1/processes?subject={VIDEO_ID}").json()["data"] == []
    platform.keys.keys[KEY] = (OTHER, "moderator")
    found = platform.client.get(f"/v1/processes?subject={VIDEO_ID}").json()["data"]
    assert [each["kind"] for each in found] == ["cascade", "reversal"]
    assert found[0]["id"] == cascade_of(DECISION_ID)


@pytest.mark.parametrize("subject", ["", "fox", "wallet_1"])
def test_a_subject_is_an_id(platform: Platform, subject: str) -> None:
    answer = platform.client.get(f"/v1/processes?subject={subject}")
    assert (answer.status_code, answer.json()["param"]) == (400, "subject")


def test_a_cursor_is_an_id(platform: Platform, running: str) -> None:
    assert platform.client.get(f"/v1/processes/{running}?cursor=fox").status_code == 400


def test_readiness_tells_of_parked_reactions(platform: Platform) -> None:
    assert "reactions" not in platform.client.get("/readyz").json()["detail"]

    async def park() -> None:
        timer = a_timer("k1")
        await platform.reactions.put(timer, at_once=True)
        await platform.reactions.park(timer, "ValueError")

    asyncio.run(park())
    answer = platform.client.get("/readyz")
    assert (answer.status_code, answer.json()["detail"]["reactions"]) == (200, "1 reactions are parked")
