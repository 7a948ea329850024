"""Which characters star in a video, and on which consent: judged when the video is queued, under read conditions, so
that no change of consent, block or follow can slip in between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from commands.work import ACCOUNT, CASE, CHARACTER, FOLLOW, Work
from domain.account import Open, not_blocked
from domain.character import Absent, Character, Deleted, no_such_character
from domain.consent import Use, Verdict, judge
from domain.engagement import Following
from domain.errors import Forbidden
from domain.ids import case_stream, follow_stream, is_id
from domain.video import CharacterUse, Queueing


async def cast(
    work: Work,
    *,
    by: str,
    asked: Sequence[str],
    parents: Sequence[Queueing],
    prompts: Sequence[str],
    topics: frozenset[str],
) -> tuple[CharacterUse, ...]:
    """The named characters and those of the parents, each once, with the consent that is relied upon. Those of the
    parents are judged anew, for whoever asks now. Raises `NotFound` or `Forbidden` for the first that may not be."""
    named = list(dict.fromkeys(asked))
    together = list(dict.fromkeys([*named, *_inherited(parents)]))
    verdicts = []
    for character_id in together:
        others = frozenset(together) - {character_id}
        verdict = await _judge(work, character_id, by, tuple(prompts), topics, others)
        work.verdicts.append(verdict)
        verdicts.append(verdict)
    for verdict in verdicts:
        _require(verdict, named=verdict.character_id in named)
    return tuple(CharacterUse(character_id=each.character_id, consent_version=each.version) for each in verdicts)


async def verdict_for(work: Work, character_id: str, by: str) -> Verdict:
    """Whether the account may use the character at all; the rules are about what for."""
    return await _judge(work, character_id, by, (), frozenset(), frozenset())


def _inherited(parents: Iterable[Queueing]) -> list[str]:
    return [use.character_id for parent in parents for use in parent.characters]


def _require(verdict: Verdict, *, named: bool) -> None:
    """Whoever names a character that is kept from them is told that there is none."""
    if verdict.allowed:
        return
    if named and verdict.rule == "unavailable":
        raise no_such_character(verdict.character_id, "characters")
    raise Forbidden("consent_denied", verdict.message, "characters")


async def _judge(
    work: Work, character_id: str, by: str, prompts: tuple[str, ...], topics: frozenset[str], others: frozenset[str]
) -> Verdict:
    if not is_id(character_id, "char"):
        raise no_such_character(character_id, "characters")
    character = await work.read(CHARACTER, character_id)
    case = await work.read(CASE, case_stream(character_id))
    follows, followed = await _mutual(work, character, by)
    use = Use(
        by=by,
        follows=follows,
        followed=followed,
        apart=await _apart(work, character, by),
        hidden=case.file.strikes > 0,
        prompts=prompts,
        topics=topics,
        others=others,
        now=work.now,
    )
    return judge(character_id, character, use)


async def _apart(work: Work, character: Character, by: str) -> bool:
    if isinstance(character, Absent | Deleted):
        return False
    owner_id = character.made.owner_id
    owner = await work.read(ACCOUNT, owner_id)
    if not isinstance(owner, Open):
        return True
    return not (not_blocked(owner, by) and not_blocked(await work.read(ACCOUNT, by), owner_id))


async def _mutual(work: Work, character: Character, by: str) -> tuple[bool, bool]:
    """Read only where it matters: every stream that is read is one more that may move."""
    if isinstance(character, Absent | Deleted) or character.made.owner_id == by:
        return False, False
    if character.consent.audience != "mutuals":
        return False, False
    owner_id = character.made.owner_id
    follows = await work.read(FOLLOW, follow_stream(by, owner_id))
    followed = await work.read(FOLLOW, follow_stream(owner_id, by))
    return isinstance(follows, Following), isinstance(followed, Following)
