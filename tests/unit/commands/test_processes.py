"""Processes from their cause to their receipt."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from commands.process import AT_ONCE, AdvanceProcess
from commands.work import CHARACTER, COMMENT, HANDLE, fold
from domain import character, engagement, handle
from domain.ids import cascade_of, case_stream
from domain.process import Finished, Item, Running, digest_of
from domain.recorded import Append
from domain.video import Cancelled, CharacterUse, Completed, Deleted, Queued
from tests.examples import (
    CHARACTER_ID,
    COMMENT_ID,
    DECISION_ID,
    appeal_resolved,
    appealed,
    cancelled,
    character_created,
    commented,
    consent_revoked,
    decided,
    erased,
    handle_reserved,
    restricted,
    reversed_,
)
from tests.examples import (
    HANDLE as HANDLE_STREAM,
)
from tests.given import (
    OTHER,
    OWNER,
    an_id,
    appending,
    completed,
    created,
    deleted,
    failed,
    opened,
    published,
    started,
)
from tests.processing import Processing

CAST = (CharacterUse(character_id=CHARACTER_ID, consent_version=2),)
ELSEWHERE = an_id("decision", 77)


def video(number: int) -> str:
    return an_id("video", number)


async def situations(platform: Processing, owner: str = OWNER, first: int = 1) -> list[str]:
    """One video of each situation, listed as uses of the character and as the family of the first one."""
    made = created(owner_id=owner, characters=CAST)
    done = completed(owner_id=owner)
    stories: list[tuple[Any, ...]] = [
        (made,),
        (made, started(owner_id=owner)),
        (made, done),
        (made, done, published(owner_id=owner)),
        (made, failed(owner_id=owner)),
        (made, cancelled(owner_id=owner)),
        (made, done, deleted(owner_id=owner)),
    ]
    ids = [await platform.has(video(first + n), *story) for n, story in enumerate(stories)]
    platform.outside.users.setdefault(CHARACTER_ID, []).extend(ids)
    platform.outside.families.setdefault(video(1), []).extend(ids)
    return ids


HIDDEN = {
    "queued": "cancelled",
    "in_progress": "cancelled",
    "completed": "hidden",
    "failed": "kept",
    "cancelled": "kept",
    "deleted": "gone",
}
KEPT = {was: "kept" if action == "hidden" else action for was, action in HIDDEN.items()}  # but not made any more
WAS = ["queued", "in_progress", "completed", "completed", "failed", "cancelled", "deleted"]


def expected(ids: list[str], actions: dict[str, str]) -> dict[str, tuple[str, str]]:
    return {id_: (was, actions[was]) for id_, was in zip(ids, WAS, strict=True)}


@pytest.mark.parametrize(
    ("policy", "mine", "others"),
    [("freeze", KEPT, KEPT), ("hide_mine", HIDDEN, KEPT), ("hide_all", HIDDEN, HIDDEN)],
)
async def test_the_end_of_a_consent(policy: str, mine: dict[str, str], others: dict[str, str]) -> None:
    platform = Processing()
    own = await situations(platform, OWNER, 1)
    foreign = await situations(platform, OTHER, 11)
    await platform.has(CHARACTER_ID, consent_revoked(policy=policy))
    await platform.run()
    assert await platform.actions("revocation") == {**expected(own, mine), **expected(foreign, others)}
    receipt = await platform.receipt("revocation")
    assert receipt.digest == digest_of(receipt.items)
    hidden = await platform.video(own[3])
    assert isinstance(hidden, Completed)
    causes = [each.cause_id for each in hidden.restrictions]
    assert causes == ([] if policy == "freeze" else [receipt.plan.process_id])
    assert isinstance(await platform.video(own[0]), Cancelled)


async def test_what_is_cancelled_gives_its_credits_back() -> None:
    platform = Processing()
    [queued, *_] = await situations(platform)
    await platform.has(CHARACTER_ID, consent_revoked(policy="hide_all"))
    await platform.run()
    given = [timer.command for timer in await platform.timers() if queued.encode() in timer.payload]
    assert given == ["release_hold"]


@pytest.mark.parametrize("scope", ["node", "subtree", "uses_of_character"])
async def test_a_decision_and_its_reversal(scope: str) -> None:
    platform = Processing()
    ids = await situations(platform)
    subject = {"node": ids[3], "subtree": ids[0], "uses_of_character": CHARACTER_ID}[scope]
    await platform.has(ids[3], restricted(cause_id=ELSEWHERE))
    await decide(platform, subject, scope)
    await platform.run()
    reach = {ids[3]: ("completed", "hidden")} if scope == "node" else expected(ids, HIDDEN)
    assert await platform.actions("cascade") == reach
    assert await causes_of(platform, ids[3]) == [ELSEWHERE, DECISION_ID]
    await platform.has(case_stream(subject), reversed_(subject=subject))
    await platform.run()
    lifted = {id_: ("completed", "lifted") for id_, (was, _) in reach.items() if was == "completed"}
    assert await platform.actions("reversal") == lifted
    assert await causes_of(platform, ids[3]) == [ELSEWHERE]


async def decide(platform: Processing, subject: str, scope: str) -> None:
    await platform.has(case_stream(subject), decided(subject=subject, scope=scope))


async def causes_of(platform: Processing, video_id: str) -> list[str]:
    state = await platform.video(video_id)
    assert isinstance(state, Completed)
    return [each.cause_id for each in state.restrictions]


async def test_an_appeal_that_is_won_reverses() -> None:
    platform = Processing()
    ids = await situations(platform)
    await decide(platform, ids[3], "node")
    await platform.has(case_stream(ids[3]), appealed(subject=ids[3]), appeal_resolved(subject=ids[3]))
    await platform.run()
    assert await causes_of(platform, ids[3]) == []


async def test_a_reversal_that_is_quicker_than_its_cascade() -> None:
    platform = Processing()
    ids = await situations(platform)
    await decide(platform, ids[0], "subtree")
    [start] = await platform.steps()
    await platform.has(case_stream(ids[0]), reversed_(subject=ids[0]))
    [reverse] = [timer for timer in await platform.steps() if timer.key != start.key]
    await platform.give(reverse)
    await platform.run()
    assert await platform.processes("cascade") == []
    assert await platform.actions("reversal") == {}
    assert isinstance(await platform.video(ids[0]), Queued)


async def test_a_reversal_in_the_middle_of_its_cascade_ends_it_and_lifts_what_it_had_hidden() -> None:
    platform = Processing()
    ids = await family(platform, AT_ONCE + 10)
    await decide(platform, ids[0], "subtree")
    for _ in range(2):  # its start and its first step
        [timer] = await platform.steps()
        await platform.give(timer)
    await platform.has(case_stream(ids[0]), reversed_(subject=ids[0]))
    [reverse] = [timer for timer in await platform.steps() if timer.command == "start_process"]
    await platform.give(reverse)
    await platform.run()
    assert len((await platform.receipt("cascade")).items) == AT_ONCE
    assert len((await platform.receipt("reversal")).items) == AT_ONCE
    for id_ in ids:
        assert await causes_of(platform, id_) == []


async def family(platform: Processing, count: int) -> list[str]:
    ids = [await platform.has(video(number), created(characters=CAST), completed()) for number in range(1, count + 1)]
    platform.outside.families[ids[0]] = list(ids)
    platform.outside.users[CHARACTER_ID] = list(ids)
    return ids


async def test_a_thousand_things_take_steps_and_each_is_done_once() -> None:
    platform = Processing()
    ids = await family(platform, 1_000)
    await platform.has(CHARACTER_ID, consent_revoked(policy="hide_all"))
    await platform.run()
    receipt = await platform.receipt("revocation")
    assert (receipt.counts, [item.id for item in receipt.items]) == ({"hidden": 1_000}, sorted(ids))
    [state] = await platform.processes("revocation")
    assert isinstance(state, Finished)
    assert (state.event.total, state.run.step) == (1_000, 21)
    for id_ in ids:
        assert len(await causes_of(platform, id_)) == 1


async def test_what_slips_in_behind_the_last_id_is_found_in_the_end() -> None:
    """The list grows before, within and after what was done, while the process runs."""
    platform = Processing()
    ids = await family(platform, 2 * AT_ONCE)
    every_other = ids[1::2]
    late = ids[::2]
    platform.outside.users[CHARACTER_ID] = list(every_other)
    await platform.has(CHARACTER_ID, consent_revoked(policy="hide_all"))
    while new := await platform.steps():
        await platform.give(new[0])
        platform.outside.users[CHARACTER_ID] += late[:7]
        late = late[7:]
    receipt = await platform.receipt("revocation")
    assert [item.id for item in receipt.items if item.action == "hidden"] == sorted(
        set(platform.outside.users[CHARACTER_ID])
    )
    assert len(receipt.items) > len(every_other)


async def test_an_erasure_leaves_nothing_behind() -> None:
    platform = Processing()
    ids = await situations(platform)
    await platform.has(CHARACTER_ID, character_created())
    await platform.has(HANDLE_STREAM, handle_reserved())
    await platform.has(COMMENT_ID, commented(account_id=OWNER, owner_id=OTHER))
    platform.outside.owned[OWNER] = [*ids, CHARACTER_ID, COMMENT_ID]
    await platform.has(OWNER, opened(), erased())
    await platform.run()
    assert await platform.actions("erasure") == {
        CHARACTER_ID: ("created", "deleted"),
        COMMENT_ID: ("commented", "deleted"),
        **{id_: (was, "gone" if was == "deleted" else "deleted") for id_, was in zip(ids, WAS, strict=True)},
    }
    for id_ in ids:
        assert isinstance(await platform.video(id_), Deleted)
    assert isinstance((await fold(platform.store, CHARACTER, CHARACTER_ID))[0], character.Deleted)
    assert isinstance((await fold(platform.store, HANDLE, HANDLE_STREAM))[0], handle.Free)
    assert isinstance((await fold(platform.store, COMMENT, COMMENT_ID))[0], engagement.CommentGone)


async def test_an_account_without_anything_is_erased_too() -> None:
    platform = Processing()
    await platform.has(OWNER, opened(), erased())
    await platform.run()
    assert await platform.actions("erasure") == {}


async def test_a_thing_that_moves_while_it_is_decided_on_is_decided_on_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    platform = Processing()
    [queued, *_] = await situations(platform)
    await platform.has(CHARACTER_ID, consent_revoked(policy="hide_all"))
    append, moves = platform.store.append, [1]

    async def later(what: Append) -> Any:
        if moves and any(change.stream == queued for change in what.changes):
            moves.pop()
            await append(moved(queued))
        return await append(what)

    monkeypatch.setattr(platform.store, "append", later)
    await platform.run()
    assert moves == []
    assert (await platform.actions("revocation"))[queued] == ("completed", "hidden")
    assert isinstance(await platform.video(queued), Completed)


def moved(video_id: str) -> Append:
    return appending((video_id, 1, completed()), key="a worker was quicker")


async def test_a_step_that_is_not_the_present_one_does_nothing() -> None:
    platform = Processing()
    await family(platform, 3)
    await platform.has(CHARACTER_ID, consent_revoked(policy="hide_all"))
    [start] = await platform.steps()
    await platform.give(start)
    [state] = await platform.processes("revocation")
    assert isinstance(state, Running)
    for step in (0, 2, 3):
        command = AdvanceProcess(process_id=state.plan.process_id, step=step)
        outcome = await platform.bus.dispatch(command, start_origin(f"step {step}"), repeatable=True)
        assert outcome.positions == ()
    nobody = AdvanceProcess(process_id=cascade_of(DECISION_ID), step=1)
    assert (await platform.bus.dispatch(nobody, start_origin("nobody"), repeatable=True)).positions == ()


def start_origin(key: str) -> Any:
    return appending(key=key).origin


@settings(max_examples=30, deadline=None, phases=[Phase.explicit, Phase.generate])
@drawn(count=st.integers(1, 2 * AT_ONCE + 5), is_reversed=st.booleans(), seed=st.integers(0, 2**32))
def test_commands_that_come_twice_late_and_in_any_order_change_nothing(
    count: int, is_reversed: bool, seed: int
) -> None:
    """A crash between any two steps is that what was given is given again, at any later time."""

    chance = random.Random(seed)

    async def story() -> None:
        platform = Processing()
        ids = await family(platform, count)
        late = [await platform.has(video(500 + n), created(characters=CAST)) for n in range(3)]
        await platform.has(CHARACTER_ID, consent_revoked(policy="hide_all"))
        await decide(platform, video(1), "subtree")
        if is_reversed:
            await platform.has(case_stream(video(1)), reversed_(subject=video(1)))
        while len(platform.done) < len(known := await platform.timers()):
            await platform.give(chance.choice(known))
            if late and chance.random() < 0.5 and not await is_finished(platform, "revocation"):
                platform.outside.users[CHARACTER_ID].append(late.pop())
        before = await platform.store.heads()
        for timer in chance.sample(known, len(known)):
            await platform.give(timer)
        assert await platform.store.heads() == before
        await check(platform, ids)

    asyncio.run(story())


async def is_finished(platform: Processing, kind: str) -> bool:
    return any(isinstance(state, Finished) for state in await platform.processes(kind))


async def check(platform: Processing, ids: list[str]) -> None:
    revocation = await platform.receipt("revocation")
    assert [item.id for item in revocation.items] == sorted(platform.outside.users[CHARACTER_ID])
    assert revocation.digest == digest_of(revocation.items)
    reversals = await platform.processes("reversal")
    for id_ in ids:
        causes = sorted(await causes_of(platform, id_))
        assert causes == sorted([revocation.plan.process_id] + ([] if reversals else [DECISION_ID]))


def test_a_digest_depends_on_every_item_and_on_no_order() -> None:
    one, two = (Item(id=video(n), was="completed", action="hidden") for n in (1, 2))
    assert digest_of([one, two]) == digest_of([two, one])
    assert digest_of([one, two]) != digest_of([one])
    assert digest_of([one]) != digest_of([Item(id=video(1), was="completed", action="kept")])
