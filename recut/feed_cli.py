"""`recut feed recompute` and `recut compare-rankers`: a page that was shown, ranked again; two rankers on the past."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from domain.errors import RecutError
from infra.postgres import open_pool
from projections.feed import rankers, sessions
from projections.feed.comparing import TOP, Comparison, Side, Summary, compare, summarise
from projections.feed.history import later
from projections.feed.ranker import Ranker
from recut.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from projections.db import AsyncConnection
    from recut.settings import Settings

SHOWN: Final = 20  # of what was liked or seen later, so many are told one by one


class Recomputed(msgspec.Struct, frozen=True):
    session: str
    ranker: str
    version: int
    candidates: int
    places: int
    digest: str
    differences: list[str]


class Compared(msgspec.Struct, frozen=True):
    a: str
    b: str
    seed: int
    summary: Summary
    sessions: list[Comparison]


def recompute(settings: Settings, session: str, *, as_json: bool) -> int:
    """Prints whether the ranking follows from what was stored with it; the exit code: 1 when it does not."""
    found = _ask(settings, lambda db: _recompute(db, session))
    print(msgspec.json.encode(found).decode() if as_json else "\n".join(_told(found)))
    return 1 if found.differences else 0


async def _recompute(db: AsyncConnection, id_: str) -> Recomputed:
    session = await sessions.load(db, id_)
    known = await rankers.of_version(db, session.ranker.version)
    return Recomputed(
        session=session.id,
        ranker=session.ranker.ranker,
        version=session.ranker.version,
        candidates=len(session.candidates),
        places=len(session.items),
        digest=session.digest,
        differences=sessions.differences(session, known),
    )


def _told(found: Recomputed) -> list[str]:
    what = f"{found.places} places out of {found.candidates} candidates, ranker {found.ranker} version {found.version}"
    if found.differences:
        return [f"different: session {found.session}, {what}", *found.differences]
    return [f"equal: session {found.session}, {what}, digest {found.digest}"]


def compare_rankers(settings: Settings, a: str, b: str, *, sessions: int, seed: int, as_json: bool) -> None:
    found = _ask(settings, lambda db: _compare(db, a, b, sessions, seed))
    print(msgspec.json.encode(found).decode() if as_json else "\n".join(_lines(found)))


async def _compare(db: AsyncConnection, a: str, b: str, most: int, seed: int) -> Compared:
    one, other = await _ranker(db, a), await _ranker(db, b)
    past = await sessions.past(db, datetime.now(UTC), most)
    if not past:
        raise OperatorError("No ranking was stored yet: somebody has to look at the feed first")
    found = [compare(session, one, other, await later(db, session), seed) for session in past]
    return Compared(_name(a, one), _name(b, other), seed, summarise(found), found)


async def _ranker(db: AsyncConnection, named: str) -> Ranker:
    """A version (0: the one that comes with the software), or a file as PUT /v1/platform/ranker takes it."""
    if named.isdigit():
        found = await rankers.of_version(db, int(named))
        if found is None:
            raise OperatorError(f"There is no version {named} of the ranker: GET /v1/platform/ranker tells the newest")
        return found
    try:
        given: dict[str, Any] = msgspec.json.decode(Path(named).read_bytes(), type=dict[str, Any])  # noqa: ASYNC240 (once)
        given = {name: value for name, value in given.items() if name != "reason"}
        return msgspec.convert({"ranker": Path(named).stem, **given, "version": -1}, Ranker)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        message = f"{named} is neither a version nor a file with `weights` and `parameters` of a ranker: {error}"
        raise OperatorError(message) from error


def _name(named: str, ranker: Ranker) -> str:
    return f"{ranker.ranker} (version {named})" if named.isdigit() else f"{ranker.ranker} ({named})"


def _lines(found: Compared) -> list[str]:
    whole = found.summary
    firsts = [line for each in found.sessions for line in _firsts(each)]
    firsts.sort(key=lambda line: "was liked" not in line)
    return [
        f"a: {found.a}",
        f"b: {found.b}",
        f"{whole.sessions} sessions, seed {found.seed}; the candidates are those that were drawn then",
        f"first {TOP} places in common    {whole.overlap:6.1%}",
        f"rank correlation (Kendall)   {whole.correlation:+6.3f}",
        *_table(whole.a, whole.b),
        f"sessions with more likes     a {whole.wins['a']}, b {whole.wins['b']}, neither {whole.wins['tie']}",
        *firsts[:SHOWN],
        *([f"  and {len(firsts) - SHOWN} more: --json has all"] if len(firsts) > SHOWN else []),
    ]


def _table(a: Side, b: Side) -> list[str]:
    return [
        f"{'':28} {'a':>8} {'b':>8}",
        f"{'places kept for fresh ones':28} {a.protected:8.1%} {b.protected:8.1%}",
        f"{'different authors':28} {a.authors:8.1%} {b.authors:8.1%}",
        f"{'likes that the team won':28} {a.liked:8} {b.liked:8}",
        f"{'views that the team won':28} {a.seen:8} {b.seen:8}",
        f"{'liked ones placed higher':28} {a.sooner:8} {b.sooner:8}",
    ]


def _firsts(each: Comparison) -> list[str]:
    told = [("liked", id_, whose) for id_, whose in each.liked.items()]
    told += [("seen", id_, whose) for id_, whose in each.seen.items() if id_ not in each.liked]
    return [f"  {id_} was {what} later: {_whose(whose)} ({each.session})" for what, id_, whose in told]


def _whose(whose: str) -> str:
    return "both have it at the same place" if whose == "both" else f"{whose} has it first"


def _ask(settings: Settings, question: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
    async def answer() -> Any:
        async with open_pool(settings.database_url, size=1) as pool, pool.connection() as db:
            return await question(db)

    try:
        return asyncio.run(answer())
    except RecutError as error:
        raise OperatorError(error.message) from error
