"""What was decided once, judged again: whether the use of a character was allowed when its video was queued. Streams
are folded as they were then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from commands.folds import Kind
from commands.ports import EventStore, Screener
from commands.work import ACCOUNT, CASE, CHARACTER, FOLLOW
from domain.account import Open, not_blocked
from domain.character import Absent, Character, ConsentChanged, ConsentRevoked, Deleted
from domain.consent import Use, judge
from domain.engagement import Following
from domain.fields import ERASED
from domain.ids import case_stream, follow_stream
from domain.recorded import Fact, Recorded
from domain.video import CharacterUse, Queueing

S = TypeVar("S")
UNREADABLE: Final = "unreadable"


class JudgedAgain(msgspec.Struct, frozen=True, kw_only=True):
    """`allowed` is None where words that count were erased since. `rule` decides, as in `domain.consent.Verdict`.
    `in_force` is the version that held when the video was queued: the one that was relied upon, or something is wrong.
    `ruleset` named the topics now; the one of then is in the video. `consent` is the event of the version."""

    character_id: str
    version: int
    in_force: int
    allowed: bool | None
    rule: str
    ruleset: str
    consent: Recorded | None


async def judge_again(
    store: EventStore, screener: Screener, request: Queueing, queued_at: datetime, prompts: Sequence[str]
) -> list[JudgedAgain]:
    """Of all characters of a video; `prompts` are those of its whole chain, oldest first. Topics are looked for by the
    rules of now: a classifier from elsewhere is not asked again."""
    if not request.characters:
        return []
    screening = await screener.screen(prompts)
    past = _Past(store, queued_at)
    together = frozenset(use.character_id for use in request.characters)
    return [
        await _again(past, use, request.owner_id, tuple(prompts), screening.topics, together, screening.ruleset)
        for use in request.characters
    ]


async def _again(
    past: _Past,
    relied: CharacterUse,
    by: str,
    prompts: tuple[str, ...],
    topics: frozenset[str],
    together: frozenset[str],
    ruleset: str,
) -> JudgedAgain:
    facts = await past.store.load(relied.character_id)
    character = _as_relied_on(facts, relied.consent_version, past.at)
    follows, followed = await _mutual(past, character, by)
    use = Use(
        by=by,
        follows=follows,
        followed=followed,
        apart=await _apart(past, character, by),
        hidden=(await past.read(CASE, case_stream(relied.character_id))).file.strikes > 0,
        prompts=prompts,
        topics=topics,
        others=together - {relied.character_id},
        now=past.at,
    )
    verdict = judge(relied.character_id, character, use)
    unreadable = verdict.rule in (UNREADABLE, ERASED)
    return JudgedAgain(
        character_id=relied.character_id,
        version=relied.consent_version,
        in_force=max((_version(fact) or 0 for fact in facts if fact.recorded.recorded_at <= past.at), default=0),
        allowed=None if unreadable else verdict.allowed,
        rule=UNREADABLE if unreadable else verdict.rule,
        ruleset=ruleset,
        consent=next((fact.recorded for fact in facts if _version(fact) == relied.consent_version), None),
    )


class _Past:
    """Streams as they were at a moment, by the store's own time."""

    def __init__(self, store: EventStore, at: datetime) -> None:
        self.store = store
        self.at = at

    async def read(self, kind: Kind[S], stream: str) -> S:
        state = kind.initial
        for fact in await self.store.load(stream):
            if fact.recorded.recorded_at <= self.at:
                state = kind.evolve(state, fact.event, fact.recorded.recorded_at)
        return state


def _as_relied_on(facts: Sequence[Fact], version: int, at: datetime) -> Character:
    """With the consent of that version, whatever came later. Versions tell more than times: those of two logs may
    differ by what clocks do."""
    state = CHARACTER.initial
    for fact in facts:
        known = _version(fact)
        if fact.recorded.recorded_at <= at if known is None else known <= version:
            state = CHARACTER.evolve(state, fact.event, fact.recorded.recorded_at)
    return state


def _version(fact: Fact) -> int | None:
    """The version of the consent that an event made; the creation makes the first one."""
    if isinstance(fact.event, ConsentChanged | ConsentRevoked):
        return fact.event.version
    return 1 if fact.recorded.version == 1 else None


async def _apart(past: _Past, character: Character, by: str) -> bool:
    if isinstance(character, Absent | Deleted):
        return False
    owner_id = character.made.owner_id
    owner, user = await past.read(ACCOUNT, owner_id), await past.read(ACCOUNT, by)
    return not (isinstance(owner, Open) and not_blocked(owner, by) and not_blocked(user, owner_id))


async def _mutual(past: _Past, character: Character, by: str) -> tuple[bool, bool]:
    if isinstance(character, Absent | Deleted) or character.consent.audience != "mutuals":
        return False, False
    owner_id = character.made.owner_id
    follows = await past.read(FOLLOW, follow_stream(by, owner_id))
    followed = await past.read(FOLLOW, follow_stream(owner_id, by))
    return isinstance(follows, Following), isinstance(followed, Following)
