"""Plausible histories, made by the domain's own decisions from a seed, as they would lie in the logs.

Texts stay clear, in the shape that sealing gives: a read model does not care whether a text is sealed.
"""

from __future__ import annotations

import contextlib
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import msgspec

from commands.work import COMMENT, FOLLOW, LIKE, SHARE, VIDEO, Kind
from domain import engagement, moderation, policy, video
from domain.catalog import BY_KIND, category_of, encode
from domain.errors import Rejected
from domain.ids import base32, case_stream, follow_stream, like_stream, shard_of
from domain.model import Model
from domain.recorded import Position, Recorded
from tests import happenings

EPOCH = "0194f000-0000-7000-8000-000000000001"
START = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
MODEL = Model(
    model="sketch-1", digest="d", description="", licence="", verbs=("create", "remix", "edit", "extend"),
    sizes=("256x144",), default_size="256x144", seconds=(4,), default_seconds=4, inputs=(), max_characters=0,
    price_per_second=1, rank=1, by_name_only=False, aliases=("sora-2",), engines=(),
)  # fmt: skip
# Streams whose rules are tested elsewhere: here only their events matter.
PLAIN: Kind[None] = Kind(None, lambda state, event, at: None)


class World:
    """What has happened so far, and the dice."""

    def __init__(self, seed: int, shards: int = 3, accounts: int = 6) -> None:
        self.dice = random.Random(seed)
        self.shards = shards
        self.accounts: list[str] = []
        self.opened: dict[str, datetime] = {}
        self.videos: list[str] = []
        self.said: dict[str, str] = {}  # the author of each comment
        self.characters: dict[str, int] = {}  # the version of the consent of each
        self.decisions: list[moderation.Decided] = []
        self.history: list[Recorded] = []
        self._folded: dict[str, tuple[Any, int]] = {}
        self._positions: dict[tuple[str, int], int] = defaultdict(int)
        self._now = START
        self.hour = START.replace(minute=0)  # up to which hours were closed
        self._open(accounts)

    def _open(self, accounts: int) -> None:
        """Half of them long ago; to the others happens what happens to the young."""
        for number in range(accounts):
            self._now = START - timedelta(hours=100 if number * 2 < accounts else 1)
            happenings.add_account(self, self.new_id("acct"))
        self._now = START

    @property
    def now(self) -> datetime:
        return self._now

    def reached(self, moment: datetime) -> tuple[policy.Reach, ...]:
        """How far each log had come before the moment."""
        logs: dict[tuple[str, int], int] = {}
        for recorded in self.history:
            if recorded.recorded_at < moment:
                logs[recorded.category, recorded.shard] = recorded.position
        return tuple(policy.Reach(category=log[0], shard=log[1], position=logs[log]) for log in sorted(logs))

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{base32(self.dice.getrandbits(128))}"

    def state(self, kind: Kind[Any], stream: str) -> Any:
        return self._folded.get(stream, (kind.initial, 0))[0]

    def record(self, kind: Kind[Any], stream: str, events: list[Any]) -> None:
        for event in events:
            self._now += self._tick()
            category = category_of(stream)
            shard = shard_of(stream, 1 if category == "platform" else self.shards)
            self._positions[category, shard] += 1
            state, version = self._folded.get(stream, (kind.initial, 0))
            self.history.append(
                Recorded(
                    epoch=EPOCH,
                    category=category,
                    shard=shard,
                    position=self._positions[category, shard],
                    event_id=f"event-{len(self.history)}",
                    stream=stream,
                    version=version + 1,
                    type=BY_KIND[type(event)].type,
                    occurred_at=self._now,
                    recorded_at=self._now,
                    actor="somebody",
                    causation="",
                    correlation="",
                    traceparent="",
                    data=encode(_as_sealed(event)),
                )
            )
            self._folded[stream] = (kind.evolve(state, event, self._now), version + 1)

    def _tick(self) -> timedelta:
        return timedelta(milliseconds=self.dice.choice((0, 1, 1_000, 600_000)))

    def epochs(self) -> list[tuple[str, Position]]:
        return [(EPOCH, Position(category, shard, 1)) for category, shard in self._positions]

    def logs(self) -> dict[tuple[str, int], list[Recorded]]:
        logs: dict[tuple[str, int], list[Recorded]] = defaultdict(list)
        for recorded in self.history:
            logs[recorded.category, recorded.shard].append(recorded)
        return dict(logs)

    def streams(self, prefix: str) -> list[str]:
        return [stream for stream in self._folded if stream.startswith(prefix)]

    def anybody(self) -> str:
        """Of those who are there."""
        return self.dice.choice(self.accounts)


