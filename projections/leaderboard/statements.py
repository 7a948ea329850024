"""The statements of `query.py` and `receipts.py`. Places and how far the model has come are read in one statement: both
are of the same moment."""

from __future__ import annotations

from typing import Final

from projections.leaderboard.boards import BOARDS, PLACES, WINDOWS
from projections.leaderboard.votes import CATEGORY, NUMBERS, SUMS, corrected, pending, stands, votes
from projections.registry import LEADERBOARD

S: Final = f'"{LEADERBOARD.schema}".'
FOREVER: Final = "'infinity'::timestamptz"
_MICROS: Final = "floor(extract(epoch from place.reached_at) * 1000000)::bigint"
_NUMBERS: Final = ", ".join(f"place.{name}" for name in NUMBERS)
_CLOSED: Final = f"(select max(ended_at) from {S}hours where counted)"  # noqa: S608 - constants
_RING: Final = f"select voter from {S}rings where author = {{author}}"  # noqa: S608 - constants


def _low(span: str) -> str:
    """Where the window begins, from the end of the last closed hour."""
    hours = WINDOWS[span]
    return f"coalesce({_CLOSED} - interval '{hours} hours', '-infinity')" if hours else "'-infinity'::timestamptz"


def _standings(board: str, span: str, condition: str = "") -> str:
    """The numbers of a window out of those of all of them."""
    first = list(WINDOWS).index(span) * len(NUMBERS) + 1
    numbers = ", ".join(f"numbers[{first + at}] as {name}" for at, name in enumerate(NUMBERS))
    return f"""
        select id, {numbers}, reached_{span} as reached_at from {S}standings
        where board = '{board}' and listed and counted_{span} is not null {condition}
    """  # noqa: S608 - constants


def _now(board: str, span: str, places: str) -> bytes:
    """The answer to a question about places: the closed hour, each place with its numbers, how many are above them, how
    many share each of their counts, how many there are, and the checkpoints."""
    array = f"jsonb_build_array(place.id, {_NUMBERS}, {pending(board, FOREVER, _low(span), _RING, S)}, {_MICROS})"
    ranks = f"{S}ranks where board = '{board}' and span = '{span}'"
    return f"""
        with place as materialized ({places})
        select {_CLOSED},
            coalesce(
                (select jsonb_agg({array} order by place.counted desc, place.reached_at, place.id) from place), '[]'
            ),
            (
                select coalesce(sum(items), 0)::bigint from {ranks} and counted > (select max(counted) from place)
            ),
            coalesce((
                select jsonb_object_agg(counted, items) from {ranks}
                    and counted between (select min(counted) from place) and (select max(counted) from place)
            ), '{{}}'),
            (select coalesce(sum(items), 0)::bigint from {ranks}),
            coalesce((select jsonb_agg(to_jsonb(done)) from {S}checkpoints done), '[]')
    """.encode()  # noqa: S608 - constants


def _page(board: str, span: str, is_later: bool) -> bytes:
    after = f"""and counted_{span} <= %(counted)s and (
        counted_{span} < %(counted)s or (reached_{span}, id) > (%(reached_at)s::timestamptz, %(id)s::text)
    )"""
    order = f"order by counted_{span} desc, reached_{span}, id limit %(limit)s"
    return _now(board, span, _standings(board, span, after if is_later else "") + order)


# By board, window, and whether the page is not the first one.
NOW: Final = {
    (board, span, is_later): _page(board, span, is_later)
    for board in BOARDS
    for span in WINDOWS
    for is_later in (False, True)
}
RANK: Final = {
    (board, span): _now(board, span, _standings(board, span, "and id = %(id)s")) for board in BOARDS for span in WINDOWS
}
TIED: Final = {
    (board, span): (
        _standings(board, span, f"and counted_{span} = %(counted)s")
        + f"order by counted_{span} desc, reached_{span}, id limit %(limit)s"
    ).encode()
    for board in BOARDS
    for span in WINDOWS
}
EPOCH: Final = f"select epoch from {S}checkpoints order by recorded_at desc, epoch desc limit 1".encode()  # noqa: S608 - constants
CLOSED_AT: Final = f"""
    select ended_at, positions from {S}hours where counted and ended_at <= %s order by ended_at desc limit 1
""".encode()  # noqa: S608 - constants
CLOSED_WITHIN: Final = f"""
    select ended_at, positions from {S}hours
    where counted and not exists (
        select from jsonb_each_text(positions) as reach, (select %s::jsonb as given) as asked
        where reach.value::bigint > coalesce((given ->> reach.key)::bigint, 0)
    )
    order by ended_at desc limit 1
""".encode()  # noqa: S608 - constants
SNAPSHOT: Final = f"""
    select rows::text from {S}snapshots where board = %s and span = %s and ended_at <= %s order by ended_at desc limit 1
""".encode()  # noqa: S608 - constants
_AT: Final = "%(now)s::timestamptz"
RECOUNTED: Final = {
    board: f"""
        with summed as (
            select v.id, {SUMS} from (
                select v.*, {corrected(FOREVER, S)} as corrected from {votes(board, S)} v
                where {stands(_AT)} and v.at >= %(low)s::timestamptz
            ) as v
            group by v.id
        ),
        place as (
            select * from summed
            where exists (select from {S}shown v where v.id = summed.id and {stands(_AT)})
            order by counted desc, reached_at, id limit {PLACES}
        )
        select coalesce(
            jsonb_agg(
                jsonb_build_array(place.id, {_NUMBERS}, null, {_MICROS})
                order by place.counted desc, place.reached_at, place.id
            ), '[]'
        )::text from place
    """.encode()  # noqa: S608 - constants
    for board in BOARDS
}
# The votes that stand for one, the newest first, with the event that began each.
RECEIPT: Final = {
    board: f"""
        select v.at, '{CATEGORY[board]}', v.shard, v.position, v.own, v.young, v.not_served,
            {corrected("%(corrected_at)s::timestamptz", S)}
        from {votes(board, S)} v
        where v.id = %(id)s and {stands(_AT)} and v.at >= %(low)s::timestamptz
            and (v.at, v.shard, v.position) < (%(before)s::timestamptz, %(shard)s::int, %(position)s::bigint)
        order by v.at desc, v.shard desc, v.position desc limit %(limit)s
    """.encode()  # noqa: S608 - constants
    for board in BOARDS
}
