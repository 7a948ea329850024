"""How people steer their feed: typed rules that wishes were read as, and accounts that are muted. Private to whoever
steers. `domain/wish_text.py` reads wishes; here is what holds, and since when and until when.

`active` is what a feed goes by; `styles_of` is what a rule on styles looks at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, assert_never

import msgspec

from domain.errors import IllegalState, Invalid, NotFound
from domain.fields import ERASED, AccountText, AccountWords, Id, Word

Effect = Literal["boost", "mute"]
RuleKind = Literal["topic", "character", "author", "style"]

# What a video is by its facts alone, so that a replay sees the same.
STYLES: Final = ("original", "remix", "extended", "stitched", "short", "long", "portrait", "landscape")
SHORT_SECONDS: Final = 5  # and less
LONG_SECONDS: Final = 12  # and more
HIDES: Final = 3  # the weight of a mute that leaves nothing

MAX_WISH: Final = 500
NOT_UNDERSTOOD: Final = (
    "Nothing of the wish was understood. Say more, less or no, and of what: a topic such as animals, a style such as "
    "short, a character's @handle, or by @handle for its author; and for how long, 1, 3 or 7 days."
)
MAX_RULES: Final = 50
MAX_MUTED: Final = 10_000


class Rule(msgspec.Struct, frozen=True):
    """`value` is a topic of publications, a style, or the id of a character or of an author. `weight` is 1 to 3; a mute
    of 3 (`HIDES`) leaves nothing, a smaller one moves down. Holds until `until`; null: until it is undone."""

    id: Id
    effect: Effect
    kind: RuleKind
    value: Word
    weight: int
    until: datetime | None


class WishMade(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has said what the feed should show. `sources` has for each rule the part of the words that it was read
    from; `ignored` has the parts that no rule was made of, each with its reason."""

    account_id: Id
    wish_id: Id
    words: AccountText
    rules: tuple[Rule, ...]
    sources: AccountWords
    ignored: AccountWords
    reasons: tuple[Word, ...]


class RulesUndone(msgspec.Struct, frozen=True, kw_only=True):
    """These rules do not hold any more."""

    account_id: Id
    rule_ids: tuple[Id, ...]


class AccountMuted(msgspec.Struct, frozen=True, kw_only=True):
    """The account does not want to see what another one makes. The other one does not learn of it."""

    account_id: Id
    muted_id: Id


class AccountUnmuted(msgspec.Struct, frozen=True, kw_only=True):
    """It does again."""

    account_id: Id
    muted_id: Id