class Story(World):
    """A history written by hand: each line happens a second after the one before, unless told otherwise."""

    def __init__(self, *accounts: str, at: datetime = START) -> None:
        super().__init__(seed=0, shards=2, accounts=0)
        self._now = at
        self.opened = dict.fromkeys(accounts, at - timedelta(days=30))

    def wait(self, **time: float) -> None:
        self._now += timedelta(**time)

    def create(self, video_id: str, by: str, *, public: bool = True, visibility: str = "public") -> None:
        self.record(VIDEO, video_id, video.create(video.Absent(), _request(self, by), MODEL))
        self.complete(video_id)
        if public:
            self.publish(video_id, visibility)

    def remix(self, video_id: str, parent: str, by: str, *, public: bool = True) -> None:
        state = self.state(VIDEO, parent)
        self.record(
            VIDEO, video_id, video.remix(video.Absent(), video.Source(parent, state), _request(self, by), MODEL)
        )
        self.complete(video_id)
        if public:
            self.publish(video_id)

    def complete(self, video_id: str) -> None:
        state = self.state(VIDEO, video_id)
        self.record(VIDEO, video_id, video.complete_generation(state, _outcome(state, mark_of(video_id))))

    def publish(self, video_id: str, visibility: str = "public", caption: str = "") -> None:
        state = self.state(VIDEO, video_id)
        by = _owner(self, video_id)
        self.record(VIDEO, video_id, video.publish(video_id, state, by, visibility, True, caption, ()))

    def unpublish(self, video_id: str) -> None:
        state = self.state(VIDEO, video_id)
        self.record(VIDEO, video_id, video.unpublish(video_id, state, _owner(self, video_id)))

    def delete(self, video_id: str) -> None:
        state = self.state(VIDEO, video_id)
        self.record(VIDEO, video_id, video.delete(video_id, state, _owner(self, video_id)))

    def restrict(self, video_id: str, cause: str = "decision_1") -> None:
        self.record(VIDEO, video_id, video.restrict(self.state(VIDEO, video_id), cause, "harassment"))

    def lift(self, video_id: str, cause: str = "decision_1") -> None:
        self.record(VIDEO, video_id, video.lift(self.state(VIDEO, video_id), cause))

    def comment(self, comment_id: str, video_id: str, by: str, text: str = "well said") -> None:
        owner = _owner(self, video_id)
        said = engagement.Commented(
            comment_id=comment_id, video_id=video_id, owner_id=owner, account_id=by, parent_id=None, text=text
        )
        self.record(COMMENT, comment_id, [said])

    def hide_comment(self, comment_id: str, decision: str = "decision_1") -> None:
        event = moderation.Decided(
            decision_id=decision, subject=comment_id, moderator_id="acct_mod", action="hide", scope="node",
            ground="terms", policy="harassment", facts="", automated_detection=False, automated_decision=False,
            territory=(), until=None, preview_digest="", affected=1,
        )  # fmt: skip
        self.record(PLAIN, case_stream(comment_id), [event])

    def like(self, video_id: str, by: str, *, served: bool = True) -> None:
        stream = like_stream(video_id, by)
        liked = engagement.Liked(
            video_id=video_id, account_id=by, owner_id=_owner(self, video_id), served=served,
            account_opened_at=self.opened[by],
        )  # fmt: skip
        self.record(LIKE, stream, engagement.like(self.state(LIKE, stream), self.state(VIDEO, video_id), liked))

    def unlike(self, video_id: str, by: str) -> None:
        stream = like_stream(video_id, by)
        self.record(LIKE, stream, engagement.unlike(self.state(LIKE, stream)))

    def follow(self, one: str, other: str) -> None:
        stream = follow_stream(one, other)
        self.record(FOLLOW, stream, engagement.follow(self.state(FOLLOW, stream), one, other))

    def _tick(self) -> timedelta:
        return timedelta(seconds=1)


