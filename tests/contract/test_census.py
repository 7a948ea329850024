"""How many videos of a list are what."""

from __future__ import annotations

from collections.abc import AsyncIterator

import psycopg
import pytest

from domain.preview import Census
from projections.db import AsyncConnection, Connection
from projections.videos.census import count
from tests.histories import Story
from tests.projections import tell

ANN, BOB = "acct_ann", "acct_bob"


@pytest.fixture
async def db(read_models_url: str) -> AsyncIterator[AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(read_models_url) as db:
        yield db


async def test_videos_of_a_list_are_counted(read_models: Connection, db: AsyncConnection) -> None:
    story = Story(ANN, BOB)
    story.create("video_1", ANN)
    story.create("video_2", ANN, public=False)
    story.create("video_3", BOB)
    story.create("video_4", BOB)
    story.create("video_5", BOB)
    story.delete("video_3")
    story.restrict("video_4")
    tell(read_models, story)
    ids = ["video_1", "video_2", "video_3", "video_4", "video_9", "comment_1"]
    assert Census(**await count(db, ids, ANN)) == Census(
        drafts=1, published=2, deleted=1, hidden=1, others=2, authors=2
    )
    assert Census(**await count(db, [], ANN)) == Census(drafts=0, published=0, deleted=0, hidden=0, others=0, authors=0)
