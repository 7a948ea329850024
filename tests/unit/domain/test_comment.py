"""Comments and shares: who may say what, and who may take it away."""

from __future__ import annotations

import pytest

from commands.work import COMMENT, SHARE
from domain.engagement import Comment, NoComment, comment, delete_comment, share
from domain.errors import Forbidden, IllegalState, Invalid, NotFound
from tests.examples import COMMENT_ID, comment_deleted, commented, shared
from tests.given import OTHER, OWNER, PARENT_ID, an_id, given

ANSWERED = an_id("comment", 2)
STRANGER = an_id("acct", 7)


def test_a_comment_is_made_once() -> None:
    given(COMMENT).when(lambda state: comment(state, commented(), None)).then(commented())
    again = given(COMMENT, commented()).when(lambda state: comment(state, commented(), None))
    again.then_refused(IllegalState, "comment_exists")


@pytest.mark.parametrize("text", ["", " \n", "x" * 2_201, "half \ud800", "\0"])
def test_a_comment_is_text_of_a_bearable_length(text: str) -> None:
    given(COMMENT).when(lambda state: comment(state, commented(text=text), None)).then_refused(
        Invalid, "invalid_comment" if not text.strip() or len(text) > 2_200 else "invalid_text", "text"
    )


def test_a_comment_of_the_greatest_length_is_made() -> None:
    longest = commented(text="x" * 2_200)
    given(COMMENT).when(lambda state: comment(state, longest, None)).then(longest)


def test_an_answer_is_to_a_comment_on_the_same_video_that_still_stands() -> None:
    answer = commented(parent_id=ANSWERED)
    standing = Comment(commented(comment_id=ANSWERED))
    given(COMMENT).when(lambda state: comment(state, answer, standing)).then(answer)
    elsewhere = Comment(commented(comment_id=ANSWERED, video_id=PARENT_ID))
    gone = given(COMMENT, commented(comment_id=ANSWERED), comment_deleted(comment_id=ANSWERED)).state
    for parent in (elsewhere, gone, NoComment(), None):
        refused = given(COMMENT).when(lambda state, parent=parent: comment(state, answer, parent))
        refused.then_refused(NotFound, "comment_not_found", "comment_id")


@pytest.mark.parametrize(("by", "moderates"), [(OTHER, False), (OWNER, False), (STRANGER, True)])
def test_author_owner_of_the_video_and_moderators_delete(by: str, moderates: bool) -> None:
    standing = given(COMMENT, commented())
    standing.when(lambda state: delete_comment(state, COMMENT_ID, by, moderates=moderates)).then(comment_deleted(by=by))


def test_nobody_else_deletes_and_twice_is_no_news() -> None:
    standing, gone = given(COMMENT, commented()), given(COMMENT, commented(), comment_deleted())
    standing.when(lambda state: delete_comment(state, COMMENT_ID, STRANGER)).then_refused(Forbidden, "not_the_author")
    gone.when(lambda state: delete_comment(state, COMMENT_ID, STRANGER)).then_refused(Forbidden, "not_the_author")
    gone.when(lambda state: delete_comment(state, COMMENT_ID, OTHER)).then_nothing()
    never = given(COMMENT).when(lambda state: delete_comment(state, COMMENT_ID, OTHER))
    never.then_refused(NotFound, "comment_not_found", "comment_id")


def test_a_share_has_a_known_channel_and_happens_once() -> None:
    given(SHARE).when(lambda state: share(state, shared())).then(shared())
    given(SHARE, shared()).when(lambda state: share(state, shared())).then_nothing()
    pigeon = given(SHARE).when(lambda state: share(state, shared(channel="pigeon")))
    pigeon.then_refused(Invalid, "invalid_channel", "channel")