def _request(world: World, owner: str) -> video.Request:
    return video.Request(
        owner_id=owner, model="sora-2", prompt="a \"cat\" {} % \\ 'on' ☃", seconds=4, size="256x144",
        seed=world.dice.getrandbits(31), tier="free",
    )  # fmt: skip


def create(world: World) -> None:
    stream = world.new_id("video")
    world.record(VIDEO, stream, video.create(video.Absent(), _request(world, world.anybody()), MODEL))
    world.videos.append(stream)


def remix(world: World) -> None:
    parent, owner = _some_video(world), world.anybody()
    stream = world.new_id("video")
    state = world.state(VIDEO, parent)
    world.record(VIDEO, stream, video.remix(video.Absent(), video.Source(parent, state), _request(world, owner), MODEL))
    world.videos.append(stream)


def upload(world: World) -> None:
    """Made elsewhere, and here at once."""
    stream = world.new_id("video")
    asset = video.Asset(role="video", key=f"v/{stream}/0/video", sha256="0" * 64, mime="video/mp4", bytes=9)
    imported = video.VideoImported(
        owner_id=world.anybody(), assets=(asset,), seconds=4, size="256x144", attestation="own_work"
    )
    world.record(VIDEO, stream, [imported])
    world.videos.append(stream)


def edit(world: World) -> None:
    """One's own video, or its next shot; both are children of it."""
    parent, stream = _some_video(world), world.new_id("video")
    source = video.Source(parent, world.state(VIDEO, parent))
    verb = world.dice.choice((video.edit, video.extend))
    world.record(VIDEO, stream, verb(video.Absent(), source, _request(world, _owner(world, parent)), MODEL))
    world.videos.append(stream)


def stitch(world: World) -> None:
    """A child of several parents, so that paths of different lengths lead to the same ancestor."""
    ids = {_some_video(world) for _ in range(3)}
    parents = [video.Parent(video_id=id_, relation="stitch", owner_id=_owner(world, id_)) for id_ in sorted(ids)]
    first = world.dice.choice(parents)
    request = _request(world, world.anybody())
    cast = world.dice.sample(sorted(world.characters), min(len(world.characters), world.dice.choice((0, 1, 2))))
    uses = tuple(video.CharacterUse(character_id=id_, consent_version=world.characters[id_]) for id_ in cast)
    event = world.dice.choice((video.VideoRemixed, video.VideoStitched))(
        **msgspec.structs.asdict(request), resolved_model="sketch-1", hold_id=None, depth=1, ancestor_bound=1,
        parents=(*parents, first), characters=uses,
    )  # fmt: skip
    stream = world.new_id("video")
    world.record(VIDEO, stream, [event])
    world.videos.append(stream)


def run(world: World) -> None:
    """The next thing that a worker has to say about a video that waits or is being made."""
    stream = next(_unfinished(world), None)
    if stream is None:
        return
    state = world.state(VIDEO, stream)
    if isinstance(state, video.Queued) and world.dice.random() < 0.5:
        world.record(VIDEO, stream, video.start_generation(state, state.attempt, "w1", "onnxruntime"))
    elif world.dice.random() < 0.2:
        code = world.dice.choice(("lease_lost", "unsupported"))
        world.record(VIDEO, stream, video.fail_generation(state, state.attempt, code, "it broke", "w1"))
    else:
        world.record(VIDEO, stream, video.complete_generation(state, _outcome(state, mark_of(stream))))


def _unfinished(world: World) -> Iterator[str]:
    for stream in world.videos:
        if isinstance(world.state(VIDEO, stream), video.Queued | video.InProgress):
            yield stream