Event = WishMade | RulesUndone | AccountMuted | AccountUnmuted


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` topic or style with its name; `character` or `author` with an id or a @handle: who that is, others know.
    `days`: how long. `source`: the part of the wish that says so."""

    effect: Effect
    kind: RuleKind
    value: str
    weight: int
    days: int
    source: str


class Ignored(msgspec.Struct, frozen=True):
    """`reason`: unknown_word | no_direction | no_target | unclear | both_directions | only_1_3_or_7_days |
    another_time_counts; whoever looks names up adds unknown_name."""

    text: str
    reason: str


class Reading(msgspec.Struct, frozen=True):
    wanted: tuple[Wanted, ...]
    ignored: tuple[Ignored, ...]


class Kept(msgspec.Struct, frozen=True):
    """A rule, and the wish that it comes from."""

    rule: Rule
    wish_id: str
    source: str


class Steering(msgspec.Struct, frozen=True):
    """`rules` in the order in which they were made."""

    rules: tuple[Kept, ...] = ()
    muted: frozenset[str] = frozenset()


class Active(msgspec.Struct, frozen=True):
    """At most one rule for each thing: the one that was made last."""

    rules: tuple[Rule, ...] = ()
    muted: frozenset[str] = frozenset()


NOTHING: Final = Steering()


def active(steering: Steering, now: datetime) -> Active:
    """What holds at a moment. A later rule about the same thing covers an earlier one; undone, it uncovers it."""
    last = {(kept.rule.kind, kept.rule.value): kept.rule for kept in holding(steering, now)}
    return Active(tuple(last.values()), steering.muted)


def holding(steering: Steering, now: datetime) -> list[Kept]:
    """Covered ones included."""
    return [kept for kept in steering.rules if kept.rule.until is None or kept.rule.until > now]


def styles_of(relation: str | None, seconds: int, size: str) -> frozenset[str]:
    """Of a video; `relation` is that to its first parent, `size` is "WIDTHxHEIGHT"."""
    made = {None: "original", "remix": "remix", "edit": "remix", "extend": "extended", "stitch": "stitched"}
    width, _, height = size.partition("x")
    found = {made[relation], "portrait" if int(width) < int(height) else "landscape"}
    if seconds <= SHORT_SECONDS:
        found.add("short")
    if seconds >= LONG_SECONDS:
        found.add("long")
    return frozenset(found)


def evolve(steering: Steering, event: Event, at: datetime) -> Steering:
    match event:
        case WishMade():
            return msgspec.structs.replace(steering, rules=(*holding(steering, at), *kept_of(event)))
        case RulesUndone():
            rest = tuple(kept for kept in steering.rules if kept.rule.id not in event.rule_ids)
            return msgspec.structs.replace(steering, rules=rest)
        case AccountMuted():
            return msgspec.structs.replace(steering, muted=steering.muted | {event.muted_id})
        case AccountUnmuted():
            return msgspec.structs.replace(steering, muted=steering.muted - {event.muted_id})
        case _:
            assert_never(event)


def kept_of(event: WishMade) -> list[Kept]:
    """Words of an erased account are one word, whatever they were."""
    sources = event.sources if len(event.sources) == len(event.rules) else (ERASED,) * len(event.rules)
    return [Kept(rule, event.wish_id, source) for rule, source in zip(event.rules, sources, strict=True)]


def make_wish(
    steering: Steering, account_id: str, wish_id: str, words: str, reading: Reading, now: datetime
) -> list[Event]:
    """`reading` has ids, no handles. A wish of which nothing was understood would change nothing."""
    if not reading.wanted:
        raise Invalid("wish_not_understood", NOT_UNDERSTOOD, "wish")
    if len(holding(steering, now)) + len(reading.wanted) > MAX_RULES:
        raise IllegalState(
            "too_many_rules", f"A feed goes by at most {MAX_RULES} rules: undo some (DELETE /v1/feed/rules/{{id}})."
        )
    made = WishMade(
        account_id=account_id,
        wish_id=wish_id,
        words=words,
        rules=tuple(_rule(each, f"{wish_id}_{n}", now) for n, each in enumerate(reading.wanted, 1)),
        sources=tuple(each.source for each in reading.wanted),
        ignored=tuple(each.text for each in reading.ignored),
        reasons=tuple(each.reason for each in reading.ignored),
    )
    return [made]


def _rule(wanted: Wanted, place: str, now: datetime) -> Rule:
    until = now + timedelta(days=wanted.days)
    return Rule(f"rule_{place.partition('_')[2]}", wanted.effect, wanted.kind, wanted.value, wanted.weight, until)


def undo_rule(steering: Steering, account_id: str, rule_id: str, now: datetime) -> list[Event]:
    return _undo(account_id, [kept for kept in holding(steering, now) if kept.rule.id == rule_id], "rule")


def undo_wish(steering: Steering, account_id: str, wish_id: str, now: datetime) -> list[Event]:
    """All its rules that still hold."""
    return _undo(account_id, [kept for kept in holding(steering, now) if kept.wish_id == wish_id], "wish")


def _undo(account_id: str, found: Sequence[Kept], what: str) -> list[Event]:
    if not found:
        message = f"There is no such {what}, or it holds no more: GET /v1/feed/rules tells which ones do."
        raise NotFound(f"{what}_not_found", message, f"{what}_id")
    return [RulesUndone(account_id=account_id, rule_ids=tuple(kept.rule.id for kept in found))]


def mute(steering: Steering, account_id: str, muted_id: str) -> list[Event]:
    if account_id == muted_id:
        raise Invalid("cannot_mute_self", "An account cannot mute itself.", "account_id")
    if muted_id in steering.muted:
        return []
    if len(steering.muted) >= MAX_MUTED:
        raise IllegalState("too_many_muted", f"An account mutes at most {MAX_MUTED} others.")
    return [AccountMuted(account_id=account_id, muted_id=muted_id)]


def unmute(steering: Steering, account_id: str, muted_id: str) -> list[Event]:
    """Not to mute is not an error: what was asked for is the case."""
    return [AccountUnmuted(account_id=account_id, muted_id=muted_id)] if muted_id in steering.muted else []
