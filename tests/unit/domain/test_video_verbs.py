"""Edit, extend, stitch, cancel, restrict: decisions about videos that come from videos, or end before their time."""

from __future__ import annotations

from typing import Any

import pytest

from commands.work import VIDEO
from domain import video
from domain.errors import Forbidden, IllegalState, Invalid, NotFound
from domain.video import Clip, Request, Source
from tests.examples import DECISION_ID, cancelled, edited, extended, imported, lifted, restricted, stitched
from tests.given import (
    AT,
    OTHER,
    OWNER,
    PARENT_ID,
    VIDEO_ID,
    a_model,
    an_id,
    completed,
    created,
    deleted,
    given,
    published,
    started,
)

MODEL = a_model(verbs=("create", "remix", "edit", "extend", "stitch"))
DONE = (created(), completed())
PUBLIC = (*DONE, published())
HIDDEN = (*PUBLIC, restricted())
SECOND = an_id("video", 3)


def source(*events: Any, video_id: str = PARENT_ID, follows: bool = False) -> Source:
    return Source(video_id, given(VIDEO, *events).state, follows)


def request(**changes: Any) -> Request:
    fields = {
        "owner_id": OWNER,
        "model": "sora-2",
        "prompt": "a cat on a bicycle",
        "seconds": 4,
        "size": "720x1280",
        "seed": 7,
    }
    return Request(**{**fields, **changes})


def edge(relation: str, span: Any = None, video_id: str = PARENT_ID) -> video.Parent:
    return video.Parent(video_id=video_id, relation=relation, owner_id=OWNER, span=span)


def test_an_edit_is_of_ones_own_video() -> None:
    given(VIDEO).when(lambda state: video.edit(state, source(*DONE), request(), MODEL)).then(
        edited(parents=(edge("edit"),))
    )
    theirs = given(VIDEO).when(lambda state: video.edit(state, source(*PUBLIC), request(owner_id=OTHER), MODEL))
    theirs.then_refused(Forbidden, "not_the_owner")


def test_an_extension_is_the_whole() -> None:
    asked = request(seconds=8)
    given(VIDEO).when(lambda state: video.extend(state, source(*DONE), asked, MODEL)).then(
        extended(seconds=12, extensions=1, parents=(edge("extend", (0.0, 4.0)),))
    )


def test_an_extension_of_an_extension_counts_on() -> None:
    parent = source(extended(seconds=24, extensions=5, depth=5, ancestor_bound=5), completed())
    given(VIDEO).when(lambda state: video.extend(state, parent, request(), MODEL)).then(
        extended(seconds=28, extensions=6, depth=6, ancestor_bound=6, parents=(edge("extend", (0.0, 24.0)),))
    )
    last = source(extended(seconds=28, extensions=6), completed())
    given(VIDEO).when(lambda state: video.extend(state, last, request(), MODEL)).then_refused(
        IllegalState, "too_many_extensions"
    )


def test_what_is_added_is_as_long_as_the_model_can() -> None:
    refused = given(VIDEO).when(lambda state: video.extend(state, source(*DONE), request(seconds=5), MODEL))
    refused.then_refused(Invalid, "invalid_seconds", "seconds")


def test_a_stitch_keeps_the_order_and_the_parts_of_its_clips() -> None:
    clips = [
        Clip(source(*DONE), 1.0, 3.0),
        Clip(source(extended(extensions=2, seconds=12), completed(), video_id=SECOND)),
    ]
    parents = (edge("stitch", (1.0, 3.0)), edge("stitch", (0.0, 12.0), SECOND))
    given(VIDEO).when(lambda state: video.stitch(state, clips, request(prompt=""), MODEL)).then(
        stitched(prompt="", seconds=14, extensions=2, depth=2, ancestor_bound=3, parents=parents)
    )


def test_one_clip_is_no_stitch() -> None:
    given(VIDEO).when(lambda state: video.stitch(state, [Clip(source(*DONE))], request(), MODEL)).then_refused(
        Invalid, "invalid_clips", "clips"
    )


def test_a_clip_of_somebody_else_must_be_remixable() -> None:
    for events, kind, code in (
        (DONE, NotFound, "video_not_found"),
        ((*DONE, published(remixable=False)), Forbidden, "remix_not_allowed"),
        (HIDDEN, NotFound, "video_not_found"),
    ):
        clips = [Clip(source(*events)), Clip(source(*PUBLIC, video_id=SECOND))]
        with pytest.raises(kind) as caught:
            video.stitch(video.Absent(), clips, request(owner_id=OTHER), MODEL)
        assert caught.value.code == code


