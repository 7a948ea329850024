"""Likes: once per account, of published videos, taken back with the facts by which they counted."""

from __future__ import annotations

import pytest

from commands.work import LIKE, VIDEO
from domain import engagement
from domain.errors import NotFound
from domain.video import Video
from tests.given import completed, created, deleted, given, liked, published, unliked, unpublished


def a_public_video() -> Video:
    return given(VIDEO, created(), completed(), published()).state


def test_liking_is_news_once() -> None:
    given(LIKE).when(lambda state: engagement.like(state, a_public_video(), liked())).then(liked())
    given(LIKE, liked()).when(lambda state: engagement.like(state, a_public_video(), liked())).then_nothing()


@pytest.mark.parametrize(
    "events",
    [
        (),
        (created(),),
        (created(), completed()),
        (created(), completed(), published(), unpublished()),
        (created(), completed(), published(), deleted()),
    ],
)
def test_only_what_is_published_can_be_liked(events: tuple[object, ...]) -> None:
    video = given(VIDEO, *events).state
    liking = given(LIKE).when(lambda state: engagement.like(state, video, liked()))
    liking.then_refused(NotFound, "video_not_found", "video_id")


def test_unliking_repeats_the_facts_of_the_like() -> None:
    given(LIKE, liked(served=False)).when(engagement.unlike).then(unliked(served=False))
    given(LIKE).when(engagement.unlike).then_nothing()
    given(LIKE, liked(), unliked()).when(engagement.unlike).then_nothing()
