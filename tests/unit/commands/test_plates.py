"""The place that a clip was given, on its way from the event to the worker."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from commands.generation import job_for
from domain.jobs import Bundle, Plate
from domain.video import Reference
from infra.memory import MemoryEventStore
from tests.examples import edited, extended, stitched
from tests.given import OWNER, VIDEO_ID, created, happened, remixed

KEY = f"a/{OWNER}/{VIDEO_ID}/reference-00.webm"
GIVEN = Reference(video_id=VIDEO_ID, kind="video", key=KEY, sha256="00", mime="video/webm", bytes=5)


def bundle_of(event: Any) -> Bundle:
    async def story() -> Bundle:
        store = MemoryEventStore()
        await happened(store, VIDEO_ID, event)
        job = await job_for(store, VIDEO_ID, 1)
        assert job is not None
        return job.bundle

    return asyncio.run(story())


@pytest.mark.parametrize("example", [created, remixed, edited, extended])
def test_a_worker_is_told_where_the_file_lies(example: Any) -> None:
    assert bundle_of(example(reference=GIVEN)).plate == Plate(KEY, "video/webm")
    assert bundle_of(example()).plate is None


def test_a_stitch_is_cut_from_films_and_needs_none() -> None:
    assert bundle_of(stitched(reference=GIVEN)).plate is None