@pytest.mark.parametrize("verb", ["edit", "extend", "stitch"])
def test_a_model_says_what_it_cannot(verb: str) -> None:
    decide = {
        "edit": lambda state: video.edit(state, source(*DONE), request(), a_model()),
        "extend": lambda state: video.extend(state, source(*DONE), request(), a_model()),
        "stitch": lambda state: video.stitch(state, [Clip(source(*DONE))] * 2, request(), a_model()),
    }[verb]
    given(VIDEO).when(decide).then_refused(Invalid, "unsupported_verb", "model")


def test_of_what_is_restricted_nothing_is_made_not_even_by_its_owner() -> None:
    given(VIDEO).when(lambda state: video.remix(state, source(*HIDDEN), request(), MODEL)).then_refused(
        Forbidden, "video_restricted"
    )


def test_a_running_video_is_cancelled_by_its_owner_once() -> None:
    for running in ((created(),), (created(), started())):
        given(VIDEO, *running).when(lambda state: video.cancel(state, OWNER, "owner")).then(cancelled())
    given(VIDEO, created()).when(lambda state: video.cancel(state, OTHER, "owner")).then_refused(
        Forbidden, "not_the_owner"
    )
    given(VIDEO, created()).when(lambda state: video.cancel(state, "system", "erasure")).then(
        cancelled(cause="erasure")
    )
    for ended in ((created(), cancelled()), DONE, (*DONE, deleted()), ()):
        given(VIDEO, *ended).when(lambda state: video.cancel(state, OWNER, "owner")).then_nothing()


def test_what_a_worker_says_after_a_cancellation_changes_nothing() -> None:
    ended = given(VIDEO, created(), started(), cancelled())
    ended.when(lambda state: video.complete_generation(state, completed())).then_nothing()
    ended.when(lambda state: video.fail_generation(state, 1, "lease_lost", "", "w1")).then_nothing()
    ended.when(lambda state: video.start_generation(state, 1, "w1", "cpu")).then_nothing()


def test_a_cancelled_video_can_be_deleted_but_not_published() -> None:
    ended = given(VIDEO, created(), cancelled())
    ended.when(lambda state: video.delete(VIDEO_ID, state, OWNER)).then(deleted())
    ended.when(lambda state: video.publish(VIDEO_ID, state, OWNER, "public", True, "", ())).then_refused(
        IllegalState, "video_not_completed"
    )


def test_each_cause_restricts_once_and_is_lifted_by_itself() -> None:
    given(VIDEO, *DONE).when(lambda state: video.restrict(state, DECISION_ID, "harassment")).then(restricted())
    known = given(VIDEO, *HIDDEN)
    known.when(lambda state: video.restrict(state, DECISION_ID, "harassment")).then_nothing()
    known.when(lambda state: video.restrict(state, "process_1", "consent")).then(
        restricted(cause_id="process_1", rule="consent")
    )
    known.when(lambda state: video.lift(state, DECISION_ID)).then(lifted())
    known.when(lambda state: video.lift(state, "process_1")).then_nothing()
    for state in ((created(),), (created(), cancelled()), (*DONE, deleted())):
        given(VIDEO, *state).when(lambda state: video.restrict(state, DECISION_ID, "harassment")).then_nothing()


def test_what_any_cause_restricts_is_seen_by_its_owner_alone() -> None:
    twice = (*HIDDEN, restricted(cause_id="process_1"))
    for events, seen in ((twice, False), ((*twice, lifted()), False), ((*HIDDEN, lifted()), True)):
        state = given(VIDEO, *events).state
        assert video.visible(VIDEO_ID, state, OWNER) == state
        if seen:
            assert video.visible(VIDEO_ID, state, OTHER) == state
        else:
            with pytest.raises(NotFound):
                video.visible(VIDEO_ID, state, OTHER)


def test_a_description_stands_in_for_the_prompt() -> None:
    wanted = {"visibility": "public", "remixable": True, "caption": "my cat", "topics": ("animals",)}

    def publish(description: str | None) -> Any:
        return lambda state: video.publish(VIDEO_ID, state, OWNER, **wanted, description=description)

    given(VIDEO, *DONE).when(publish("a surprise")).then(published(description="a surprise"))
    given(VIDEO, *DONE, published(description="a surprise")).when(publish("a surprise")).then_nothing()
    given(VIDEO, *DONE, published(description="a surprise")).when(publish("")).then(published())
    given(VIDEO, *DONE).when(publish("x" * 2_201)).then_refused(Invalid, "invalid_description", "description")
    given(VIDEO, *DONE).when(publish("\0")).then_refused(Invalid, "invalid_description", "description")


def test_an_imported_file_is_there_at_once() -> None:
    state = given(VIDEO, imported()).state
    assert isinstance(state, video.Completed)
    assert (state.outcome.assets, state.request.owner_id, state.completed_at) == (imported().assets, OWNER, AT)
    assert video.remixable(VIDEO_ID, state, OWNER) == state
