"""A platform of any size in the read models, without a log: events of a drawn history are made in memory and given to
the models' own `apply`, in the order of their time.

The event store stamps what it records, so a past of thirty days cannot be written through it; here times are made up.
Each model gets the events that it uses, in logs of their own; a file, a prompt or an account's texts are in none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from domain import account, character, engagement, policy, video
from domain.catalog import BY_KIND
from domain.ids import new_id
from domain.recorded import Position, Recorded
from projections.events import Event
from projections.model import ReadModel
from projections.registry import FEED, LEADERBOARD, REMIX_GRAPH
from recut.generator.shape import EDIT, EXTEND, STITCH, Ints, Shape

DAYS: Final = 30
SHARDS: Final = 16
EPOCH: Final = "0194f000-0000-7000-8000-000000000001"
CAST: Final = 0.2  # of the videos star a character
KINDS: Final = (video.VideoCreated, video.VideoRemixed, video.VideoEdited, video.VideoExtended, video.VideoStitched)
RELATIONS: Final = {EDIT: "edit", EXTEND: "extend", STITCH: "stitch"}
# In this order, where several happen at once.
ACCOUNT, PERSONA, FOLLOWED, MADE, PUBLISHED, LIKED, CLOSED = range(7)
CATEGORIES: Final = ("account", "character", "engagement", "video", "video", "engagement", "platform")
# What each model uses.
USES: Final = {
    FEED.name: (FOLLOWED, MADE, PUBLISHED, LIKED),
    LEADERBOARD.name: (ACCOUNT, PERSONA, MADE, PUBLISHED, LIKED, CLOSED),
    REMIX_GRAPH.name: (MADE, PUBLISHED),
}
BEFORE: Final = -2 / DAYS  # when accounts, characters and follows were made


class Platform:
    def __init__(self, shape: Shape, now: datetime, hours: int = DAYS * 24) -> None:
        """`hours`: how many are closed, the last ones."""
        self.shape = shape
        self._hours = np.arange(DAYS * 24 + 1 - hours, DAYS * 24 + 1)
        self.now = now
        self.began = now - timedelta(days=DAYS)
        self._owner: list[int] = shape.owner.tolist()
        self._topics = np.random.default_rng(1).integers(len(video.TOPICS), size=(shape.sizes.videos, 2)).tolist()

    @staticmethod
    @lru_cache(maxsize=1 << 20)
    def _id(prefix: str, number: int) -> str:
        return new_id(prefix, 1_767_225_600_000 + number, number.to_bytes(10, "big"))

    def video(self, number: int) -> str:
        return self._id("video", number)

    def account(self, number: int) -> str:
        return self._id("acct", number)

    def character(self, number: int) -> str:
        return self._id("char", number)

    def at(self, moment: float) -> datetime:
        return self.began + timedelta(days=DAYS * moment)

    def epochs(self, model: ReadModel) -> list[tuple[str, Position]]:
        return [(EPOCH, Position(category, shard, 1)) for category in model.categories for shard in range(SHARDS)]

    def events(self, model: ReadModel, *, skip: int = 0, endless: bool = False) -> Iterator[Event]:
        """All that the model uses, in the order of time; without the first `skip`, which are not even made. `endless`:
        when the thirty days are over, the same is made and liked again, as new videos of the same parents."""
        logs = _Logs()
        makers: dict[int, Callable[[int, datetime], tuple[str, Any]]] = {
            ACCOUNT: self._opened, PERSONA: self._persona, FOLLOWED: self._followed,
            MADE: self._made, PUBLISHED: self._published, LIKED: self._liked, CLOSED: logs.closing,
        }  # fmt: skip
        for again in count() if endless else (0,):
            kinds, numbers, moments = self._timeline(USES[model.name], again)
            passed, skip = min(skip, len(kinds)), max(0, skip - len(kinds))
            logs.pass_over(kinds[:passed], numbers[:passed])
            left = (part[passed:].tolist() for part in (kinds, numbers, moments))
            for kind, number, moment in zip(*left, strict=True):
                at = self.at(moment)
                stream, event = makers[kind](number, at)
                yield logs.record(kind, number, stream, event, at)

    def _opened(self, number: int, at: datetime) -> tuple[str, account.AccountOpened]:
        id_ = self.account(number)
        return id_, account.AccountOpened(account_id=id_, name="", region=None, birth_year=None, time_zone="UTC")

    def _followed(self, number: int, at: datetime) -> tuple[str, engagement.Followed]:
        one, other = self.shape.follows[number].tolist()
        followed = engagement.Followed(follower_id=self.account(one), followee_id=self.account(other))
        return f"follow_{number}", followed

    def _persona(self, number: int, at: datetime) -> tuple[str, character.CharacterCreated]:
        id_ = self.character(number)
        return id_, character.CharacterCreated(
            character_id=id_, owner_id=self.account(number), kind="persona", handle="", handle_stream="", name="",
            description="", rig="person", rig_version=1, parameters="{}", frames=(), challenge=None,
        )  # fmt: skip

    def _timeline(self, wanted: tuple[int, ...], again: int) -> tuple[Ints, Ints, NDArray[np.float64]]:
        """(kinds, numbers, moments), in order. `again`: how many times all this has been."""
        shape, sizes = self.shape, self.shape.sizes
        listed = np.flatnonzero(shape.listed)
        parts = {
            ACCOUNT: _before(sizes.accounts),
            PERSONA: _before(sizes.characters),
            FOLLOWED: _before(len(shape.follows)),
            MADE: (np.arange(sizes.videos) + again * sizes.videos, shape.moment + again),
            PUBLISHED: (listed + again * sizes.videos, shape.moment[listed] + again),
            LIKED: (np.arange(len(shape.likes)) + again * len(shape.likes), shape.liked_at + again),
            CLOSED: (self._hours, self._hours / (DAYS * 24) + again),
        }
        chosen = [kind for kind in wanted if kind > FOLLOWED or not again]
        kinds = np.concatenate([np.full(len(parts[kind][0]), kind) for kind in chosen])
        numbers = np.concatenate([parts[kind][0] for kind in chosen])
        moments = np.concatenate([parts[kind][1] for kind in chosen])
        order = np.lexsort((kinds, moments))
        return kinds[order], numbers[order], moments[order]

    def _made(self, number: int, at: datetime) -> tuple[str, Any]:
        id_, number, shape = self.video(number), number % self.shape.sizes.videos, self.shape
        verb = shape.verb[number]
        parents = tuple(
            video.Parent(
                video_id=self.video(parent), relation=RELATIONS.get(verb, "remix"),
                owner_id=self.account(self._owner[parent]),
            )
            for parent in shape.parents[number]
        )  # fmt: skip
        event = KINDS[verb](
            owner_id=self.account(self._owner[number]), model="sketch-1", resolved_model="sketch-1", prompt="",
            seconds=shape.seconds[number], size="720x1280", seed=number, tier="free", hold_id=None,
            depth=shape.depth[number], ancestor_bound=shape.bound[number], parents=parents,
            characters=self._cast(number),
        )  # fmt: skip
        return id_, event

    def _cast(self, number: int) -> tuple[video.CharacterUse, ...]:
        if number % 100 >= 100 * CAST:
            return ()
        character = self.character(number // 100 * 7 % self.shape.sizes.characters)
        return (video.CharacterUse(character_id=character, consent_version=2),)

    def _published(self, number: int, at: datetime) -> tuple[str, video.VideoPublished]:
        id_, number = self.video(number), number % self.shape.sizes.videos
        topics = tuple(dict.fromkeys(video.TOPICS[topic] for topic in self._topics[number]))
        event = video.VideoPublished(
            owner_id=self.account(self._owner[number]),
            visibility="public",
            remixable=True,
            caption="",
            topics=topics,
        )
        return id_, event

    def _liked(self, number: int, at: datetime) -> tuple[str, engagement.Liked]:
        again, like = divmod(number, len(self.shape.likes))
        target, by = self.shape.likes[like].tolist()
        event = engagement.Liked(
            video_id=self.video(target + again * self.shape.sizes.videos),
            account_id=self.account(by), owner_id=self.account(self._owner[target]),
            served=number % 7 > 0, account_opened_at=self.began - timedelta(days=float(self.shape.age[by])),
        )  # fmt: skip
        return f"like_{number}", event


def _before(count: int) -> tuple[Ints, NDArray[np.float64]]:
    return np.arange(count), np.full(count, BEFORE)


def _shard(kind: int, number: Any) -> Any:
    """Hours lie in one."""
    return number * 0 if kind == CLOSED else number % SHARDS


class _Logs:
    """Numbers the events of each log."""

    def __init__(self) -> None:
        self._ends: defaultdict[tuple[str, int], int] = defaultdict(int)

    def pass_over(self, kinds: Ints, numbers: Ints) -> None:
        """As if these had been recorded."""
        for kind in range(len(CATEGORIES)):
            passed = np.unique(_shard(kind, numbers[kinds == kind]), return_counts=True)
            for shard, events in np.transpose(passed).tolist():
                self._ends[CATEGORIES[kind], shard] += events

    def record(self, kind: int, number: int, stream: str, event: Any, at: datetime) -> Event:
        log = (CATEGORIES[kind], _shard(kind, number))
        self._ends[log] += 1
        recorded = Recorded(
            epoch=EPOCH, category=log[0], shard=log[1], position=self._ends[log], event_id="", stream=stream,
            version=1, type=BY_KIND[type(event)].type, occurred_at=at, recorded_at=at, actor="", causation="",
            correlation="", traceparent="", data=b"",
        )  # fmt: skip
        return Event(recorded, event)

    def closing(self, number: int, at: datetime) -> tuple[str, policy.HourClosed]:
        ends = sorted(self._ends.items())
        reached = (policy.Reach(category=log[0], shard=log[1], position=end) for log, end in ends)
        return "hours", policy.HourClosed(ended_at=at, positions=tuple(reached))


def whole_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
