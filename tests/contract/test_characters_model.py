"""Characters in every history: versions of consents now and as of any moment, and who sees where they are cast."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from commands.work import VIDEO
from domain import catalog, character, video
from domain.errors import Invalid
from domain.fields import ERASED
from domain.recorded import Position, Recorded
from projections.characters import query
from projections.checkpoint import Epochs
from projections.db import AsyncConnection, Connection
from projections.registry import CHARACTERS
from tests.histories import World, make
from tests.projections import Capitals, batches, fill, merged

VERSIONS = character.CharacterCreated | character.ConsentChanged | character.ConsentRevoked


@pytest.fixture
def world(read_models: Connection) -> World:
    world, dice = make(4, 2_500), random.Random(4)
    fill(read_models, CHARACTERS, batches(merged(world.logs(), dice), dice, 40), Epochs(world.epochs()))
    return world


@pytest.fixture
async def db(read_models_url: str) -> AsyncIterator[AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(read_models_url, autocommit=True) as db:
        yield db


def versions(world: World) -> dict[str, list[tuple[Recorded, Any]]]:
    found = defaultdict(list)
    for recorded in world.history:
        event = catalog.decode(recorded.type, recorded.data)
        if isinstance(event, VERSIONS):
            found[recorded.stream].append((recorded, event))
    return found


def uses(world: World) -> dict[str, list[tuple[str, int]]]:
    found = defaultdict(list)
    for recorded in world.history:
        event = catalog.decode(recorded.type, recorded.data)
        for use in event.characters if isinstance(event, video.Queueing) else ():
            found[use.character_id].append((recorded.stream, use.consent_version))
    return found


async def test_every_version_of_every_consent(world: World, db: AsyncConnection) -> None:
    made = uses(world)
    for character_id, told in versions(world).items():
        shown = await query.consents(db, Capitals(), character_id)
        expected = [getattr(event, "version", 1) for _, event in reversed(told)]
        assert [each.version for each in shown] == expected
        for each, (recorded, event) in zip(shown, reversed(told), strict=True):
            assert (each.audience, each.event_id) == (
                getattr(event, "audience", "only_me" if each.version == 1 else None), recorded.event_id,
            )  # fmt: skip
            assert each.uses == sum(version == each.version for _, version in made[character_id])
    assert any(made.values())


async def test_a_consent_as_of_any_moment(world: World, db: AsyncConnection) -> None:
    expired = 0
    for character_id, told in versions(world).items():
        for recorded, event in told:
            later = [each for each in told if recorded.recorded_at >= each[0].recorded_at]
            found = await query.consent_at(db, Capitals(), character_id, recorded.recorded_at)
            assert found
            assert found.event_id == later[-1][0].event_id
            at = (Position("character", recorded.shard, recorded.position),)
            exactly = await query.consent_at(db, Capitals(), character_id, at)
            assert exactly
            assert exactly.version == getattr(event, "version", 1)
            expired += found.expires_at is not None
        before = told[0][0].recorded_at.replace(year=2020)
        assert await query.consent_at(db, Capitals(), character_id, before) is None
    assert expired


async def test_positions_that_leave_its_log_out_are_no_answer(world: World, db: AsyncConnection) -> None:
    character_id, told = next(iter(versions(world).items()))
    elsewhere = (Position("character", (told[0][0].shard + 1) % 3, 1_000),)
    assert await query.consent_at(db, Capitals(), character_id, elsewhere) is None
    with pytest.raises(Invalid, match="log of this character"):
        await query.consent_at(db, Capitals(), character_id, elsewhere, partial=True)


async def test_rules_and_texts_are_opened(world: World, db: AsyncConnection) -> None:
    rules, texts = set(), set()
    for character_id in versions(world):
        for each in await query.consents(db, Capitals(), character_id):
            rules |= set(each.rules)
            texts.add(each.text)
    assert rules == {"WORD:FOO", "TOPIC:POLITICS"}
    assert texts == {"", "NEVER SAY FOO"}


class Shredded(Capitals):
    async def open(self, tokens: Any) -> list[str]:
        return [ERASED for _ in tokens]


async def test_of_an_erased_owner_nothing_is_opened(world: World, db: AsyncConnection) -> None:
    shown = [each for id_ in versions(world) for each in await query.consents(db, Shredded(), id_)]
    assert {tuple(each.rules) for each in shown} == {(), (ERASED,)}


def states(world: World) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for recorded in world.history:
        if recorded.stream.startswith("video_"):
            event = catalog.decode(recorded.type, recorded.data)
            found[recorded.stream] = VIDEO.evolve(
                found.get(recorded.stream, video.Absent()), event, recorded.recorded_at
            )
    return found


def is_public(state: Any) -> bool:
    published = isinstance(state, video.Completed) and state.publication is not None
    return published and state.publication.visibility == "public" and not state.restrictions


async def test_drafts_are_seen_by_whom_they_belong_to(world: World, db: AsyncConnection) -> None:
    situations, public, own = states(world), 0, 0
    for character_id, made in uses(world).items():
        everything = await query.uses(db, character_id, viewer=None)
        assert [(use.video_id, use.consent_version) for use in everything] == sorted(made)
        for use in everything:
            state = situations[use.video_id]
            publication = getattr(state, "publication", None)
            assert use.visibility == (publication.visibility if publication else None)
            assert use.hidden == bool(getattr(state, "restrictions", ())) or use.state == "deleted"
        for viewer in world.accounts:
            seen = {use.video_id for use in await query.uses(db, character_id, viewer=viewer)}
            mine = {id_ for id_, _ in made if situations[id_].request.owner_id == viewer}
            others = {id_ for id_, _ in made if is_public(situations[id_])}
            assert seen == mine | others
            own, public = own + len(mine - others), public + len(others)
    assert own
    assert public
