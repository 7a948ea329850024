"""The wallet's read model, computed from the log anew for each question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from commands.work import WALLET
from domain.ids import wallet_stream
from domain.recorded import Fact, Position
from infra.memory import MemoryEventStore
from projections.wallet.apply import Book
from projections.wallet.query import NOTHING, Balances, Booking, Hold, Line, StatementPage


class WalletReads:
    def __init__(self, store: MemoryEventStore) -> None:
        self._store = store

    async def statement(self, account: str, *, limit: int, cursor: str | None) -> StatementPage:
        book = Book([])
        for fact in await self._store.load(wallet_stream(account)):
            book.add(fact.event, fact.recorded)
        before = int(cursor or 10**9)
        found = [
            Booking(
                **{name: getattr(row, name) for name in Booking.__struct_fields__ if name != "lines"},
                lines=[
                    Line(line.account, line.counter_account, line.amount, line.balance)
                    for line in book.lines
                    if line.version == row.version
                ],
            )
            for row in reversed(book.bookings)
            if row.version < before
        ]
        following = str(found[limit - 1].version) if len(found) > limit else None
        return StatementPage(found[:limit], following, len(book.bookings))

    async def balances_at(self, account: str, moment: datetime | Sequence[Position]) -> Balances:
        facts = [fact for fact in await self._store.load(wallet_stream(account)) if _is_before(fact, moment)]
        state = WALLET.initial
        for fact in facts:
            state = WALLET.evolve(state, fact.event, fact.recorded.recorded_at)
        holds = [Hold(**msgspec.structs.asdict(hold)) for hold in state.holds.values()]
        if not facts:
            return NOTHING
        return Balances(
            version=len(facts), at=facts[-1].recorded.recorded_at, free=state.free, paid=state.paid, held=state.held,
            day=state.day, resets_at=state.resets_at, allowance=state.allowance, holds=holds,
        )  # fmt: skip


def _is_before(fact: Fact, moment: datetime | Sequence[Position]) -> bool:
    recorded = fact.recorded
    if isinstance(moment, datetime):
        return recorded.recorded_at <= moment
    reached = {(at.category, at.shard): at.position for at in moment}
    return recorded.position <= reached.get((recorded.category, recorded.shard), 0)
