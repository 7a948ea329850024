"""What is published for followers is theirs only, decided at command time."""

from __future__ import annotations

import pytest

from commands.work import VIDEO
from domain.errors import NotFound
from domain.video import Completed, Publication, remixable, to_follow, visible
from tests.given import AT, OTHER, OWNER, VIDEO_ID, completed, created, given, published


def video(visibility: str) -> Completed:
    state = given(VIDEO, created(), completed(), published(visibility=visibility)).state
    assert isinstance(state, Completed)
    assert isinstance(state.publication, Publication)
    assert state.publication.at == AT
    return state


def test_a_video_for_followers_does_not_exist_for_others() -> None:
    with pytest.raises(NotFound):
        visible(VIDEO_ID, video("followers"), OTHER)
    with pytest.raises(NotFound):
        remixable(VIDEO_ID, video("followers"), OTHER)


def test_followers_and_the_owner_see_and_remix_it() -> None:
    for to, follows in ((OTHER, True), (OWNER, False)):
        assert visible(VIDEO_ID, video("followers"), to, follows=follows)
        assert remixable(VIDEO_ID, video("followers"), to, follows=follows)


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_elsewhere_following_makes_no_difference(visibility: str) -> None:
    assert to_follow(video(visibility), OTHER) is None
    assert visible(VIDEO_ID, video(visibility), OTHER)


def test_whom_to_follow() -> None:
    assert to_follow(video("followers"), OTHER) == OWNER
    assert to_follow(video("followers"), OWNER) is None
