"""The boards brought from one moment to a later one, by what the facts say of the time in between. Everything that is
known of the facts by now has to be in their tables.

Statements of once an hour are planned each time: a plan of when a table was empty would be kept while it grows."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from projections.db import Connection
from projections.leaderboard import live, rings, touched
from projections.leaderboard.boards import BOARDS
from projections.leaderboard.votes import corrected, stands, votes

EVER: Final = "-infinity"


def bring(conn: Connection, before: str, moment: str, counted: datetime | None) -> None:
    """`counted`: the hour from whose end windows reach back, then as now."""
    between = {"before": before, "moment": moment}
    changed = touched.nothing()
    accounts = [account for (account,) in conn.execute(_CORRECTED, between)]
    for board in BOARDS:
        values = {**between, **live.windows(counted)}
        ranks = conn.execute(_ADD[board].encode(), values, prepare=False).fetchall()
        live.add_ranks(conn, [(board, *change) for change in ranks])
        changed.buckets[board].update(conn.execute(_ENDED[board].encode(), between, prepare=False))
        if accounts:
            rows = conn.execute(_BY[board].encode(), {**between, "accounts": accounts}, prepare=False).fetchall()
            changed.buckets[board].update(rows)
    flipped = {id_ for (id_,) in conn.execute(_FLIPPED, between)}
    for ids in (changed.flipped["video"], changed.flipped["character"], changed.flipped["account"]):
        ids |= flipped
    live.recount(conn, changed, counted, moment)
    rings.follow(conn, conn.execute(_PAIRS, between, prepare=False).fetchall(), moment)


def empty(conn: Connection) -> None:
    """As if nothing had been counted."""
    for query in ("delete from buckets", "delete from standings", "delete from ranks", "delete from rings"):
        conn.execute(query.encode())


_BEFORE, _MOMENT = "%(before)s::timestamptz", "%(moment)s::timestamptz"
_ADD: Final = {
    board: f"""
        with vote as materialized (
            select v.*, {corrected(_MOMENT)} as corrected from {votes(board)} v
            where v.since >= {_BEFORE} and {stands(_MOMENT)}
        ),
        {live.adding(board, "vote", board)}
        select * from {board}_ranks
    """  # noqa: S608 - constants
    for board in BOARDS
}
_BUCKET: Final = "select distinct v.id, floor(date_part('epoch', v.at) / 3600)::int"
# What stood before and has ended, or stands but may have been corrected.
_ENDED: Final = {
    board: f"""
        {_BUCKET} from {votes(board)} v
        where v.since < {_BEFORE} and v.until >= {_BEFORE} and v.until < {_MOMENT}
    """
    for board in BOARDS
}
_BY: Final = {
    board: f"""
        {_BUCKET} from {votes(board)} v
        where v.voter = any(%(accounts)s) and v.since < {_BEFORE} and {stands(_MOMENT)}
    """
    for board in BOARDS
}
_CORRECTED: Final = f"""
    select distinct account_id from corrections
    where (made_at >= {_BEFORE} and made_at < {_MOMENT}) or (undone_at >= {_BEFORE} and undone_at < {_MOMENT})
""".encode()  # noqa: S608 - constants
_FLIPPED: Final = f"""
    select id from shown
    where (since >= {_BEFORE} and since < {_MOMENT}) or (until >= {_BEFORE} and until < {_MOMENT})
""".encode()  # noqa: S608 - constants
_PAIRS: Final = f"""
    select distinct account_id, owner_id from likes
    where account_id <> owner_id
        and ((at >= {_BEFORE} and at < {_MOMENT}) or (until >= {_BEFORE} and until < {_MOMENT}))
""".encode()  # noqa: S608 - constants
