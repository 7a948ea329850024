"""From what somebody wishes of the feed to what it means: "more dogs, no horror for three days, less of @ada". Small on
purpose; English and German. Whatever is not understood comes out as ignored, with the reason: nothing is lost on the
way. The same words give the same answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from domain.handle import MENTION
from domain.steering import HIDES, Effect, Ignored, Reading, RuleKind, Wanted
from domain.wish_words import (
    BREAKS,
    BY,
    COURTESIES,
    DIRECTIONS,
    FILLERS,
    JOINS,
    MILD,
    OF,
    STRONG,
    TARGETS,
    TIMES,
    TWISTS,
    UNITS,
    WORKS,
)
from domain.words import fold

DAYS: Final = (1, 3, 7)  # how long a wish can hold
DEFAULT_DAYS: Final = 7

Kind = Literal["target", "name", "direction", "time", "degree", "twist", "filler", "unknown", "join", "end"]
_ID: Final = r"(?<!\w)(?:acct|char)_[0-9a-z]{26}(?!\w)"
_TOKEN: Final = re.compile(
    rf"(?P<name>{MENTION.pattern}|{_ID})|(?P<end>[.!?;\n]+)|(?P<join>[,:&])|(?P<word>[^\W_]+(?:['’][^\W_]+)*)|(?P<odd>\S)"
)


class Token(msgspec.Struct, frozen=True):
    """`meaning`: of a target "topic:animals", of a name the name, of a direction its way, of a time its hours."""

    kind: Kind
    word: str
    meaning: str
    span: tuple[int, int]


class _Way(msgspec.Struct, frozen=True):
    effect: Effect
    weight: int


class _Statement(msgspec.Struct):
    """One direction and everything that it is about: "no horror and politics for a day". `way` is None where none is
    said, or more than one."""

    way: _Way | None
    reason: str
    parts: list[list[Token]]


def read_wish(text: str) -> Reading:
    statements, times = _statements(text)
    wanted: list[Wanted] = []
    everywhere, ignored = _days(text, times)
    for statement in statements:
        found, left = _read(text, statement, everywhere)
        wanted += found
        ignored += left
    return settled(wanted, ignored)


def settled(wanted: Sequence[Wanted], ignored: Sequence[Ignored]) -> Reading:
    """Each thing once. What is wished in both directions ("more dogs, fewer cats": both are animals) counts in none."""
    effects: dict[tuple[str, str], set[str]] = {}
    for each in wanted:
        effects.setdefault((each.kind, each.value), set()).add(each.effect)
    clear = {(each.kind, each.value): each for each in wanted if len(effects[each.kind, each.value]) == 1}
    torn = dict.fromkeys(each.source for each in wanted if len(effects[each.kind, each.value]) > 1)
    return Reading(tuple(clear.values()), (*ignored, *(Ignored(source, "both_directions") for source in torn)))


def _statements(text: str) -> tuple[list[_Statement], list[Token]]:
    """And the times that stand alone, "for three days: ...": they are about all that says no other."""
    statements: list[_Statement] = []
    alone: list[Token] = []
    going_on = False
    for part, ended in _parts(_tokens(text)):
        times = [token for token in part if token.kind == "time"]
        if times and not _about_something(part):
            alone += times
        elif part and (going_on and not _kinds(part) & {"direction", "twist"}):
            statements[-1].parts.append(part)
        elif part and not all(token.word in COURTESIES for token in part):
            way, reason = _way(part)
            statements.append(_Statement(way, reason, [part]))
            going_on = way is not None
        going_on = going_on and not ended
    return statements, alone


def _tokens(text: str) -> list[Token]:
    found = [_raw(match) for match in _TOKEN.finditer(text) if not _is_mark(match)]
    return list(_phrases(found))


def _is_mark(match: re.Match[str]) -> bool:
    """Brackets, quotes, dashes: they say nothing. Of an emoji nobody can be sure."""
    return match["odd"] is not None and unicodedata.category(match["odd"]).startswith("P")


def _raw(match: re.Match[str]) -> Token:
    if match["name"]:
        return Token("name", match[0], match[0], match.span())
    if match["end"]:
        return Token("end", match[0], "", match.span())
    word = fold(match[0]) if match["word"] else match[0]
    if word in BREAKS:
        return Token("end", word, "", match.span())
    return Token("join" if match["join"] or word in JOINS else "unknown", word, "", match.span())


def _phrases(tokens: Sequence[Token]) -> Iterator[Token]:
    """Words that belong together become one, the longest phrase first."""
    at = 0
    while at < len(tokens):
        length = next(
            n for n in range(min(_LONGEST, len(tokens) - at), 0, -1) if n == 1 or _joined(tokens[at : at + n])
        )
        yield _joined(tokens[at : at + length]) or tokens[at]
        at += length


def _joined(tokens: Sequence[Token]) -> Token | None:
    if any(token.kind != "unknown" for token in tokens):
        return None
    phrase = " ".join(token.word for token in tokens)
    found = _meaning(phrase)
    return found and Token(found[0], phrase, found[1], (tokens[0].span[0], tokens[-1].span[1]))


def _meaning(phrase: str) -> tuple[Kind, str] | None:
    if hours := TIMES.get(phrase) or _counted(phrase):
        return "time", str(hours)
    if target := TARGETS.get(phrase):
        return "target", ":".join(target)
    if way := DIRECTIONS.get(phrase):
        return "direction", way
    if phrase in STRONG or phrase in MILD:
        return "degree", ""
    if phrase in TWISTS:
        return "twist", ""
    return ("filler", "") if phrase in FILLERS or phrase in COURTESIES else None


def _counted(phrase: str) -> int:
    """ "10 days" in hours."""
    number, _, unit = phrase.partition(" ")
    return int(number) * UNITS.get(unit, 0) if number.isascii() and number.isdigit() and len(number) < 5 else 0


_LONGEST: Final = max(len(phrase.split()) for phrase in (*TARGETS, *DIRECTIONS, *TIMES, *STRONG, *COURTESIES))


def _parts(tokens: Sequence[Token]) -> Iterator[tuple[list[Token], bool]]:
    """What lies between commas, "and" and "but", and a sentence's end; and what a next direction begins. With each,
    whether its sentence ends."""
    part: list[Token] = []
    for at, token in enumerate(tokens):
        if token.kind in ("join", "end"):
            yield part, token.kind == "end"
            part = []
            continue
        if token.kind == "direction" and _names_something(part) and _names_something(_rest(tokens, at)):
            yield part, False
            part = []
        part.append(token)
    yield part, True


def _rest(tokens: Sequence[Token], at: int) -> list[Token]:
    """Up to the next comma."""
    end = next((i for i in range(at, len(tokens)) if tokens[i].kind in ("join", "end")), len(tokens))
    return list(tokens[at:end])


def _kinds(part: Sequence[Token]) -> set[str]:
    return {token.kind for token in part}


def _names_something(part: Sequence[Token]) -> bool:
    return bool(_kinds(part) & {"target", "name", "unknown"})


def _about_something(part: Sequence[Token]) -> bool:
    return bool(_kinds(part) & {"target", "name", "unknown", "direction", "twist"})


def _way(part: Sequence[Token]) -> tuple[_Way | None, str]:
    """Where the part points, or the reason why that cannot be told."""
    said = [token.meaning for token in part if token.kind == "direction"]
    clear = [way for way in said if way != "weak"]
    if "twist" in _kinds(part) or clear.count("none") > 1 or len({*clear} & {"less", "more"}) > 1:
        return None, "unclear"
    if "none" in clear:
        return (None, "unclear") if "less" in clear else (_Way("mute", HIDES), "")
    if not said:
        return None, "no_direction"
    degree = _degree(part)
    return (_Way("mute", max(1, degree - 1)), "") if "less" in clear else (_Way("boost", degree), "")


def _degree(part: Sequence[Token]) -> int:
    """1 a bit, 2, 3 a lot."""
    words = {token.word for token in part}
    return 2 + (not words.isdisjoint(STRONG)) - (not words.isdisjoint(MILD))


def _read(text: str, statement: _Statement, everywhere: int | None) -> tuple[list[Wanted], list[Ignored]]:
    tokens = [token for part in statement.parts for token in part]
    if statement.way is None:
        reason = statement.reason if _kinds(tokens) & {"target", "name", "twist"} else _idle(tokens)
        return [], [Ignored(_said(text, part), reason) for part in statement.parts]
    if not _kinds(tokens) & {"target", "name"}:
        return [], [Ignored(_said(text, part), _idle(tokens)) for part in statement.parts]
    days, ignored = _days(text, [token for token in tokens if token.kind == "time"])
    ignored += [Ignored(text[slice(*token.span)], "unknown_word") for token in tokens if token.kind == "unknown"]
    source = text[tokens[0].span[0] : tokens[-1].span[1]]
    held = days or everywhere or DEFAULT_DAYS
    return [
        Wanted(
            effect=statement.way.effect, kind=kind, value=value, weight=statement.way.weight, days=held, source=source
        )
        for kind, value in _things(statement.parts)
    ], ignored


def _idle(tokens: Sequence[Token]) -> str:
    return "unknown_word" if "unknown" in _kinds(tokens) else "no_target"


def _things(parts: Sequence[Sequence[Token]]) -> Iterator[tuple[RuleKind, str]]:
    by = False
    for part in parts:
        for at, token in enumerate(part):
            if token.kind == "name":
                by = _is_author(part, at, by)
                yield "author" if by else "character", token.meaning
            elif token.kind == "target":
                thing, _, value = token.meaning.partition(":")
                yield ("topic" if thing == "topic" else "style"), value


def _is_author(part: Sequence[Token], at: int, before: bool) -> bool:
    """ "By @ada", "videos of @ada" and an account's id mean what an account makes; "of @ada" and "with @ada" a
    character. A bare name is meant as the name before it."""
    if part[at].meaning.startswith(("acct_", "char_")):
        return part[at].meaning.startswith("acct_")
    if at == 0:
        return before
    word = part[at - 1].word
    return word in BY or (word in OF and at > 1 and part[at - 2].word in WORKS)


def _days(text: str, times: Sequence[Token]) -> tuple[int | None, list[Ignored]]:
    """The last time that is said counts. One that no wish can last becomes the next longer one, and that is told."""
    if not times:
        return None, []
    *others, last = times
    ignored = [Ignored(text[slice(*token.span)], "another_time_counts") for token in others]
    hours = int(last.meaning)
    days = next((each for each in DAYS if each * 24 >= hours), DAYS[-1])
    if days * 24 != hours:
        ignored.append(Ignored(text[slice(*last.span)], "only_1_3_or_7_days"))
    return days, ignored


def _said(text: str, part: Sequence[Token]) -> str:
    return text[part[0].span[0] : part[-1].span[1]]
