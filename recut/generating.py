"""`recut generate`: a demo's or a benchmark's history."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from commands.work import CORRECTIONS, SPIKE
from domain import policy
from domain.errors import Conflict, RecutError
from domain.model import resolve
from infra.clock import utc_now
from recut import wiring
from recut.errors import OperatorError
from recut.generator import story
from recut.generator.shape import RING, Sizes, draw
from recut.generator.world import World
from recut.generator.writing import Writing, Written

if TYPE_CHECKING:
    from domain.model import Model
    from recut.settings import Settings
    from recut.wiring import WriteSide

MOST_VIDEOS = 200_000  # what is remembered of them has to fit into memory


def generate(settings: Settings, seed: int, sizes: Sizes, *, add: bool) -> Written:
    """Prints what it does."""
    check(sizes)
    try:
        return asyncio.run(_generate(settings, seed, sizes, add=add))
    except Conflict:
        raise OperatorError("Others write to the same streams, or have: take another --seed") from None
    except RecutError as error:
        raise OperatorError(error.message) from error


def check(sizes: Sizes) -> None:
    if not 10 <= sizes.videos <= MOST_VIDEOS:
        raise OperatorError(f"--videos is a number from 10 to {MOST_VIDEOS:,}")
    if sizes.accounts < RING + 2:
        raise OperatorError(f"--accounts is at least {RING + 2}: some of them are a ring")
    few = [name for name in sizes.__struct_fields__ if getattr(sizes, name) < (name == "characters")]
    if few:
        raise OperatorError(f"--{few[0]} is not less than {int(few[0] == 'characters')}")
    if sizes.family + sizes.chain >= sizes.videos:
        raise OperatorError("--family and --chain together are fewer than --videos")


async def _generate(settings: Settings, seed: int, sizes: Sizes, *, add: bool) -> Written:
    async with wiring.write_side(settings) as side:
        if not add:
            await _require_empty(side)
        world = await prepare(side, seed, sizes)
        writing = Writing(side.store, name_of(world), utc_now)
        await writing.write(story.rounds(world), _tell)
        total = writing.total
        rate = total.events / max(total.seconds, 0.001)
        again = f", {total.known:,} of them known from before" if total.known else ""
        print(
            f"{total.commands:,} commands{again}, {total.events:,} events, {total.seconds:.1f} s: {rate:,.0f} a second"
        )
        return total


async def prepare(side: WriteSide, seed: int, sizes: Sizes) -> World:
    """The world before anything was written. What others have written to the platform's own streams counts; what an
    interrupted run of this very history has, will be decided again."""
    world = World(draw(sizes, seed), seed, await _model(side), side.world.handles.stream, utc_now)
    for kind, stream in ((SPIKE, policy.SPIKE), (CORRECTIONS, policy.LEADERBOARD)):
        facts = await side.store.load(stream)
        world.remember(kind, stream, [fact.event for fact in facts if fact.recorded.correlation != name_of(world)])
    return world


def name_of(world: World) -> str:
    """Of this history, for its commands."""
    return f"generated-{world.videos[0]}"


async def _model(side: WriteSide) -> Model:
    return resolve("sora-2", await side.models.installed())


async def _require_empty(side: WriteSide) -> None:
    used = {head.category for head in await side.store.heads() if head.position} - {"platform"}
    if used:
        raise OperatorError(
            f"The log holds a history already ({', '.join(sorted(used))}): --add writes another one beside it"
        )


def _tell(name: str, written: Written) -> None:
    if written.commands >= 100:
        print(f"{name:14}{written.commands:>9,} commands {written.commands / written.seconds:>9,.0f} a second")
