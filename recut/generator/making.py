"""A video's way from its prompt to its publication, with the credits that it costs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from commands.work import CHARACTER, SPIKE, VIDEO, WALLET
from domain import policy, video, wallet
from domain.ids import hold_of, wallet_stream
from domain.price import price
from domain.queue import FREE, PAID
from domain.recorded import SYSTEM, Change
from recut.generator import texts
from recut.generator.shape import CLIP_SECONDS, CREATE, EDIT, EXTEND, STITCH
from recut.generator.world import Step, World

SIZES: Final = ("720x1280", "720x1280", "1280x720")
GIFT: Final = 2_000  # credits, when an account has none left


def queue(world: World, numbers: Iterable[int]) -> Iterator[Step]:
    for n in numbers:
        yield _queue(world, n)


def _queue(world: World, n: int) -> Step:
    stream, owner = world.videos[n], world.accounts[world.shape.owner[n]]
    event = _decide(world, n, owner)
    made = CLIP_SECONDS if world.shape.verb[n] == EXTEND else event.seconds
    purse, tier = _hold(world, owner, stream, made, event.size)
    uses = tuple(_cast(world, event))
    event = video.with_terms(event, tier=tier, hold_id=hold_of(stream), characters=uses, ruleset="")
    return world.step(owner, purse, world.change(VIDEO, stream, [event]), lane=purse.stream)


def _decide(world: World, n: int, owner: str) -> Any:
    above = [world.videos[parent] for parent in world.shape.parents[n]]
    states: list[Any] = [world.state(VIDEO, id_) for id_ in above]
    sources = [video.Source(id_, state) for id_, state in zip(above, states, strict=True)]
    verb, dice = world.shape.verb[n], world.dice
    whole = CLIP_SECONDS if verb == EXTEND else world.shape.seconds[n]
    size = states[0].request.size if states else dice.choice(SIZES)
    words = texts.patch(dice) if sources else texts.prompt(dice)
    request = video.Request(
        owner_id=owner, model="sora-2", prompt=words, seconds=whole, size=size, seed=dice.getrandbits(31)
    )
    if verb == CREATE:
        return video.create(video.Absent(), request, world.model)[0]
    if verb == STITCH:
        return video.stitch(video.Absent(), [video.Clip(source) for source in sources], request, world.model)[0]
    verbs = {EDIT: video.edit, EXTEND: video.extend}
    return verbs.get(verb, video.remix)(video.Absent(), sources[0], request, world.model)[0]


def _cast(world: World, event: Any) -> Iterator[video.CharacterUse]:
    """Those of the parents, with the consent that counts now; and now and then somebody in what is new."""
    above: list[Any] = [world.state(VIDEO, parent.video_id).request for parent in event.parents]
    cast = dict.fromkeys(use.character_id for request in above for use in request.characters)
    if not above and world.dice.random() < 0.2:
        cast[world.dice.choice(world.characters)] = None
    for character_id in cast:
        consent = world.state(CHARACTER, character_id).consent
        yield video.CharacterUse(character_id=character_id, consent_version=consent.version)


def _hold(world: World, owner: str, stream: str, seconds: int, size: str) -> tuple[Change, str]:
    """Out of the allowance while it lasts, then out of a gift."""
    purse, now = wallet_stream(owner), world.clock()
    rule: policy.SpikePolicy = world.state(SPIKE, policy.SPIKE)
    cost = price(world.model.price_per_second, seconds, size, rule.price_percent)
    state = world.state(WALLET, purse)
    events = wallet.grant(state, owner, rule, _day(now), now)
    state = _folded(state, events, now)
    tier = FREE if cost <= state.free else PAID
    if cost > state.pocket(tier):
        gift = wallet.add(state, owner, "manual", f"gift of {stream}", GIFT, "gift")
        events, state = [*events, *gift], _folded(state, gift, now)
    return world.change(WALLET, purse, [*events, wallet.hold(state, owner, stream, tier, cost, rule)]), tier


def _day(now: datetime) -> wallet.Day:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return wallet.Day(now.date().isoformat(), midnight + timedelta(days=1))


def _folded(state: wallet.Wallet, events: list[Any], at: datetime) -> wallet.Wallet:
    for event in events:
        state = wallet.evolve(state, event, at)
    return state


def start(world: World, numbers: Iterable[int]) -> Iterator[Step]:
    """Some workers are lost on the way, and another one begins again."""
    for n in numbers:
        stream = world.videos[n]
        yield _started(world, stream, 1)
        if world.dice.random() < 0.03:
            lost = video.fail_generation(world.state(VIDEO, stream), 1, "lease_lost", "the worker is gone", "worker_1")
            yield world.step(SYSTEM, world.change(VIDEO, stream, lost), lane=stream)
            yield _started(world, stream, 2)


def _started(world: World, stream: str, attempt: int) -> Step:
    worker = f"worker_{world.dice.randint(1, 4)}"
    events = video.start_generation(world.state(VIDEO, stream), attempt, worker, "sketch")
    return world.step(SYSTEM, world.change(VIDEO, stream, events), lane=stream)


def finish(world: World, numbers: Iterable[int]) -> Iterator[Step]:
    """What nobody will see may fail, or be given up."""
    for n in numbers:
        stream = world.videos[n]
        fate = 1.0 if world.shape.listed[n] else world.dice.random()
        if fate < 0.3:
            state = world.state(VIDEO, stream)
            events = video.fail_generation(state, state.attempt, "unsupported", "nothing to draw", state.worker)
        elif fate < 0.45:
            events = video.cancel(world.state(VIDEO, stream), world.accounts[world.shape.owner[n]], "owner")
        else:
            events = [_completed(world, stream)]
        yield _ended(world, n, events)


def _ended(world: World, n: int, events: list[Any]) -> Step:
    stream, owner = world.videos[n], world.accounts[world.shape.owner[n]]
    delivered = isinstance(events[0], video.GenerationCompleted)
    purse = wallet_stream(owner)
    decide, cause = (wallet.settle, "completed") if delivered else (wallet.release, "failed")
    booked = decide(world.state(WALLET, purse), owner, stream, cause)
    change = world.change(VIDEO, stream, events)
    return world.step(SYSTEM, change, world.change(WALLET, purse, booked), lane=purse)


def _completed(world: World, stream: str) -> video.GenerationCompleted:
    state = world.state(VIDEO, stream)
    return video.GenerationCompleted(
        owner_id=state.request.owner_id, attempt=state.attempt, engine="sketch", model_digest=world.model.digest,
        assets=tuple(_asset(stream, state.attempt, role, mime) for role, mime in (
            ("video", "video/mp4"), ("thumbnail", "image/webp"), ("scene", "application/json"))),
        seed=state.request.seed, understood=tuple(state.request.prompt.split()), ignored=(),
        mark_id=f"{world.dice.getrandbits(64):016x}", worker=state.worker,
    )  # fmt: skip


def _asset(stream: str, attempt: int, role: str, mime: str) -> video.Asset:
    """Named as a worker would name it; there is no such file."""
    digest = hashlib.sha256(f"{stream} {attempt} {role}".encode()).hexdigest()
    return video.Asset(role=role, key=f"v/{stream}/{attempt}/{role}-{digest}", sha256=digest, mime=mime, bytes=400_000)


def publish(world: World, numbers: Iterable[int]) -> Iterator[Step]:
    for n in numbers:
        stream, owner = world.videos[n], world.accounts[world.shape.owner[n]]
        state = world.state(VIDEO, stream)
        listed = world.shape.listed[n]
        if isinstance(state, video.Completed) and (listed or world.dice.random() < 0.5):
            visibility = "public" if listed else world.dice.choice(("unlisted", "followers"))
            topics = tuple(world.dice.sample(video.TOPICS, world.dice.randint(1, 2)))
            words = texts.caption(world.dice)
            yield world.step(
                owner,
                world.change(VIDEO, stream, video.publish(stream, state, owner, visibility, True, words, topics)),
            )
