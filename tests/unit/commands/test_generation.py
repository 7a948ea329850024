"""What a worker is given: the parents' files and the cast."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from commands.generation import job_for
from domain.character import CharacterDeleted
from domain.fields import ERASED
from domain.jobs import Bundle, Cast, Source
from domain.video import Asset, CharacterUse, Parent
from infra.memory import MemoryEventStore
from tests.examples import CHARACTER_ID, HANDLE, character_created, extended, stitched
from tests.given import OTHER, OWNER, PARENT_ID, VIDEO_ID, an_id, completed, created, deleted, happened, remixed

ANOTHER = an_id("char", 2)


def asset(role: str) -> Asset:
    return Asset(role=role, key=f"v/1/{role}", sha256="00", mime="x/y", bytes=1)


def use(character_id: str) -> CharacterUse:
    return CharacterUse(character_id=character_id, consent_version=2)


def bundle_of(*events: tuple[str, Any]) -> Bundle:
    async def story() -> Bundle:
        store = MemoryEventStore()
        for stream, event in events:
            await happened(store, stream, event)
        job = await job_for(store, VIDEO_ID, 1)
        assert job is not None
        return job.bundle

    return asyncio.run(story())


def parent(*roles: str, **changes: Any) -> list[tuple[str, Any]]:
    assets = tuple(asset(role) for role in roles)
    return [(PARENT_ID, created(owner_id=OTHER, **changes)), (PARENT_ID, completed(owner_id=OTHER, assets=assets))]


def test_a_create_has_no_parents() -> None:
    bundle = bundle_of((VIDEO_ID, created()))
    assert (bundle.verb, bundle.parents, bundle.characters) == ("create", (), ())


def test_an_extension_brings_the_parents_files_and_its_length() -> None:
    bundle = bundle_of(*parent("video", "scene", "captions", "thumbnail"), (VIDEO_ID, extended()))
    assert (bundle.verb, bundle.seconds) == ("extend", 8)
    assert bundle.parents == (
        Source(
            video_id=PARENT_ID,
            relation="extend",
            seconds=4,
            span=(0.0, 4.0),
            scene="v/1/scene",
            video="v/1/video",
            captions="v/1/captions",
            delivered="v/1/video",
        ),
    )


def test_what_a_model_kept_for_itself_comes_along() -> None:
    [source] = bundle_of(*parent("video", "scene", "latents"), (VIDEO_ID, extended())).parents
    assert source.latents == "v/1/latents"


def test_the_master_is_preferred() -> None:
    [source] = bundle_of(*parent("video", "master", "scene"), (VIDEO_ID, extended())).parents
    assert source.video == "v/1/master"


def test_clips_keep_their_order_and_spans() -> None:
    edges = tuple(
        Parent(video_id=PARENT_ID, relation="stitch", owner_id=OTHER, span=span) for span in ((2.0, 3.0), (0.0, 1.5))
    )
    bundle = bundle_of(*parent("video"), (VIDEO_ID, stitched(parents=edges)))
    assert [(source.span, source.scene) for source in bundle.parents] == [((2.0, 3.0), None), ((0.0, 1.5), None)]


def test_a_deleted_parent_has_no_files() -> None:
    bundle = bundle_of(*parent("video", "scene"), (PARENT_ID, deleted(owner_id=OTHER)), (VIDEO_ID, remixed()))
    [source] = bundle.parents
    assert (source.scene, source.video, source.captions) == (None, None, None)


def test_the_cast_is_read_and_what_a_parent_brings_is_marked() -> None:
    both = (use(CHARACTER_ID), use(ANOTHER))
    bundle = bundle_of(
        (CHARACTER_ID, character_created(parameters='{"size":1.5}')),
        (ANOTHER, character_created(character_id=ANOTHER, name="Zoe", handle="zoe")),
        *parent("scene", characters=both[:1]),
        (VIDEO_ID, remixed(characters=both)),
    )
    rex = character_created()
    assert bundle.characters[0] == Cast(
        character_id=CHARACTER_ID,
        name=rex.name,
        handle=rex.handle,
        description=rex.description,
        rig=rex.rig,
        parameters='{"size":1.5}',
        inherited=True,
    )
    assert [(member.name, member.inherited) for member in bundle.characters] == [("Rex", True), ("Zoe", False)]


@pytest.mark.parametrize(
    "events",
    [
        [character_created(), CharacterDeleted(character_id=CHARACTER_ID, owner_id=OWNER, handle_stream=HANDLE)],
        [character_created(name=ERASED, handle=ERASED, description=ERASED, parameters=ERASED)],
    ],
)
def test_a_character_that_is_gone_is_left_out(events: list[Any]) -> None:
    started = (VIDEO_ID, created(characters=(use(CHARACTER_ID),)))
    assert bundle_of(*((CHARACTER_ID, event) for event in events), started).characters == ()
