"""Characters and who may use them. One character comes from its own stream and is always current; lists come from the
read model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from starlette.responses import Response

from api import moments
from api.auth import require_role
from api.call import MODERATES, Call, reply
from api.character_view import (
    Appearance,
    AppearanceList,
    Character,
    CharacterGone,
    CharacterList,
    ConsentList,
    Found,
    card_of,
    character_of,
    details_of,
    version_of,
)
from api.consistency import fresh
from api.parsing import read_body, text, whole, words
from api.present import unix
from api.query import bounded, one_of
from api.routing import CURSOR, Endpoint, Param, limit_param
from api.schemas import Author
from commands.casting import verdict_for
from commands.character import ChangeConsent, CreateCharacter, DeleteCharacter, RevokeConsent, VerifyCharacter
from commands.work import CHARACTER, HANDLE, Work, fold
from domain import challenge, character
from domain.appearance import RIG_VERSION, RIGS
from domain.character import (
    AUDIENCES,
    KINDS,
    METHODS,
    REVOCATIONS,
    no_such_character,
)
from domain.errors import Invalid, NotFound
from domain.handle import HANDLE as SHAPE
from domain.handle import Reserved, mentions
from domain.ids import is_id
from domain.recorded import Origin
from projections.characters.query import Use

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100
# More than any model takes: each one costs a look into a stream.
MAX_MENTIONS: Final = 16


class CreateCharacterBody(msgspec.Struct, kw_only=True):
    """`kind` person is one's own likeness, and waits for a moderator; persona is an original. `parameters` are numbers
    that define face, body and voice of the `rig`."""

    kind: str
    handle: str
    name: str
    rig: str
    description: str = ""
    parameters: dict[str, float] = {}
    rig_version: int = RIG_VERSION


class VerifyBody(msgspec.Struct, kw_only=True):
    """`evidence` is the SHA-256 of what was seen, for example of a recording of the challenge."""

    method: str
    evidence: str


class ConsentBody(msgspec.Struct, kw_only=True):
    """The whole consent from now on. `allowed` are accounts, for the audience approved. `rules` say what others must
    not use the character for: "topic:politics", "setting:beach", "word:foo", "character:@handle". `text` says it in
    words, and is compiled to more of them. `expires_at` is in Unix seconds."""

    audience: str
    allowed: list[str] = []
    rules: list[str] = []
    text: str = ""
    expires_at: int | None = None


class RevokeBody(msgspec.Struct, kw_only=True):
    """What becomes of what exists: freeze leaves it, hide_mine hides one's own videos, hide_all everybody's."""

    policy: str


async def mentioned(call: Call, prompt: str, named: Sequence[str]) -> tuple[str, ...]:
    """The ids of the characters that a request names, each by its id or its @handle, and of those that the prompt
    mentions. Raises `NotFound` for a handle that nobody has: a word that stayed a word would cost the caller a video
    without its star."""
    handles = [name.removeprefix("@") for name in named if not is_id(name, "char")]
    in_prompt = [handle for handle in mentions(prompt) if handle not in handles]
    if len(named) + len(in_prompt) > MAX_MENTIONS:
        raise Invalid("too_many_characters", f"A request names at most {MAX_MENTIONS} characters.", "characters")
    ids = [name if is_id(name, "char") else await _by_handle(call, name, "characters") for name in named]
    ids += [await _by_handle(call, handle, "prompt") for handle in in_prompt]
    return tuple(dict.fromkeys(ids))


async def _by_handle(call: Call, handle: str, param: str) -> str:
    bare = handle.removeprefix("@")
    if SHAPE.fullmatch(bare):
        found, _ = await fold(call.deps.store, HANDLE, call.deps.world.handles.stream(bare))
        if isinstance(found, Reserved):
            return found.character_id
    hint = " Leave the @ out if you mean the word." if param == "prompt" else ""
    raise NotFound("character_not_found", f"There is no character @{bare[:80]}.{hint}", param)


async def create(call: Call) -> Response:
    body = await read_body(call.request)
    kind, version = text(body, "kind") or "", whole(body, "rig_version")
    command = CreateCharacter(
        character_id=call.deps.ids.new("char"),
        account_id=call.require().account,
        kind=kind,
        handle=(text(body, "handle") or "").removeprefix("@"),
        name=(text(body, "name") or "").strip(),
        description=(text(body, "description") or "").strip(),
        rig=text(body, "rig") or "",
        rig_version=RIG_VERSION if version is None else version,
        parameters=_parameters(body),
        challenge=challenge.phrase(call.deps.ids.seed()) if kind == "person" else None,
    )
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(await _current(call, outcome.answer["character_id"])), outcome)


def _parameters(body: dict[str, Any]) -> str:
    """As text, so that they can be sealed as a whole; which names and numbers there may be, the domain knows."""
    given = body.get("parameters")
    return msgspec.json.encode({} if given is None else given, order="sorted").decode()


async def retrieve(call: Call) -> Response:
    return reply(await _current(call, _id_of(call)))


async def by_handle(call: Call) -> Response:
    return reply(await _current(call, await _by_handle(call, call.path("handle"), "handle")))


async def listing(call: Call) -> Response:
    limit, cursor = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT), _cursor(call, "char")
    freshness = await fresh(call, "characters")
    cards = await call.deps.reads.own_characters(call.require().account, after=cursor, limit=limit + 1)
    body = CharacterList(
        data=[card_of(card) for card in cards[:limit]],
        has_more=len(cards) > limit,
        next_cursor=cards[limit - 1].id if len(cards) > limit else None,
        as_of=freshness.as_of,
    )
    return reply(body, headers=freshness.headers)


async def appearances(call: Call) -> Response:
    """For its owner and moderators, drafts of others included: a likeness does not wait for a publication. Others see
    what everybody sees, and their own."""
    limit, cursor = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT), _cursor(call, "video")
    version = bounded(call, "version", 0, 0, 2**31 - 1) or None
    found = await _seen(call, _id_of(call))
    freshness = await fresh(call, "characters")
    viewer = None if _sees_all(call, found) else call.viewer
    uses = await call.deps.reads.appearances(found.id, viewer, version=version, after=cursor, limit=limit + 1)
    authors = await call.edge.authors.of(use.owner_id for use in uses)
    apart = await call.edge.authors.apart_from(call.viewer, authors) if viewer is not None else set()
    body = AppearanceList(
        data=[_appearance(use, authors[use.owner_id]) for use in uses[:limit] if use.owner_id not in apart],
        has_more=len(uses) > limit,
        next_cursor=uses[limit - 1].video_id if len(uses) > limit else None,
        as_of=freshness.as_of,
    )
    return reply(body, headers=freshness.headers)


def _appearance(use: Use, author: Author) -> Appearance:
    return Appearance(
        video_id=use.video_id,
        author=author,
        consent_version=use.consent_version,
        at=unix(use.at),
        state=use.state,
        visibility=use.visibility,
        hidden=use.hidden,
    )


async def consents(call: Call) -> Response:
    """For its owner and moderators: every version, or the one that counted at a moment."""
    found = await _seen(call, _id_of(call))
    if not _sees_all(call, found):
        character.own(found.id, found.state, call.viewer)
    given = moments.asked(call)
    moment = await moments.moment(call, "characters", given) if given else None
    freshness = await fresh(call, "characters")
    versions = await call.deps.reads.consents(found.id, moment)
    work = _look(call)
    body = ConsentList(data=[await version_of(each, work) for each in versions], as_of=freshness.as_of)
    return reply(body, headers=freshness.headers)


async def verify(call: Call) -> Response:
    moderator = require_role(call, *MODERATES)
    body = await read_body(call.request)
    command = VerifyCharacter(
        character_id=_id_of(call),
        moderator_id=moderator.account,
        method=text(body, "method") or "",
        evidence=text(body, "evidence") or "",
    )
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(await _current(call, command.character_id)), outcome)


async def change_consent(call: Call) -> Response:
    body = await read_body(call.request)
    expires_at = whole(body, "expires_at")
    command = ChangeConsent(
        character_id=_id_of(call),
        account_id=call.require().account,
        audience=text(body, "audience") or "",
        allowed=words(body, "allowed"),
        rules=words(body, "rules"),
        text=text(body, "text") or "",
        expires_at=None if expires_at is None else _moment(expires_at),
    )
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(await _current(call, command.character_id)), outcome)


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Invalid("invalid_expires_at", "`expires_at` is a time in Unix seconds.", "expires_at") from error


async def revoke(call: Call) -> Response:
    body = await read_body(call.request)
    command = RevokeConsent(
        character_id=_id_of(call), account_id=call.require().account, policy=text(body, "policy") or ""
    )
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(await _current(call, command.character_id)), outcome)


async def delete(call: Call) -> Response:
    policy = one_of(call, "policy", REVOCATIONS)
    command = DeleteCharacter(character_id=_id_of(call), account_id=call.require().account, policy=policy)
    outcome = await call.dispatch(command)
    return call.wrote(reply(CharacterGone(id=command.character_id)), outcome)


def _id_of(call: Call) -> str:
    character_id = call.path("character_id")
    if not is_id(character_id, "char"):
        raise no_such_character(character_id)
    return character_id


def _cursor(call: Call, prefix: str) -> str | None:
    cursor = call.request.query_params.get("cursor") or None
    if cursor is not None and not is_id(cursor, prefix):
        raise Invalid("invalid_cursor", "`cursor` is the `next_cursor` of the page before.", "cursor")
    return cursor


async def _find(call: Call, character_id: str) -> Found:
    facts = await call.deps.store.load(character_id)
    state: character.Character = CHARACTER.initial
    for fact in facts:
        state = CHARACTER.evolve(state, fact.event, fact.recorded.recorded_at)
    return Found(character_id, character.existing(character_id, state), facts)


def _sees_all(call: Call, found: Found) -> bool:
    caller = call.caller
    return caller is not None and (caller.account == found.state.made.owner_id or caller.role in MODERATES)


async def _seen(call: Call, character_id: str) -> Found:
    """Who is kept apart from its owner is told that there is none."""
    found = await _find(call, character_id)
    if not _sees_all(call, found) and await call.edge.authors.apart(call.viewer, found.state.made.owner_id):
        raise no_such_character(character_id)
    return found


async def _current(call: Call, character_id: str) -> Character:
    """As `_seen`."""
    found = await _find(call, character_id)
    sees_all, work = _sees_all(call, found), _look(call)
    verdict = await verdict_for(work, character_id, call.viewer) if call.viewer else None
    if verdict and verdict.rule == "unavailable" and not sees_all:
        raise no_such_character(character_id)
    owner = await call.edge.authors.one(found.state.made.owner_id)
    details = await details_of(found, work) if sees_all else None
    return character_of(found, owner, verdict, details)


def _look(call: Call) -> Work:
    """What reads as commands do and is never recorded."""
    now = call.deps.clock.now()
    nothing = Origin(account=call.viewer, key="", request_hash=b"", occurred_at=now, causation="", correlation="")
    return Work(call.deps.store, call.deps.world, nothing)


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="POST",
        path="/v1/characters",
        handler=create,
        summary=f"Make a character: {' or '.join(KINDS)}, drawn as {', '.join(RIGS)}",
        tag="characters",
        body=CreateCharacterBody,
        answer=Character,
    ),
    Endpoint(
        method="GET",
        path="/v1/characters",
        handler=listing,
        summary="One's own characters",
        tag="characters",
        params=(limit_param(DEFAULT_LIMIT, MAX_LIMIT), CURSOR),
        answer=CharacterList,
    ),
    Endpoint(
        method="GET",
        path="/v1/characters/by-handle/{handle}",
        handler=by_handle,
        summary="The character with a handle",
        tag="characters",
        access="open",
        answer=Character,
    ),
    Endpoint(
        method="GET",
        path="/v1/characters/{character_id}",
        handler=retrieve,
        summary="One character, always current, and whether the caller may use it",
        tag="characters",
        access="open",
        answer=Character,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/characters/{character_id}",
        handler=delete,
        summary="Delete a character: its handle is free again, and nobody can use it any more",
        tag="characters",
        params=(
            Param(
                name="policy",
                description="What becomes of the videos with it, as for a revocation",
                schema={"type": "string", "enum": list(REVOCATIONS), "default": REVOCATIONS[0]},
            ),
        ),
        answer=CharacterGone,
    ),
    Endpoint(
        method="POST",
        path="/v1/characters/{character_id}/verify",
        handler=verify,
        summary=f"A moderator has seen that a person is the owner: {', '.join(METHODS)}",
        tag="characters",
        body=VerifyBody,
        answer=Character,
    ),
    Endpoint(
        method="PUT",
        path="/v1/characters/{character_id}/consent",
        handler=change_consent,
        summary=f"Who may use the character ({', '.join(AUDIENCES)}), and what not for; also after a revocation",
        tag="characters",
        body=ConsentBody,
        answer=Character,
    ),
    Endpoint(
        method="POST",
        path="/v1/characters/{character_id}/revoke",
        handler=revoke,
        summary=f"End every use: {', '.join(REVOCATIONS)}",
        tag="characters",
        body=RevokeBody,
        answer=Character,
    ),
    Endpoint(
        method="GET",
        path="/v1/characters/{character_id}/appearances",
        handler=appearances,
        summary="The videos that star the character; for its owner other people's drafts included",
        tag="characters",
        access="open",
        params=(
            Param(name="version", description="Made under this consent", schema={"type": "integer", "minimum": 1}),
            limit_param(DEFAULT_LIMIT, MAX_LIMIT),
            CURSOR,
        ),
        answer=AppearanceList,
    ),
    Endpoint(
        method="GET",
        path="/v1/characters/{character_id}/consents",
        handler=consents,
        summary="Every version of its consent, or the one that counted at a past moment; for its owner",
        tag="characters",
        params=(moments.AS_OF,),
        answer=ConsentList,
    ),
)
