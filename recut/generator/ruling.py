"""Characters and their consent, spikes, moderation and corrections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import msgspec

from commands.work import CASE, CHARACTER, CORRECTIONS, HANDLE, SPIKE, VIDEO
from domain import appearance, character, handle, moderation, policy, video
from domain.ids import case_stream
from domain.recorded import SYSTEM
from recut.generator import texts
from recut.generator.world import Step, World


def create_characters(world: World) -> Iterator[Step]:
    for number, id_ in enumerate(world.characters):
        owner, name = world.dice.choice(world.accounts), f"{texts.WHO[number % len(texts.WHO)]}_{id_[-8:]}"
        reservation = world.handle(name)
        made = character.CharacterCreated(
            character_id=id_, owner_id=owner, kind="persona", handle=name, handle_stream=reservation, name=name,
            description=texts.caption(world.dice), rig="person", rig_version=appearance.RIG_VERSION, parameters="{}",
            frames=(), challenge=None,
        )  # fmt: skip
        yield world.step(
            owner,
            world.change(CHARACTER, id_, character.create(character.Absent(), made, 0)),
            world.change(HANDLE, reservation, handle.reserve(handle.Free(), id_, owner)),
        )


def change_consent(world: World, share: float) -> Iterator[Step]:
    """Of a part of the characters: everyone may use them, for less and less."""
    for id_ in world.characters:
        if world.dice.random() >= share:
            continue
        state = world.state(CHARACTER, id_)
        wanted = character.Consent(audience="everyone", rules=(f"word:w{state.consent.version}",))
        owner = state.made.owner_id
        events = character.change_consent(state, id_, owner, wanted, world.clock())
        yield world.step(owner, world.change(CHARACTER, id_, events))


def revoke(world: World, share: float) -> Iterator[Step]:
    for id_ in world.characters:
        if world.dice.random() < share:
            state = world.state(CHARACTER, id_)
            owner = state.made.owner_id
            yield world.step(owner, world.change(CHARACTER, id_, character.revoke(state, id_, owner, "freeze")))


def change_policy(world: World, percent: int, reason: str) -> Iterator[Step]:
    state = world.state(SPIKE, policy.SPIKE)
    wanted = msgspec.structs.replace(state, price_percent=percent, reason=reason)
    yield world.step(SYSTEM, world.change(SPIKE, policy.SPIKE, policy.change(state, wanted, SYSTEM)))


def moderate(world: World, numbers: Iterable[int]) -> Iterator[Step]:
    """Reported, decided, hidden; a third of the decisions do not last."""
    for number in numbers:
        subject, owner = world.videos[number], world.accounts[world.shape.owner[number]]
        reporter = world.accounts[(world.shape.owner[number] + 1) % len(world.accounts)]
        if owner == world.moderator or not _is_there(world, subject):
            continue
        reported = moderation.Reported(subject=subject, reporter_id=reporter, reason="spam", text="")
        case = case_stream(subject)
        yield world.step(
            reporter, world.change(CASE, case, moderation.report(world.state(CASE, case), reported, owner)), lane=case
        )
        [decision] = world.ids("decision", 1)
        yield _decided(world, subject, owner, decision)
        if world.dice.random() < 1 / 3:
            yield _reversed(world, subject, owner, decision)


def _is_there(world: World, subject: str) -> bool:
    return isinstance(world.state(VIDEO, subject), video.Completed)


def _decided(world: World, subject: str, owner: str, decision: str) -> Step:
    decided = moderation.Decided(
        decision_id=decision, subject=subject, moderator_id=world.moderator, action="hide", scope="node",
        ground="terms", policy="spam", facts="the same thing again and again", automated_detection=False,
        automated_decision=False, territory=(), until=None, preview_digest="", affected=1,
    )  # fmt: skip
    case = case_stream(subject)
    events = moderation.decide(world.state(CASE, case), decided, owner, world.clock())
    hidden = video.restrict(world.state(VIDEO, subject), decision, "spam")
    return world.step(
        world.moderator, world.change(CASE, case, events), world.change(VIDEO, subject, hidden), lane=case
    )


def _reversed(world: World, subject: str, owner: str, decision: str) -> Step:
    case = case_stream(subject)
    back = moderation.Reversed(
        decision_id=decision, subject=subject, moderator_id=world.moderator, reason="it was not the same thing"
    )
    events: list[Any] = moderation.reverse(world.state(CASE, case), back, owner)
    lifted = video.lift(world.state(VIDEO, subject), decision)
    return world.step(
        world.moderator, world.change(CASE, case, events), world.change(VIDEO, subject, lifted), lane=case
    )


def withdraw(world: World, numbers: Iterable[int]) -> Iterator[Step]:
    """Drafts again, or gone."""
    for number in numbers:
        stream, owner = world.videos[number], world.accounts[world.shape.owner[number]]
        decide = world.dice.choice((video.unpublish, video.delete))
        if _is_there(world, stream):
            yield world.step(
                owner, world.change(VIDEO, stream, decide(stream, world.state(VIDEO, stream), owner)), lane=stream
            )


def correct(world: World) -> Iterator[Step]:
    """The ring does not count. A second correction hits somebody by mistake, and is taken back."""
    for accounts, undone in ((world.shape.ring[1:], False), ([len(world.accounts) - 1], True)):
        [correction] = world.ids("correction", 1)
        ids = [world.accounts[number] for number in accounts]
        since = world.began - timedelta(days=1)
        state = world.state(CORRECTIONS, policy.LEADERBOARD)
        events = policy.correct(state, correction, ids, since, "a ring", SYSTEM)
        yield world.step(SYSTEM, world.change(CORRECTIONS, policy.LEADERBOARD, events), lane=policy.LEADERBOARD)
        if undone:
            state = world.state(CORRECTIONS, policy.LEADERBOARD)
            events = policy.undo_correction(state, correction, "not a ring", SYSTEM)
            yield world.step(SYSTEM, world.change(CORRECTIONS, policy.LEADERBOARD, events), lane=policy.LEADERBOARD)
