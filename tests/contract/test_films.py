"""Which film a mark is of, and what the log says of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import psycopg
import pytest

from domain.provenance import Known
from projections.db import AsyncConnection, Connection
from projections.videos.films import films
from tests.histories import Story, mark_of
from tests.projections import tell

ANN, BOB = "acct_ann", "acct_bob"


@pytest.fixture
async def db(read_models_url: str) -> AsyncIterator[AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(read_models_url) as db:
        yield db


async def test_a_film_is_found_by_its_mark_and_by_its_id(read_models: Connection, db: AsyncConnection) -> None:
    story = Story(ANN, BOB)
    story.create("video_1", ANN, public=False)
    story.remix("video_2", "video_1", ANN)
    tell(read_models, story)
    by_mark = await films(db, [], [mark_of("video_2"), mark_of("video_9")])
    assert [film.video_id for film in by_mark] == ["video_2"]
    [film] = by_mark
    assert film == Known(
        video_id="video_2",
        mark_id=mark_of("video_2"),
        sha256="0" * 64,
        verb="remix",
        model=film.model,
        made_at=film.made_at,
        parents=("video_1",),
        characters=(),
    )
    assert await films(db, ["video_2"], []) == by_mark
    assert [film.video_id for film in await films(db, ["video_1"], [mark_of("video_2")])] == ["video_1", "video_2"]
    assert await films(db, ["video_9"], []) == []


async def test_of_a_deleted_film_only_the_file_is_forgotten(read_models: Connection, db: AsyncConnection) -> None:
    story = Story(ANN)
    story.create("video_1", ANN)
    story.delete("video_1")
    tell(read_models, story)
    [film] = await films(db, [], [mark_of("video_1")])
    assert (film.video_id, film.mark_id, film.sha256) == ("video_1", mark_of("video_1"), None)
