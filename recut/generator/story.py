"""The order of the history. What is in one round needs what was in rounds before it, and nothing of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from recut.generator import making, ruling, social
from recut.generator.shape import SPIKE
from recut.generator.world import Step, World

Round = tuple[str, Iterable[Step]]  # its name, and its commands as they are taken
SLICES: Final = 8


def rounds(world: World) -> Iterator[Round]:
    yield "accounts", social.open_accounts(world)
    yield "follows", social.follow(world, world.shape.follows.tolist())
    yield "characters", ruling.create_characters(world)
    yield "consent", ruling.change_consent(world, 1.0)
    for number in range(SLICES):
        yield from _slice(world, number)
    yield from aftermath(world)


def parts(world: World, count: int) -> Iterator[list[Round]]:
    """The same history in so many parts, each to be written before the next one is asked for."""
    listed = iter(rounds(world))
    opening = [next(listed) for _ in range(4)]
    yield opening
    per_part = -(-SLICES // max(1, count - 2))
    for first in range(0, SLICES, per_part):
        yield [each for number in range(first, min(first + per_part, SLICES)) for each in _slice(world, number)]
    yield list(aftermath(world))


def _slice(world: World, number: int) -> Iterator[Round]:
    begin, end = number / SLICES, (number + 1) / SLICES
    if begin <= SPIKE[0] < end:
        yield "policy", ruling.change_policy(world, 150, "many are creating right now")
    made = np.flatnonzero((world.shape.moment >= begin) & (world.shape.moment < end)).tolist()
    for level in _levels(world, made):
        yield "queued", making.queue(world, level)
        yield "started", making.start(world, level)
        yield "finished", making.finish(world, level)
        yield "published", making.publish(world, level)
    yield "consent", ruling.change_consent(world, 0.1)
    at, last = world.shape.liked_at, number == SLICES - 1
    yield "likes", social.like(world, world.shape.likes[(at >= begin) & ((at < end) | last)].tolist())
    said = world.shape.sizes.comments // SLICES
    yield "comments", social.comment(world, _listed(world, said, end))
    yield "shares", social.share(world, _listed(world, said // 4, end))
    if begin <= SPIKE[1] < end:
        yield "policy", ruling.change_policy(world, 100, "as usual")


def _levels(world: World, made: list[int]) -> list[list[int]]:
    """Parents before children."""
    level: dict[int, int] = {}
    for n in made:
        level[n] = max((level.get(parent, -1) for parent in world.shape.parents[n]), default=-1) + 1
    found: list[list[int]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for n in made:
        found[level[n]].append(n)
    return found


def _listed(world: World, count: int, before: float) -> list[int]:
    """Some of what is published by then, popular things rather than others."""
    known = np.flatnonzero(world.shape.listed & (world.shape.moment < before))
    weights = np.cumsum(world.shape.weight[known])
    return [int(known[np.searchsorted(weights, world.dice.random() * weights[-1])]) for _ in range(count)]


def aftermath(world: World) -> Iterator[Round]:
    few = max(3, world.shape.sizes.videos // 100)
    yield "unlikes", social.unlike(world, world.shape.likes.tolist())
    yield "unfollows", social.unfollow(world, world.shape.follows.tolist())
    yield "moderation", ruling.moderate(world, sorted(set(_listed(world, few, 1.0))))
    yield "withdrawals", ruling.withdraw(world, sorted(set(_listed(world, few, 1.0))))
    yield "revocations", ruling.revoke(world, 0.1)
    yield "corrections", ruling.correct(world)
