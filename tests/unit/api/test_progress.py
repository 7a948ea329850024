"""Server-sent events, from the first place in the queue to the last event."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api import progress
from domain.queue import Progress
from tests.given import completed, created, deleted, failed, happened, started
from tests.unit.api.world import Platform


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.001)


def read(text: str) -> list[dict[str, str]]:
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block]
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]


def at(step: int) -> Progress:
    return Progress(attempt=1, state="claimed", step=step, of=4, place=0, waiting=0)


def steps(platform: Platform, monkeypatch: pytest.MonkeyPatch, video_id: str, *moments: Any) -> None:
    """At each look at the job table the next thing happens."""
    coming = iter(moments)

    async def look(_: str) -> Progress | None:
        moment = next(coming)
        return moment if isinstance(moment, Progress) else await moment()

    monkeypatch.setattr(platform.jobs, "progress", look)


def test_a_video_is_followed_to_its_end(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    video_id = platform.given(platform.ids.new("video"), created(), started())

    async def finishes() -> Progress:
        await happened(platform.store, video_id, completed())
        return at(4)

    steps(platform, monkeypatch, video_id, at(1), at(1), at(2), finishes)
    response = platform.client.get(f"/v1/videos/{video_id}/events")
    assert response.headers["content-type"].startswith("text/event-stream")
    events = read(response.text)
    told = [(event["event"], json.loads(event["data"])["progress"]) for event in events]
    assert told == [("progress", 25), ("progress", 50), ("progress", 99), ("completed", 100)]
    assert len({event["id"] for event in events}) == 4
    assert all(event["retry"] == "2000" for event in events)


def test_a_client_that_comes_back_is_told_only_what_is_new(platform: Platform) -> None:
    video_id = platform.given(platform.ids.new("video"), created(), failed())
    [last] = read(platform.client.get(f"/v1/videos/{video_id}/events").text)
    assert last["event"] == "failed"
    path = f"/v1/videos/{video_id}/events"
    assert platform.client.get(path, headers={"Last-Event-ID": last["id"]}).status_code == 204
    assert len(read(platform.client.get(path, headers={"Last-Event-ID": "1-queued-0-0"}).text)) == 1


def test_it_ends_when_the_video_is_deleted(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    video_id = platform.given(platform.ids.new("video"), created(), started())

    async def goes() -> Progress:
        await happened(platform.store, video_id, failed(), deleted())
        return at(2)

    steps(platform, monkeypatch, video_id, goes)
    events = read(platform.client.get(f"/v1/videos/{video_id}/events").text)
    assert [event["event"] for event in events] == ["progress"]


def test_it_does_not_last_for_ever(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LONGEST", 0.0)
    video_id = platform.given(platform.ids.new("video"), created())
    assert len(read(platform.client.get(f"/v1/videos/{video_id}/events").text)) == 1


def test_an_unknown_video_is_404(platform: Platform) -> None:
    assert platform.client.get(f"/v1/videos/{platform.ids.new('video')}/events").status_code == 404
    mine = platform.given(platform.ids.new("video"), created())
    assert platform.bob.get(f"/v1/videos/{mine}/events").status_code == 404
