"""The order of the history. What is in one round needs what was in rounds before it, and nothing of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from recut.generator import making, ruling, social
from recut.generator.shape import ROOT, SPIKE
from recut.generator.world import Step, World

Round = tuple[str, Iterable[Step]]  # its name, and its commands as they are taken
SLICES: Final = 8
OPENING: Final = 4  # rounds


def rounds(world: World) -> Iterator[Round]:
    yield "accounts", social.open_accounts(world)
    yield "follows", social.follow(world, world.shape.follows.tolist())
    yield "characters", ruling.create_characters(world)
    yield "consent", ruling.change_consent(world, 1.0)
    for number in range(SLICES):
        yield from _slice(world, number)
    yield from aftermath(world)


def parts(world: World) -> Iterator[list[Round]]:
    """The same, for who wants to do something in between: the opening, the slices, the aftermath."""
    listed = rounds(world)
    yield [next(listed) for _ in range(OPENING)]
    for number in range(SLICES):
        yield list(_slice(world, number))
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
    yield "moderation", ruling.moderate(world, _some(world, few))
    yield "withdrawals", ruling.withdraw(world, _some(world, few))
    yield "revocations", ruling.revoke(world, 0.1)
    yield "corrections", ruling.correct(world)


def _some(world: World, count: int) -> list[int]:
    """What the demo is about stays."""
    return sorted(set(_listed(world, count, 1.0)) - {ROOT})
