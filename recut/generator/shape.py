"""The shape of a history, without its words: who made what when, from what, and who liked and followed whom.

Popularity follows Zipf's law, the follow graph a power law, remixes hang on what is popular and on what is new. One
video has a large family, one chain is as long as chains may be. Numbers only, the same for the same seed and sizes.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.lineage import MAX_ANCESTORS, MAX_DEPTH, MAX_EXTENSIONS, MAX_SECONDS

Ints = NDArray[np.int64]
Pairs = NDArray[np.int64]  # (n, 2)

VERBS: Final = ("create", "remix", "edit", "extend", "stitch")
CREATE, REMIX, EDIT, EXTEND, STITCH = range(5)
CLIP_SECONDS: Final = 4
ROOT: Final = 0  # the video with the large family
ATTACHED: Final = 0.3  # of the family: the part that remixes the root itself
SPIKE: Final = (0.55, 0.6)  # the part of the time in which a third of everything is made
RING: Final = 4  # accounts that like what one of them makes, all of it


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """`edges`: videos that come from others, by about so many steps; `family`: those that descend from one of them;
    `chain`: the steps of the longest chain."""

    videos: int
    accounts: int
    follows: int
    likes: int
    comments: int
    edges: int
    family: int
    chain: int
    characters: int

    def entropy(self, seed: int) -> list[int]:
        """Another size is another history: nothing of it is named as in this one."""
        digest = hashlib.sha256(f"{seed} {msgspec.json.encode(self).decode()}".encode()).digest()
        return list(np.frombuffer(digest, dtype=np.uint32).astype(int))


def sizes(videos: int, **given: int | None) -> Sizes:
    """In the proportions of a platform, where nothing else is given."""
    usual = {
        "accounts": max(RING + 2, videos // 10),
        "follows": 3 * videos,
        "likes": 5 * videos,
        "comments": videos // 2,
        "edges": videos // 2,
        "family": videos // 10,
        "chain": min(MAX_DEPTH, videos // 20),
        "characters": max(2, videos // 50),
    }
    return Sizes(videos=videos, **{**usual, **{name: n for name, n in given.items() if n is not None}})


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """Videos are numbered in the order in which they were made; a parent has a smaller number than its child. Moments
    lie between 0, the beginning, and 1, now."""

    sizes: Sizes
    moment: NDArray[np.float64]  # (videos,)
    owner: Ints  # (videos,)
    verb: list[int]  # (videos,)
    seconds: list[int]
    parents: list[tuple[int, ...]]
    depth: list[int]
    bound: list[int]
    weight: NDArray[np.float64]  # (videos,) how popular, summing to 1
    listed: NDArray[np.bool_]  # (videos,) published for everyone
    likes: Pairs  # (video, account), each pair once, in order of time
    liked_at: NDArray[np.float64]
    follows: Pairs  # (follower, followee), each pair once
    age: NDArray[np.float64]  # (accounts,) in days, when the history begins
    ring: Ints


def draw(sizes: Sizes, seed: int) -> Shape:
    dice = np.random.default_rng(sizes.entropy(seed))
    moment = _moments(dice, sizes.videos)
    owner = dice.choice(sizes.accounts, size=sizes.videos, p=_zipf(dice, sizes.accounts, 0.8))
    lineage = _Lineage(dice, sizes, owner)
    weight = _zipf(dice, sizes.videos, 0.9)
    weight[ROOT] = weight.max()
    weight /= weight.sum()
    listed = dice.random(sizes.videos) < 0.9
    listed[ROOT] = True
    listed[np.unique([parent for parents in lineage.parents for parent in parents]).astype(int)] = True
    ring = np.arange(1, RING + 1)
    likes, liked_at = _likes(dice, sizes, np.where(listed, weight, 0), moment, owner, ring)
    return Shape(
        sizes=sizes, moment=moment, owner=owner, verb=lineage.verb, seconds=lineage.seconds, parents=lineage.parents,
        depth=lineage.depth, bound=lineage.bound, weight=weight, listed=listed, likes=likes, liked_at=liked_at,
        follows=_follows(dice, sizes), age=dice.lognormal(3.5, 1.5, sizes.accounts), ring=ring,
    )  # fmt: skip


def _zipf(dice: np.random.Generator, n: int, power: float) -> NDArray[np.float64]:
    """Weights that sum to one; which of the n is the most popular is drawn."""
    weights = 1 / (dice.permutation(n) + 1.0) ** power
    return np.asarray(weights / weights.sum())


def _moments(dice: np.random.Generator, n: int) -> NDArray[np.float64]:
    usual, spike = dice.random(n), dice.uniform(*SPIKE, n)
    found = np.sort(np.where(dice.random(n) < 1 / 3, spike, usual))
    found[ROOT] = 0.0
    return found


def _distinct(dice: np.random.Generator, pairs: Pairs, width: int, n: int) -> Pairs:
    """At most n of the pairs, each once, in any order."""
    keys = np.unique(pairs[:, 0] * width + pairs[:, 1])
    keys = dice.permutation(keys)[:n]
    return np.stack([keys // width, keys % width], axis=1)


def _likes(
    dice: np.random.Generator, sizes: Sizes, weight: Any, moment: Any, owner: Ints, ring: Ints
) -> tuple[Pairs, NDArray[np.float64]]:
    videos = dice.choice(sizes.videos, size=2 * sizes.likes, p=weight / weight.sum())
    accounts = dice.integers(sizes.accounts, size=2 * sizes.likes)
    of_ring = np.flatnonzero((owner == ring[0]) & (weight > 0))[:1_000]
    pushed = np.stack([np.repeat(of_ring, len(ring)), np.tile(ring, len(of_ring))], axis=1)
    drawn = _distinct(dice, np.stack([videos, accounts], axis=1), sizes.accounts, sizes.likes)
    pairs = _distinct(dice, np.concatenate([drawn, pushed]), sizes.accounts, sizes.likes + len(pushed))
    # Most come soon after the video; those of old ones go on for ever.
    at = moment[pairs[:, 0]] + np.minimum(dice.exponential(0.05, len(pairs)), dice.random(len(pairs)))
    at = np.minimum(at, 1.0)
    order = np.argsort(at, kind="stable")
    return pairs[order], at[order]


def _follows(dice: np.random.Generator, sizes: Sizes) -> Pairs:
    followee = dice.choice(sizes.accounts, size=2 * sizes.follows, p=_zipf(dice, sizes.accounts, 0.7))
    follower = dice.integers(sizes.accounts, size=2 * sizes.follows)
    pairs = np.stack([follower, followee], axis=1)
    return _distinct(dice, pairs[follower != followee], sizes.accounts, sizes.follows)


class _Lineage:
    """Draws from what each video was made, and keeps the limits that the domain keeps."""

    def __init__(self, dice: np.random.Generator, sizes: Sizes, owner: Ints) -> None:
        n = sizes.videos
        self.verb = [CREATE] * n
        self.seconds = [CLIP_SECONDS] * n
        self.parents: list[tuple[int, ...]] = [()] * n
        self.depth = [0] * n
        self.bound = [0] * n
        self._extensions = [0] * n
        self._owner = owner
        self._rolls = dice.random((n, 4)).tolist()
        self._family = [ROOT]
        self._in_family = [False] * n
        self._in_family[ROOT] = True
        self._chain: list[int] = []
        self._draw(sizes, dice)

    def _draw(self, sizes: Sizes, dice: np.random.Generator) -> None:
        others = (dice.permutation(sizes.videos - 1) + 1).tolist()
        family = set(others[: sizes.family])
        links = set(others[sizes.family : sizes.family + sizes.chain + 1])
        mixed = set(others[sizes.family + sizes.chain + 1 :][: max(0, sizes.edges - sizes.family - sizes.chain)])
        for child in range(1, sizes.videos):
            if child in family:
                self._attach(child)
            elif child in links:
                self._link(child)
            elif child in mixed:
                self._mix(child)

    def _attach(self, child: int) -> None:
        first, second = self._rolls[child][:2]
        parent = ROOT if first < ATTACHED else self._family[int(second * len(self._family))]
        self._place(child, REMIX, (parent,))
        self._family.append(child)
        self._in_family[child] = True

    def _link(self, child: int) -> None:
        if self._chain:
            self._place(child, REMIX, (self._chain[-1],))
        self._chain.append(child)

    def _mix(self, child: int) -> None:
        kind, *rolls = self._rolls[child]
        earlier = dict.fromkeys(self._earlier(child, roll) for roll in rolls)
        parents = tuple(each for each in earlier if not self._in_family[each])  # that one grows by its own rule alone
        if kind < 0.05 and self._can_stitch(parents):
            self._place(child, STITCH, parents)
        elif parents and self.depth[parents[0]] < MAX_DEPTH and self.bound[parents[0]] < MAX_ANCESTORS:
            self._follow(child, parents[0], kind)

    def _follow(self, child: int, parent: int, kind: float) -> None:
        if kind > 0.95:
            self._owner[child] = self._owner[parent]
            self._place(child, EDIT, (parent,))
        else:
            self._place(child, EXTEND if kind < 0.1 and self._can_extend(parent) else REMIX, (parent,))

    def _earlier(self, child: int, roll: float) -> int:
        """Half of them anything, half of them new."""
        return int(2 * roll * child) if roll < 0.5 else child - 1 - int((2 * roll - 1) * min(child, 1_000))

    def _can_stitch(self, parents: tuple[int, ...]) -> bool:
        return (
            len(parents) > 1
            and max(self.depth[parent] for parent in parents) < MAX_DEPTH
            and sum(self.bound[parent] + 1 for parent in parents) <= MAX_ANCESTORS
            and sum(self.seconds[parent] for parent in parents) <= MAX_SECONDS
        )

    def _can_extend(self, parent: int) -> bool:
        return self.seconds[parent] + CLIP_SECONDS <= MAX_SECONDS and self._extensions[parent] < MAX_EXTENSIONS

    def _place(self, child: int, verb: int, parents: tuple[int, ...]) -> None:
        self.verb[child], self.parents[child] = verb, parents
        self.depth[child] = max(self.depth[each] for each in parents) + 1
        self.bound[child] = sum(self.bound[each] + 1 for each in parents)
        self._extensions[child] = max(self._extensions[each] for each in parents) + (verb == EXTEND)
        self.seconds[child] = sum(self.seconds[each] for each in parents) + (CLIP_SECONDS if verb == EXTEND else 0)
