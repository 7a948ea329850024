"""A video in the words given events, when decision, then events or refusal."""

from __future__ import annotations

from typing import Any

import pytest

from commands.work import VIDEO
from domain import video
from domain.errors import Forbidden, IllegalState, Invalid, NotFound
from domain.video import Completed, Failed, InProgress, Queued, Request
from tests.given import (
    AT,
    OTHER,
    OWNER,
    PARENT_ID,
    VIDEO_ID,
    Given,
    a_model,
    attempt_failed,
    completed,
    created,
    deleted,
    failed,
    given,
    published,
    remixed,
    started,
    unpublished,
)

QUEUED = (created(),)
RUNNING = (created(), started())
DONE = (created(), started(), completed())
PUBLIC = (*DONE, published())


def request(**changes: Any) -> Request:
    fields = {
        "owner_id": OWNER,
        "model": "sora-2",
        "prompt": "a cat on a bicycle",
        "seconds": 4,
        "size": "720x1280",
        "seed": 7,
        "tier": "free",
    }
    return Request(**{**fields, **changes})


def a_video(*events: Any) -> Given[video.Video]:
    return given(VIDEO, *events)


# Creating


def test_creating_queues_with_the_model_that_was_found() -> None:
    a_video().when(lambda state: video.create(state, request(), a_model())).then(created())


def test_an_id_is_used_once() -> None:
    creating = a_video(*QUEUED).when(lambda state: video.create(state, request(), a_model()))
    creating.then_refused(IllegalState, "video_exists")


@pytest.mark.parametrize("prompt", ["", "   \n", "a" * 32_001, "a\0b", "a\ud800b"])
def test_a_prompt_is_text_of_some_length(prompt: str) -> None:
    creating = a_video().when(lambda state: video.create(state, request(prompt=prompt), a_model()))
    creating.then_refused(Invalid, "invalid_prompt", "prompt")


def test_the_length_of_a_prompt_counts_characters() -> None:
    longest = "ü" * 32_000
    a_video().when(lambda state: video.create(state, request(prompt=longest), a_model())).then(created(prompt=longest))


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"size": "100x100"}, "invalid_size", "size"),
        ({"seconds": 5}, "invalid_seconds", "seconds"),
    ],
)
def test_what_the_model_cannot_do_is_refused_with_what_it_can(changes: Any, code: str, param: str) -> None:
    creating = a_video().when(lambda state: video.create(state, request(**changes), a_model()))
    refusal = creating.then_refused(Invalid, code, param)
    assert any(allowed in refusal.message for allowed in ("720x1280", "4, 8, 12"))


def test_a_model_that_cannot_create_says_so() -> None:
    creating = a_video().when(lambda state: video.create(state, request(), a_model(verbs=("remix",))))
    creating.then_refused(Invalid, "unsupported_verb", "model")


# Remixing


def remixing(parent: video.Video, by: str = OWNER, **changes: Any) -> Any:
    asked = request(owner_id=by, **changes)
    return a_video().when(lambda state: video.remix(state, video.Source(PARENT_ID, parent), asked, a_model()))


def test_a_remix_remembers_its_parent_and_is_one_deeper() -> None:
    parent = a_video(*(remixed(owner_id=OTHER, depth=4, ancestor_bound=9), completed(), published())).state
    edge = video.Parent(video_id=PARENT_ID, relation="remix", owner_id=OTHER)
    remixing(parent).then(remixed(depth=5, ancestor_bound=10, parents=(edge,)))


def test_ones_own_draft_can_be_remixed() -> None:
    edge = video.Parent(video_id=PARENT_ID, relation="remix", owner_id=OWNER)
    remixing(a_video(*DONE).state).then(remixed(parents=(edge,)))


def test_a_chain_of_remixes_ends_somewhere() -> None:
    deepest = a_video(remixed(depth=video.MAX_DEPTH), completed()).state
    remixing(deepest).then_refused(IllegalState, "lineage_too_deep")
    widest = a_video(remixed(ancestor_bound=4_096), completed()).state
    remixing(widest).then_refused(IllegalState, "lineage_too_wide")


@pytest.mark.parametrize("events", [(), QUEUED, RUNNING, DONE, (*PUBLIC, unpublished()), (*PUBLIC, deleted())])
def test_what_is_not_published_cannot_be_remixed_by_others(events: tuple[Any, ...]) -> None:
    remixing(a_video(*events).state, by=OTHER).then_refused(NotFound, "video_not_found", "video_id")


def test_the_author_may_forbid_remixes() -> None:
    parent = a_video(*DONE, published(remixable=False)).state
    remixing(parent, by=OTHER).then_refused(Forbidden, "remix_not_allowed")
    edge = video.Parent(video_id=PARENT_ID, relation="remix", owner_id=OWNER)
    remixing(parent).then(remixed(parents=(edge,)))


def test_an_unfinished_video_cannot_be_remixed_yet() -> None:
    remixing(a_video(*RUNNING).state).then_refused(IllegalState, "video_not_completed")


# Generating


def test_a_start_is_news_only_for_the_attempt_that_waits() -> None:
    def start(attempt: int) -> Any:
        return lambda state: video.start_generation(state, attempt, "w1", "cpu")

    a_video(*QUEUED).when(start(1)).then(started())
    a_video(*QUEUED).when(start(2)).then_nothing()
    a_video(*RUNNING).when(start(1)).then_nothing()
    a_video(*DONE).when(start(1)).then_nothing()


