"""Events of wallets to bookings, their lines and the holds. All are sums of whole credits; a wallet is one stream, so
its bookings come in their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg.rows import class_row

from domain import wallet
from domain.recorded import Recorded
from domain.wallet import Held, Line, Released, Settled
from projections.db import Connection, load_rows, upsert, write_rows
from projections.events import Event
from projections.inserting import insert_of

KINDS: Final[dict[type, str]] = {
    wallet.AllowanceGranted: "granted",
    wallet.Purchased: "purchased",
    wallet.Held: "held",
    wallet.Settled: "settled",
    wallet.Released: "released",
}
# What a kind of booking says besides its lines.
FACTS: Final = (
    "hold_id", "video_id", "tier", "price", "factor_percent", "policy_version", "provider", "payment", "day",
    "resets_at", "allowance",
)  # fmt: skip
POCKETS: Final = ("free", "paid", "held")


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    version: int
    event_id: str
    kind: str
    at: datetime
    shard: int
    position: int
    cause: str
    caused_by: str
    hold_id: str | None
    video_id: str | None
    tier: str | None
    price: int | None
    factor_percent: int | None
    policy_version: int | None
    provider: str | None
    payment: str | None
    day: str | None
    resets_at: datetime | None
    allowance: int | None
    free: int
    paid: int
    held: int


class BookedLine(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    version: int
    line: int
    account: str
    counter_account: str | None
    amount: int
    balance: int


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    account: str
    amount: int


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    version: int
    hold_id: str
    video_id: str
    tier: str
    price: int
    at: datetime
    ended_version: int | None = None
    ended: str | None = None


_BOOKINGS: Final = insert_of("bookings", Booking)
_LINES: Final = insert_of("lines", BookedLine)
_BALANCES: Final = upsert("balances", Balance, ("account_id", "account"))
_HOLDS: Final = upsert("holds", Hold, ("account_id", "version"))
_HOLD: Final = insert_of("holds", Hold)


class Book:
    """The wallets that a batch is about, each with what it had before."""

    def __init__(self, balances: Sequence[Balance]) -> None:
        self.bookings: list[Booking] = []
        self.lines: list[BookedLine] = []
        self.amounts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in balances:
            self.amounts[row.account_id][row.account] = row.amount

    def add(self, event: Any, recorded: Recorded) -> None:
        amounts = self.amounts[event.account_id]
        for number, line in enumerate(event.lines):
            amounts[line.account] += line.amount
            self.lines.append(
                BookedLine(
                    account_id=event.account_id,
                    version=recorded.version,
                    line=number,
                    account=line.account,
                    counter_account=_counter(event.lines, number),
                    amount=line.amount,
                    balance=amounts[line.account],
                )
            )
        self.bookings.append(_booking(event, recorded, {pocket: amounts[pocket] for pocket in POCKETS}))

    def balances(self) -> Iterator[Balance]:
        for account_id, amounts in sorted(self.amounts.items()):
            for account, amount in sorted(amounts.items()):
                yield Balance(account_id=account_id, account=account, amount=amount)


def apply(conn: Connection, events: Sequence[Event]) -> None:
    booked = [event for event in events if type(event.event) in KINDS]
    if not booked:
        return
    book = Book(load_rows(conn, "balances", Balance, "account_id", {event.event.account_id for event in booked}))
    for event in booked:
        book.add(event.event, event.recorded)
    _BOOKINGS(conn, sorted(book.bookings, key=lambda row: (row.account_id, row.version)))
    _LINES(conn, sorted(book.lines, key=lambda row: (row.account_id, row.version, row.line)))
    write_rows(conn, _BALANCES, book.balances())
    _apply_holds(conn, booked)


def _booking(event: Any, recorded: Recorded, after: dict[str, int]) -> Booking:
    rest: dict[str, Any] = {**{name: getattr(event, name, None) for name in FACTS}, **after}
    return Booking(
        account_id=event.account_id,
        version=recorded.version,
        event_id=recorded.event_id,
        kind=KINDS[type(event)],
        at=recorded.recorded_at,
        shard=recorded.shard,
        position=recorded.position,
        cause=event.cause,
        caused_by=recorded.causation,
        **rest,
    )


def _counter(lines: Sequence[Line], number: int) -> str | None:
    """Lines come in pairs, one account giving what the other takes. None where they do not."""
    other = number ^ 1
    is_pair = other < len(lines) and lines[other].amount == -lines[number].amount
    return lines[other].account if is_pair else None


def _apply_holds(conn: Connection, events: Sequence[Event]) -> None:
    """A hold that is open is the only one of its video."""
    accounts = sorted({event.event.account_id for event in events})
    videos = sorted({event.event.video_id for event in events if isinstance(event.event, Settled | Released)})
    opened = {(hold.account_id, hold.video_id): hold for hold in _open(conn, accounts, videos)}
    before = {(hold.account_id, hold.version) for hold in opened.values()}
    rows: dict[tuple[str, int], Hold] = {}
    for event in events:
        hold = _hold(event.event, event.recorded, opened)
        if hold is not None:
            rows[hold.account_id, hold.version] = opened[hold.account_id, hold.video_id] = hold
    _HOLD(conn, (row for key, row in sorted(rows.items()) if key not in before))
    write_rows(conn, _HOLDS, (row for key, row in sorted(rows.items()) if key in before))


def _open(conn: Connection, accounts: Sequence[str], videos: Sequence[str]) -> list[Hold]:
    if not videos:
        return []
    with conn.cursor(row_factory=class_row(Hold)) as cursor:
        return cursor.execute(_OPEN, [accounts, videos]).fetchall()


def _hold(event: Any, recorded: Recorded, opened: dict[tuple[str, str], Hold]) -> Hold | None:
    match event:
        case Held():
            return Hold(
                account_id=event.account_id,
                version=recorded.version,
                hold_id=event.hold_id,
                video_id=event.video_id,
                tier=event.tier,
                price=event.price,
                at=recorded.recorded_at,
            )
        case Settled() | Released():
            held = opened[event.account_id, event.video_id]
            return msgspec.structs.replace(held, ended_version=recorded.version, ended=KINDS[type(event)])
        case _:
            return None


_OPEN: Final = """
    select * from holds
    where account_id = any(%s) and video_id = any(%s) and ended_version is null
"""
