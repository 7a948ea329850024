"""Steering one's own feed: wishes in one's own words, the rules that they were read as, and mutes. For whoever steers
alone: nobody else can see any of it."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec
from starlette.responses import Response

from api.call import Call, reply
from api.parsing import read_body, text
from api.present import unix
from api.routing import IDEMPOTENCY, Endpoint
from commands.steering import MakeWish, MuteAccount, UndoRule, UndoWish, UnmuteAccount
from commands.work import ACCOUNT, CHARACTER, fold
from domain import steering
from domain.account import require_open
from domain.character import Existing
from domain.errors import Invalid, NotFound
from domain.fields import ERASED
from domain.steering import HIDES, Effect, Kept, Rule, RuleKind, WishMade

REASONS: Final = {
    "unknown_word": "Not a word that wishes can have so far: try a topic, a style or a @handle.",
    "unknown_name": "Nobody has this name.",
    "no_direction": "Say more, less or no of it.",
    "no_target": "Say of what.",
    "unclear": "Too much at once: say it in two parts, without only, except or a double no.",
    "both_directions": "More and less of the same thing: both are one topic here, so neither counts.",
    "only_1_3_or_7_days": "A wish holds for 1, 3 or 7 days: the next longer time counts, at most 7 days.",
    "another_time_counts": "Two times for one thing: the last one counts.",
}
_BOOSTS: Final = {1: "A bit more", 2: "More", 3: "Much more"}
_MUTES: Final = {1: "Less", 2: "Much less", HIDES: "None"}


class WishBody(msgspec.Struct, kw_only=True):
    """In English or German: "more dogs, no horror for three days, less of @ada"."""

    wish: str


class FeedRule(msgspec.Struct, kw_only=True):
    """`value` is a topic, a style or an id, `name` what people call it, null for what is gone. `weight` is 1 to 3; a
    mute of 3 leaves nothing. `says` is the rule in words, `source` the part of the wish that it was read from. One that
    is not `active` is covered by a later rule about the same thing."""

    object: Literal["feed.rule"] = "feed.rule"
    id: str
    wish_id: str
    effect: Effect
    kind: RuleKind
    value: str
    name: str | None
    weight: int
    until: int | None
    says: str
    source: str
    active: bool


class IgnoredPart(msgspec.Struct, kw_only=True):
    """A part of the wish that no rule was made of, or a time that was changed; and why."""

    text: str
    reason: str
    message: str


class WishUnderstood(msgspec.Struct, kw_only=True):
    object: Literal["feed.wish"] = "feed.wish"
    id: str
    wish: str
    understood: list[FeedRule]
    ignored: list[IgnoredPart]


class FeedRules(msgspec.Struct, kw_only=True):
    """The newest first. All there are: a feed goes by 50 rules at most."""

    object: Literal["list"] = "list"
    data: list[FeedRule]
    has_more: Literal[False] = False
    next_cursor: None = None


class Muted(msgspec.Struct, kw_only=True):
    object: Literal["mute"] = "mute"
    account_id: str
    muted: bool


async def wish(call: Call) -> Response:
    body = await read_body(call.request)
    outcome = await call.dispatch(wish_command(call, body), body)
    return call.wrote(reply(await understood(call, outcome.answer["wish_id"])), outcome)


def wish_command(call: Call, body: dict[str, Any]) -> MakeWish:
    words = text(body, "wish")
    if words is None:
        raise Invalid("invalid_wish", "`wish` is missing.", "wish")
    return MakeWish(account_id=call.require().account, wish_id=call.deps.ids.new("wish"), words=words)


async def understood(call: Call, wish_id: str) -> WishUnderstood:
    """From the event, so that a repeat is answered as the first time was."""
    facts = await call.deps.store.load(call.require().account)
    events = [fact.event for fact in facts]
    made = next((each for each in events if isinstance(each, WishMade) and each.wish_id == wish_id), None)
    if made is None:
        raise NotFound("wish_not_found", "There is no such wish.", "wish_id")
    return WishUnderstood(
        id=made.wish_id,
        wish=made.words,
        understood=[await _shown(call, kept, active=True) for kept in steering.kept_of(made)],
        ignored=[
            IgnoredPart(text=part, reason=reason, message=REASONS[reason])
            for part, reason in zip(made.ignored, made.reasons, strict=False)
        ],
    )


async def listing(call: Call) -> Response:
    return reply(await rules(call))


async def rules(call: Call) -> FeedRules:
    account_id, now = call.require().account, call.deps.clock.now()
    state, _ = await fold(call.deps.store, ACCOUNT, account_id)
    known = require_open(state, account_id)
    active = {rule.id for rule in steering.active(known.steering, now).rules}
    holding = reversed(steering.holding(known.steering, now))
    return FeedRules(data=[await _shown(call, kept, active=kept.rule.id in active) for kept in holding])


async def _shown(call: Call, kept: Kept, *, active: bool) -> FeedRule:
    rule, name = kept.rule, await _name(call, kept.rule)
    return FeedRule(
        id=rule.id,
        wish_id=kept.wish_id,
        effect=rule.effect,
        kind=rule.kind,
        value=rule.value,
        name=name,
        weight=rule.weight,
        until=unix(rule.until) if rule.until else None,
        says=_says(rule, name),
        source=kept.source,
        active=active,
    )


async def _name(call: Call, rule: Rule) -> str | None:
    match rule.kind:
        case "author":
            return (await call.edge.authors.one(rule.value)).name
        case "character":
            state, _ = await fold(call.deps.store, CHARACTER, rule.value)
            known = isinstance(state, Existing) and state.made.handle != ERASED
            return f"@{state.made.handle}" if known and isinstance(state, Existing) else None
        case _:
            return rule.value


def _says(rule: Rule, name: str | None) -> str:
    degree = (_BOOSTS if rule.effect == "boost" else _MUTES)[rule.weight]
    what = {"topic": f"of the topic {name}", "style": f"{name} videos", "author": f"by {name}"}
    return f"{degree} {what.get(rule.kind, f'with {name or rule.value}')}"


async def undo(call: Call) -> Response:
    outcome = await call.dispatch(UndoRule(account_id=call.require().account, rule_id=call.path("rule_id")))
    return call.wrote(reply(await rules(call)), outcome)


async def undo_wish(call: Call) -> Response:
    outcome = await call.dispatch(UndoWish(account_id=call.require().account, wish_id=call.path("wish_id")))
    return call.wrote(reply(await rules(call)), outcome)


async def mute(call: Call) -> Response:
    outcome = await call.dispatch(MuteAccount(account_id=call.require().account, muted=call.path("account_id")))
    return call.wrote(reply(Muted(account_id=outcome.answer["account_id"], muted=True)), outcome)


async def unmute(call: Call) -> Response:
    outcome = await call.dispatch(UnmuteAccount(account_id=call.require().account, muted=call.path("account_id")))
    return call.wrote(reply(Muted(account_id=outcome.answer["account_id"], muted=False)), outcome)


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="POST",
        path="/v1/feed/wishes",
        handler=wish,
        summary="Say what the feed should show: what was understood becomes rules, the rest is named",
        tag="social",
        params=(IDEMPOTENCY,),
        body=WishBody,
        answer=WishUnderstood,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/feed/wishes/{wish_id}",
        handler=undo_wish,
        summary="Undo all rules of a wish; answers the rules that are left",
        tag="social",
        params=(IDEMPOTENCY,),
        answer=FeedRules,
    ),
    Endpoint(
        method="GET",
        path="/v1/feed/rules",
        handler=listing,
        summary="The rules that one's own feed goes by, always current",
        tag="social",
        answer=FeedRules,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/feed/rules/{rule_id}",
        handler=undo,
        summary="Undo one rule; answers the rules that are left",
        tag="social",
        params=(IDEMPOTENCY,),
        answer=FeedRules,
    ),
    Endpoint(
        method="PUT",
        path="/v1/accounts/{account_id}/mute",
        handler=mute,
        summary="Mute an account, by its id or the handle of a character of it; it does not learn of it",
        tag="accounts",
        params=(IDEMPOTENCY,),
        answer=Muted,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/accounts/{account_id}/mute",
        handler=unmute,
        summary="Stop muting an account",
        tag="accounts",
        params=(IDEMPOTENCY,),
        answer=Muted,
    ),
)
