"""Commands by which operators decide for everyone. The edge lets only admins send them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from commands.days import find_zone
from commands.work import CORRECTIONS, RANKER, SPIKE, Handler, Work
from domain import policy
from domain.policy import RankerParameters, SpikePolicy


class ChangeSpikePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """`expected`: the version that its author has seen; None replaces whichever stands."""

    wanted: SpikePolicy
    by: str
    expected: int | None = None


class ChangeRanker(msgspec.Struct, frozen=True, kw_only=True):
    """`parameters` None: those that count now."""

    ranker: str
    weights: dict[str, float]
    reason: str
    by: str
    expected: int | None = None
    parameters: RankerParameters | None = None


class CorrectLeaderboard(msgspec.Struct, frozen=True, kw_only=True):
    """`since` None: from now on."""

    correction_id: str
    accounts: tuple[str, ...]
    reason: str
    by: str
    since: datetime | None = None


class UndoCorrection(msgspec.Struct, frozen=True, kw_only=True):
    correction_id: str
    reason: str
    by: str


async def change_spike_policy(command: ChangeSpikePolicy, work: Work) -> None:
    state = await work.read(SPIKE, policy.SPIKE)
    if command.wanted.zone != policy.ACCOUNT_ZONE:
        find_zone(command.wanted.zone)
    events = policy.change(state, command.wanted, command.by, command.expected)
    work.change(policy.SPIKE, events)
    work.answer = {"version": state.version + len(events)}


async def change_ranker(command: ChangeRanker, work: Work) -> None:
    state = await work.read(RANKER, policy.RANKER)
    events = policy.change_ranker(
        state, command.ranker, command.weights, command.reason, command.by, command.expected, command.parameters
    )
    work.change(policy.RANKER, events)
    parameters = events[-1].parameters if events else state.parameters
    work.answer = {"version": state.version + len(events), "parameters": msgspec.to_builtins(parameters)}


async def correct_leaderboard(command: CorrectLeaderboard, work: Work) -> None:
    state = await work.read(CORRECTIONS, policy.LEADERBOARD)
    since = work.now if command.since is None else command.since
    events = policy.correct(state, command.correction_id, command.accounts, since, command.reason, command.by)
    work.change(policy.LEADERBOARD, events)
    work.answer = {"correction_id": command.correction_id}


async def undo_correction(command: UndoCorrection, work: Work) -> None:
    state = await work.read(CORRECTIONS, policy.LEADERBOARD)
    work.change(policy.LEADERBOARD, policy.undo_correction(state, command.correction_id, command.reason, command.by))
    work.answer = {"correction_id": command.correction_id}


HANDLERS: Final[dict[type, Handler]] = {
    ChangeSpikePolicy: change_spike_policy,
    ChangeRanker: change_ranker,
    CorrectLeaderboard: correct_leaderboard,
    UndoCorrection: undo_correction,
}