@pytest.mark.parametrize("before", [QUEUED, RUNNING])
def test_the_first_outcome_of_the_current_attempt_counts(before: tuple[Any, ...]) -> None:
    a_video(*before).when(lambda state: video.complete_generation(state, completed())).then(completed())


@pytest.mark.parametrize("before", [DONE, (created(), failed()), (created(), attempt_failed()), (*DONE, deleted())])
def test_late_outcomes_change_nothing(before: tuple[Any, ...]) -> None:
    a_video(*before).when(lambda state: video.complete_generation(state, completed())).then_nothing()
    a_video(*before).when(lambda state: video.fail_generation(state, 1, "lease_lost", "", "w1")).then_nothing()


@pytest.mark.parametrize("code", sorted(video.RETRYABLE))
def test_a_cause_that_may_pass_gets_another_attempt(code: str) -> None:
    failing = a_video(*RUNNING).when(lambda state: video.fail_generation(state, 1, code, "it did not work", "w1"))
    failing.then(attempt_failed(code=code))


def test_the_third_attempt_is_the_last() -> None:
    before = (created(), attempt_failed(), attempt_failed(attempt=2))
    failing = a_video(*before).when(lambda state: video.fail_generation(state, 3, "lease_lost", "gone", "w1"))
    failing.then(failed(attempt=3, code="lease_lost", message="gone"))


@pytest.mark.parametrize("code", ["blocked", "bad_input", "unsupported", "parent_unavailable", "cancelled"])
def test_any_other_cause_is_final_at_once(code: str) -> None:
    failing = a_video(*RUNNING).when(lambda state: video.fail_generation(state, 1, code, "it did not work", "w1"))
    failing.then(failed(code=code))


def test_the_situations_of_a_generation() -> None:
    assert a_video(*QUEUED).state == Queued(created(), AT, attempt=1)
    assert a_video(*RUNNING).state == InProgress(created(), AT, 1, "w1")
    assert a_video(created(), attempt_failed()).state == Queued(created(), AT, attempt=2)
    assert a_video(*DONE).state == Completed(created(), AT, AT, completed(), None)
    assert isinstance(a_video(created(), failed()).state, Failed)


# Publishing and deleting


def publishing(*events: Any, by: str = OWNER, **changes: Any) -> Any:
    fields = {"visibility": "public", "remixable": True, "caption": "my cat", "topics": ("animals",), **changes}
    return a_video(*events).when(lambda state: video.publish(VIDEO_ID, state, by, **fields))


def test_a_completed_video_is_published_once() -> None:
    publishing(*DONE).then(published())
    publishing(*PUBLIC).then_nothing()
    publishing(*PUBLIC, visibility="unlisted").then(published(visibility="unlisted"))


@pytest.mark.parametrize("events", [QUEUED, RUNNING, (created(), failed())])
def test_only_a_completed_video_is_published(events: tuple[Any, ...]) -> None:
    publishing(*events).then_refused(IllegalState, "video_not_completed")


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"visibility": "world"}, "invalid_visibility", "visibility"),
        ({"caption": "a" * 2_201}, "invalid_caption", "caption"),
        ({"topics": ("animals", "cats")}, "invalid_topics", "topics"),
    ],
)
def test_a_publication_is_checked(changes: Any, code: str, param: str) -> None:
    publishing(*DONE, **changes).then_refused(Invalid, code, param)


def test_others_cannot_publish_delete_or_unpublish() -> None:
    publishing(*PUBLIC, by=OTHER).then_refused(Forbidden, "not_the_owner")
    publishing(*DONE, by=OTHER).then_refused(NotFound, "video_not_found", "video_id")
    a_video(*PUBLIC).when(lambda state: video.delete(VIDEO_ID, state, OTHER)).then_refused(Forbidden, "not_the_owner")
    unpublishing = a_video(*PUBLIC).when(lambda state: video.unpublish(VIDEO_ID, state, OTHER))
    unpublishing.then_refused(Forbidden, "not_the_owner")


def test_unpublishing_takes_back_what_was_published() -> None:
    a_video(*PUBLIC).when(lambda state: video.unpublish(VIDEO_ID, state, OWNER)).then(unpublished())
    a_video(*DONE).when(lambda state: video.unpublish(VIDEO_ID, state, OWNER)).then_nothing()


@pytest.mark.parametrize("events", [DONE, PUBLIC, (created(), failed())])
def test_what_has_ended_can_be_deleted(events: tuple[Any, ...]) -> None:
    a_video(*events).when(lambda state: video.delete(VIDEO_ID, state, OWNER)).then(deleted())


@pytest.mark.parametrize("events", [QUEUED, RUNNING])
def test_what_runs_cannot_be_deleted(events: tuple[Any, ...]) -> None:
    deleting = a_video(*events).when(lambda state: video.delete(VIDEO_ID, state, OWNER))
    deleting.then_refused(IllegalState, "video_running")


def test_a_deleted_video_is_gone_for_its_owner_too() -> None:
    deleting = a_video(*DONE, deleted()).when(lambda state: video.delete(VIDEO_ID, state, OWNER))
    deleting.then_refused(NotFound, "video_not_found", "video_id")
