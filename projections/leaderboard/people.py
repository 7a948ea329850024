"""Since when accounts exist, whose characters are, and whose votes count nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from domain.account import AccountOpened
from domain.character import CharacterCreated
from domain.policy import LeaderboardCorrected
from projections.db import Connection, columns
from projections.events import Event, parted
from projections.leaderboard.boards import BOARDS, MOST_LIKED, MOST_USED_CHARACTERS, TOP_CREATORS
from projections.leaderboard.touched import Touched
from projections.leaderboard.votes import votes

# Whether an account was young is said in each like; of other votes it follows from when the account was opened.
_BY_ACCOUNT: Final = tuple(board for board in BOARDS if board not in (MOST_LIKED, TOP_CREATORS))
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)

KINDS: Final = (AccountOpened, CharacterCreated, LeaderboardCorrected)

Named = tuple[str, str]  # account, correction


class Correction(msgspec.Struct):
    account_id: str
    correction_id: str
    made_at: datetime
    undone_at: datetime | None
    since: datetime


def apply(conn: Connection, events: Sequence[Event], touched: Touched) -> None:
    """After the facts of the batch were written."""
    accounts, characters, corrected = load(conn, events)
    _touch(conn, _BY_ACCOUNT, [(id_, _EVER) for id_ in accounts], touched)
    if characters:
        touched.add(MOST_USED_CHARACTERS, conn.execute(_USES, [characters]).fetchall())
    _touch(conn, BOARDS, [(row.account_id, row.since) for row in corrected], touched)


def load(conn: Connection, events: Sequence[Event]) -> tuple[list[str], list[str], list[Correction]]:
    """The facts alone: the accounts and the characters that are new, and the corrections that were made or undone."""
    opened, created, corrections = parted(events, AccountOpened, CharacterCreated, LeaderboardCorrected)
    return _open(conn, opened), _create(conn, created), _correct(conn, corrections)


def _open(conn: Connection, events: Sequence[Event]) -> list[str]:
    rows = sorted((event.recorded.stream, event.recorded.recorded_at) for event in events)
    if rows:
        conn.execute(_INSERT_ACCOUNTS, columns(rows, 2))
    return [id_ for id_, _ in rows]


def _create(conn: Connection, events: Sequence[Event]) -> list[str]:
    rows = sorted((event.recorded.stream, event.event.owner_id) for event in events)
    if rows:
        conn.execute(_INSERT_CHARACTERS, columns(rows, 2))
    return [id_ for id_, _ in rows]


def _correct(conn: Connection, events: Sequence[Event]) -> list[Correction]:
    if not events:
        return []
    standing = _standing(conn, {event.event.correction_id for event in events})
    changed = _fold(events, standing)
    conn.execute(_FORGET_CORRECTIONS, columns(((row.account_id, row.correction_id, row.made_at) for row in changed), 3))
    rows = [msgspec.structs.astuple(row) for row in changed if row.undone_at != row.made_at]
    if rows:
        conn.execute(_INSERT_CORRECTIONS, columns(sorted(rows, key=lambda row: row[:3]), 5))
    return changed


def _standing(conn: Connection, ids: Iterable[str]) -> dict[Named, Correction]:
    rows = conn.execute(_CORRECTIONS, [sorted(ids)]).fetchall()
    return {(row[0], row[1]): Correction(*row) for row in rows}


def _fold(events: Iterable[Event], standing: dict[Named, Correction]) -> list[Correction]:
    changed: dict[tuple[Named, datetime], Correction] = {}
    for event in events:
        correction, at = event.event, event.recorded.recorded_at
        for account in correction.accounts:
            named = (account, correction.correction_id)
            if correction.undo and named in standing:
                row = standing.pop(named)
                row.undone_at = at
                changed[named, row.made_at] = row
            elif not correction.undo and named not in standing:
                standing[named] = Correction(*named, at, None, correction.since)
                changed[named, at] = standing[named]
    return list(changed.values())


def _touch(conn: Connection, boards: Iterable[str], accounts: Sequence[tuple[str, datetime]], touched: Touched) -> None:
    """What stands by these accounts, each from a moment on."""
    for board in boards if accounts else ():
        touched.add(board, conn.execute(_STANDING[board].encode(), columns(accounts, 2)).fetchall())


_INSERT_ACCOUNTS: Final = """
    insert into accounts (id, opened_at) select * from unnest(%s::text[], %s::timestamptz[]) on conflict do nothing
"""
_INSERT_CHARACTERS: Final = """
    insert into characters (id, owner_id) select * from unnest(%s::text[], %s::text[]) on conflict do nothing
"""
_USES: Final = "select character_id, at from uses where character_id = any(%s) and until is null"
_CORRECTIONS: Final = """
    select account_id, correction_id, made_at, undone_at, since
    from corrections where correction_id = any(%s) and undone_at is null
"""
_FORGET_CORRECTIONS: Final = """
    delete from corrections using unnest(%s::text[], %s::text[], %s::timestamptz[]) as old (account, id, made_at)
    where account_id = old.account and correction_id = old.id and corrections.made_at = old.made_at
"""
_INSERT_CORRECTIONS: Final = """
    insert into corrections (account_id, correction_id, made_at, undone_at, since)
    select * from unnest(%s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
"""
_STANDING: Final = {
    board: f"""
        select distinct v.id, date_bin('1 hour', v.at, 'epoch')
        from unnest(%s::text[], %s::timestamptz[]) as a (id, since)
        join {votes(board)} v on v.voter = a.id and v.at >= a.since
        where v.until is null
    """  # noqa: S608 - constants
    for board in BOARDS
}