def _as_sealed(event: Any) -> Any:
    """In the shape that sealing gives: a tuple becomes a tuple of the one text of its JSON. The texts stay clear."""
    fields = {name: getattr(event, name) for name in BY_KIND[type(event)].sealed}
    tuples = {
        name: (msgspec.json.encode(value).decode(),) for name, value in fields.items() if isinstance(value, tuple)
    }
    return msgspec.structs.replace(event, **tuples)


def mark_of(video_id: str) -> str:
    return sha256(video_id.encode()).hexdigest()[:16]


def _outcome(state: Any, mark_id: str) -> video.GenerationCompleted:
    asset = video.Asset(role="video", key="v/x/1/video", sha256="0" * 64, mime="video/mp4", bytes=2**33)
    return video.GenerationCompleted(
        owner_id=state.request.owner_id, attempt=state.attempt, assets=(asset,), engine="onnxruntime", model_digest="d",
        seed=state.request.seed, understood=("a", "cat"), ignored=(), mark_id=mark_id, worker="w1",
    )  # fmt: skip


def publish(world: World) -> None:
    stream = _some_video(world)
    by = _owner(world, stream)
    visibility = world.dice.choice(("public", "public", "public", "unlisted", "followers"))
    topics = tuple(world.dice.sample(video.TOPICS, 2))
    events = video.publish(stream, world.state(VIDEO, stream), by, visibility, world.dice.random() < 0.9, "", topics)
    world.record(VIDEO, stream, events)


def unpublish(world: World) -> None:
    stream = _some_video(world)
    world.record(VIDEO, stream, video.unpublish(stream, world.state(VIDEO, stream), _owner(world, stream)))


def delete(world: World) -> None:
    stream = _some_video(world)
    if world.dice.random() < 0.5:
        world.record(VIDEO, stream, video.delete(stream, world.state(VIDEO, stream), _owner(world, stream)))


def like(world: World) -> None:
    shown = [id_ for id_ in world.videos if getattr(world.state(VIDEO, id_), "publication", None)]
    video_id, by = world.dice.choice(shown[-10:]), world.anybody()
    liked = engagement.Liked(
        video_id=video_id, account_id=by, owner_id=_owner(world, video_id), served=world.dice.random() < 0.5,
        account_opened_at=world.opened[by],
    )  # fmt: skip
    stream = like_stream(video_id, by)
    world.record(LIKE, stream, engagement.like(world.state(LIKE, stream), world.state(VIDEO, video_id), liked))


def unlike(world: World) -> None:
    stream = world.dice.choice(world.streams("like_"))
    world.record(LIKE, stream, engagement.unlike(world.state(LIKE, stream)))


def like_again(world: World) -> None:
    """Takes a like back and gives it again."""
    stream = world.dice.choice(world.streams("like_"))
    before = world.state(LIKE, stream)
    world.record(LIKE, stream, engagement.unlike(before))
    video_id = stream.split("_acct_")[0].removeprefix("like_")
    if isinstance(before, engagement.Liking):
        now = world.state(LIKE, stream)
        world.record(LIKE, stream, engagement.like(now, world.state(VIDEO, video_id), before.event))


def restrict(world: World) -> None:
    """By one of few causes, so that a video has several, or the same one twice."""
    stream, cause = _some_video(world), f"decision_{world.dice.choice('abc')}"
    world.record(VIDEO, stream, video.restrict(world.state(VIDEO, stream), cause, "harassment"))


def lift(world: World) -> None:
    stream = _some_video(world)
    state = world.state(VIDEO, stream)
    causes = [each.cause_id for each in state.restrictions] if isinstance(state, video.Completed) else []
    world.record(VIDEO, stream, video.lift(state, world.dice.choice(causes)))


def cancel(world: World) -> None:
    stream = next(_unfinished(world), None)
    if stream and world.dice.random() < 0.3:
        state = world.state(VIDEO, stream)
        world.record(VIDEO, stream, video.cancel(state, _owner(world, stream), "owner"))


def comment(world: World) -> None:
    video_id, stream = _some_video(world), world.new_id("comment")
    said = engagement.Commented(
        comment_id=stream, video_id=video_id, owner_id=_owner(world, video_id), account_id=world.anybody(),
        parent_id=None, text="well said",
    )  # fmt: skip
    world.record(COMMENT, stream, engagement.comment(world.state(COMMENT, stream), said, None))
    world.said[stream] = said.account_id


