"""The one way in: `HANDLERS` lists everything the platform can be told; `Bus.dispatch` makes it happen once."""

from __future__ import annotations

import asyncio
import random
from typing import Any, Final

import msgspec

from commands import (
    account,
    character,
    comment,
    engagement,
    model,
    moderation,
    policy,
    process,
    steering,
    video,
    wallet,
)
from commands.folds import Folds
from commands.lanes import Lanes
from commands.ports import EventStore
from commands.work import Handler, Work, World
from domain.errors import REJECTIONS, Conflict, IdempotencyMismatch, Rejected, Unavailable
from domain.recorded import Answered, Append, Appended, Origin, Position

# Each noun's module lists its own; a command has one handler.
HANDLERS: Final[dict[type, Handler]] = {
    **account.HANDLERS,
    **character.HANDLERS,
    **comment.HANDLERS,
    **engagement.HANDLERS,
    **model.HANDLERS,
    **moderation.HANDLERS,
    **policy.HANDLERS,
    **process.HANDLERS,
    **steering.HANDLERS,
    **video.HANDLERS,
    **wallet.HANDLERS,
}

DEADLINE_SECONDS: Final = 5.0
# More would wait for the same connections until their deadline, and a question that is given up costs its connection:
# then nothing is done at all. Who comes too much is told so at once.
AT_ONCE: Final = 256


class Outcome(msgspec.Struct, frozen=True):
    """What a command came to. `positions` is empty when nothing happened; `replayed` when it had happened before."""

    answer: dict[str, Any]
    epoch: str
    positions: tuple[Position, ...]
    replayed: bool


class Bus:
    def __init__(self, store: EventStore, world: World) -> None:
        self._store = store
        self._world = world
        self._lanes = Lanes()
        self._folds = Folds(store)
        self._at_work = 0

    async def dispatch(self, command: Any, origin: Origin, *, repeatable: bool = False) -> Outcome:
        """Decides and records. `repeatable`: the sender may send the same `origin.key` again, so the command is
        looked up first and even a refusal is recorded.

        Raises a `Rejected`, `IdempotencyMismatch` for a key that belongs to another request, or `Unavailable`.
        """
        if self._at_work >= AT_ONCE:
            raise Unavailable("overloaded", "Too many commands are at work: try again soon.", retry_after=1)
        self._at_work += 1
        try:
            return await self._dispatch(command, origin, repeatable)
        finally:
            self._at_work -= 1

    async def _dispatch(self, command: Any, origin: Origin, repeatable: bool) -> Outcome:
        if repeatable and (earlier := await self._store.answered(origin.account, origin.key)):
            return _replay(earlier, origin)
        handler = HANDLERS[type(command)]
        try:
            async with asyncio.timeout(DEADLINE_SECONDS), self._lanes.lane(command):
                return await self._until_done(handler, command, origin, repeatable)
        except TimeoutError as error:
            raise Unavailable("busy", "Too many commands touch this at once: try again.") from error

    async def _until_done(self, handler: Handler, command: Any, origin: Origin, repeatable: bool) -> Outcome:
        attempt = 0
        while True:
            try:
                return await self._once(handler, command, origin, repeatable)
            except Conflict:
                attempt += 1
                await asyncio.sleep(random.uniform(0, min(0.002 * 2**attempt, 0.1)))  # noqa: S311 (jitter)

    async def _once(self, handler: Handler, command: Any, origin: Origin, repeatable: bool) -> Outcome:
        work = Work(self._store, self._world, origin, self._folds)
        try:
            await handler(command, work)
        except Rejected as refusal:
            if repeatable:
                return _outcome(await self._store.append(_refusal(origin, refusal)), origin, {}, refusal)
            raise
        effect = work.effect()
        if not effect.changes and not repeatable:
            return Outcome(work.answer, "", (), replayed=False)
        return _outcome(await self._store.append(effect), origin, work.answer, None)


def _refusal(origin: Origin, refusal: Rejected) -> Append:
    fields = {"kind": type(refusal).__name__, "code": refusal.code, "message": refusal.message, "param": refusal.param}
    return Append(origin, (), (), msgspec.json.encode({"rejected": fields}))


def _outcome(result: Appended | Answered, origin: Origin, answer: dict[str, Any], refusal: Rejected | None) -> Outcome:
    if isinstance(result, Answered):
        return _replay(result, origin)
    if refusal:
        raise refusal
    return Outcome(answer, result.epoch, result.positions, replayed=False)


def _replay(earlier: Answered, origin: Origin) -> Outcome:
    if earlier.request_hash != origin.request_hash:
        raise IdempotencyMismatch("idempotency_key_reused", "This Idempotency-Key belongs to another request.")
    answer = msgspec.json.decode(earlier.answer)
    if "rejected" in answer:
        fields = answer["rejected"]
        raise REJECTIONS[fields["kind"]](fields["code"], fields["message"], fields["param"])
    return Outcome(answer["ok"], earlier.epoch, earlier.positions, replayed=True)