def reply(world: World) -> None:
    """To a comment that is still there."""
    before = world.state(COMMENT, world.dice.choice(world.streams("comment_")))
    stream = world.new_id("comment")
    if isinstance(before, engagement.Comment):
        said = msgspec.structs.replace(
            before.said, comment_id=stream, account_id=world.anybody(), parent_id=before.said.comment_id
        )
        world.record(COMMENT, stream, engagement.comment(world.state(COMMENT, stream), said, before))
        world.said[stream] = said.account_id


def delete_comment(world: World) -> None:
    stream = world.dice.choice(world.streams("comment_"))
    state = world.state(COMMENT, stream)
    by = state.said.account_id
    world.record(COMMENT, stream, engagement.delete_comment(state, stream, by))


def share(world: World) -> None:
    video_id, stream = _some_video(world), world.new_id("share")
    shared = engagement.Shared(
        share_id=stream, video_id=video_id, owner_id=_owner(world, video_id), account_id=world.anybody(), channel="link"
    )
    world.record(SHARE, stream, engagement.share(world.state(SHARE, stream), shared))


def follow(world: World) -> None:
    one, other = world.anybody(), world.anybody()
    stream = follow_stream(one, other)
    world.record(FOLLOW, stream, engagement.follow(world.state(FOLLOW, stream), one, other))


def unfollow(world: World) -> None:
    one, other = world.anybody(), world.anybody()
    stream = follow_stream(one, other)
    world.record(FOLLOW, stream, engagement.unfollow(world.state(FOLLOW, stream), one, other))


def _some_video(world: World) -> str:
    """Rather a young one, so that chains grow."""
    if not world.videos:
        create(world)
    return world.dice.choice(world.videos[-world.dice.choice((3, 12, 1_000)) :])


def _owner(world: World, video_id: str) -> str:
    state = world.state(VIDEO, video_id)
    return str(state.request.owner_id)


# What a step may be, each as often as it stands here.
OF_VIDEOS: Final = (
    create, remix, remix, remix, edit, upload, stitch, run, run, run, run, publish, publish, publish, like, like, like,
    like, unlike, like_again, unpublish, delete, restrict, restrict, lift, cancel,
)  # fmt: skip
OF_PEOPLE: Final = (
    follow, unfollow, comment, comment, reply, delete_comment, share, happenings.open_account,
    happenings.change_profile, happenings.set_preference, happenings.remove_preference, happenings.block,
    happenings.unblock, happenings.mute, happenings.unmute, happenings.request_export, happenings.erase_account,
)  # fmt: skip
OF_THE_REST: Final = (
    happenings.grant_allowance, happenings.grant_allowance, happenings.purchase, happenings.hold, happenings.hold,
    happenings.hold, happenings.end_hold, happenings.end_hold, happenings.end_hold,
    happenings.new_character, happenings.consent, happenings.consent, happenings.expire_consent,
    happenings.forget_character, happenings.report, happenings.handle_report, happenings.decide, happenings.decide,
    happenings.reverse, happenings.appeal, happenings.appeal, happenings.resolve, happenings.resolve,
    happenings.advance_process, happenings.advance_process, happenings.advance_process, happenings.change_ranker,
    happenings.change_spike_policy, happenings.correct_leaderboard, happenings.undo_correction,
    happenings.close_hours,
)  # fmt: skip


def make(seed: int, steps: int, *, shards: int = 3, accounts: int = 6) -> World:
    """Of so many accounts, half of them a day old and more; some come, few go."""
    world = World(seed, shards, accounts)
    for _ in range(10):
        create(world)
        run(world)
    for _ in range(steps):
        kind = world.dice.choice((OF_VIDEOS, OF_VIDEOS, OF_VIDEOS, OF_PEOPLE, OF_THE_REST, OF_THE_REST))
        # The rules say no, or there is nothing to choose from: nothing happens.
        with contextlib.suppress(Rejected, IndexError):
            world.dice.choice(kind)(world)
    return world
