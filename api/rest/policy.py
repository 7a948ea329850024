"""What operators decide for everyone. Everybody may read the spike policy and its reason, and by which weights pages
are ranked; admins change them, naming the version that they have seen."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from starlette.responses import Response

from api.auth import require_role
from api.call import Call, reply
from api.parsing import read_body, text, words
from api.preconditions import IF_MATCH, etag, expected
from api.present import unix
from api.routing import Endpoint
from commands.policy import ChangeRanker, ChangeSpikePolicy, CorrectLeaderboard, UndoCorrection
from commands.work import CORRECTIONS, RANKER, SPIKE, fold
from domain import policy
from domain.errors import Invalid
from domain.ids import is_id
from domain.policy import RankerParameters
from projections.feed.ranker import RANKER as BUILT_IN
from projections.feed.ranker import REPEATS, TERMS

S = TypeVar("S", bound=msgspec.Struct)

LOOKS: Final = ("moderator", "analyst", "admin")


class SpikePolicyBody(msgspec.Struct, kw_only=True):
    """All of it: what is not named is not kept. `free_queue_limit` null: no limit."""

    allowance: int
    zone: str
    paid_share: int
    price_percent: int
    free_concurrency: int
    paid_concurrency: int
    reason: str
    free_queue_limit: int | None = None


class SpikePolicyInfo(SpikePolicyBody, kw_only=True):
    """`reason` is empty while no operator has said anything (version 0)."""

    version: int
    object: str = "spike_policy"


class RankerBody(msgspec.Struct, kw_only=True):
    """`parameters` that are not named are those that come with the software; without any, those that count now stay.
    Weights of repeats are not positive: a repeat never moves a video up."""

    ranker: str
    weights: dict[str, float]
    reason: str
    parameters: RankerParameters | None = None


class RankerInfo(msgspec.Struct, kw_only=True):
    """`reason` is empty while no operator has said anything (version 0)."""

    ranker: str
    weights: dict[str, float]
    parameters: RankerParameters
    reason: str
    version: int
    object: str = "ranker"


class CorrectionBody(msgspec.Struct, kw_only=True):
    """`since`: RFC 3339; from now on when it is missing."""

    accounts: list[str]
    reason: str
    since: str | None = None


class UndoBody(msgspec.Struct, kw_only=True):
    reason: str


class CorrectionInfo(msgspec.Struct, kw_only=True):
    id: str
    accounts: list[str]
    since: int
    reason: str
    object: str = "correction"


class CorrectionList(msgspec.Struct, kw_only=True):
    data: list[CorrectionInfo]
    object: str = "list"


class CorrectionChanged(msgspec.Struct, kw_only=True):
    id: str
    stands: bool
    object: str = "correction"


async def spike(call: Call) -> Response:
    state, _ = await fold(call.deps.store, SPIKE, policy.SPIKE)
    return _spike_reply(state)


def _spike_reply(state: policy.SpikePolicy) -> Response:
    info = SpikePolicyInfo(**msgspec.structs.asdict(state))
    return reply(info, headers={"ETag": etag(state.version)})


async def change_spike(call: Call) -> Response:
    caller = require_role(call, "admin")
    body = await read_body(call.request)
    given = _convert(body, SpikePolicyBody)
    wanted = policy.SpikePolicy(**msgspec.structs.asdict(given))
    command = ChangeSpikePolicy(wanted=wanted, by=caller.account, expected=expected(call))
    outcome = await call.dispatch(command, body)
    changed = msgspec.structs.replace(wanted, version=outcome.answer["version"])
    return call.wrote(_spike_reply(changed), outcome)


async def ranker(call: Call) -> Response:
    state, _ = await fold(call.deps.store, RANKER, policy.RANKER)
    return _ranker_reply(state)


def _ranker_reply(state: policy.Ranker) -> Response:
    info = RankerInfo(
        ranker=state.ranker or BUILT_IN.ranker,
        weights=state.weights or BUILT_IN.weights,
        parameters=state.parameters,
        reason=state.reason,
        version=state.version,
    )
    return reply(info, headers={"ETag": etag(state.version)})


async def change_ranker(call: Call) -> Response:
    """All terms are named, so that none is forgotten."""
    caller = require_role(call, "admin")
    body = await read_body(call.request)
    given = _convert(body, RankerBody)
    _check_weights(given.weights)
    _check_names(body.get("parameters") or {})
    command = ChangeRanker(
        ranker=given.ranker,
        weights=given.weights,
        parameters=given.parameters,
        reason=given.reason,
        by=caller.account,
        expected=expected(call),
    )
    outcome = await call.dispatch(command, body)
    changed = policy.Ranker(
        version=outcome.answer["version"],
        ranker=given.ranker,
        weights=given.weights,
        parameters=msgspec.convert(outcome.answer["parameters"], RankerParameters),
        reason=given.reason,
    )
    return call.wrote(_ranker_reply(changed), outcome)


def _check_names(parameters: dict[str, Any]) -> None:
    if unknown := sorted(parameters.keys() - set(RankerParameters.__struct_fields__)):
        known = ", ".join(RankerParameters.__struct_fields__)
        raise Invalid("invalid_parameters", f"`parameters` are {known}; not `{unknown[0][:80]}`.", "parameters")


def _check_weights(weights: dict[str, float]) -> None:
    if weights.keys() != TERMS.keys():
        terms = ", ".join(sorted(TERMS))
        raise Invalid(
            "invalid_weights", f"`weights` has a number for each of {terms}, and for nothing else.", "weights"
        )
    for term in REPEATS:
        if weights[term] > 0:
            raise Invalid("invalid_weights", f"The weight of {term} is at most 0: repeats never help.", "weights")


async def corrections(call: Call) -> Response:
    require_role(call, *LOOKS)
    state, _ = await fold(call.deps.store, CORRECTIONS, policy.LEADERBOARD)
    return reply(CorrectionList(data=[_correction(each) for each in state.standing.values()]))


def _correction(each: policy.Correction) -> CorrectionInfo:
    return CorrectionInfo(
        id=each.correction_id, accounts=list(each.accounts), since=unix(each.since), reason=each.reason
    )


async def correct(call: Call) -> Response:
    caller = require_role(call, "admin")
    body = await read_body(call.request)
    command = CorrectLeaderboard(
        correction_id=call.deps.ids.new("correction"),
        accounts=_accounts(body),
        reason=text(body, "reason") or "",
        by=caller.account,
        since=_since(body),
    )
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(CorrectionChanged(id=outcome.answer["correction_id"], stands=True)), outcome)


def _accounts(body: dict[str, Any]) -> tuple[str, ...]:
    accounts = words(body, "accounts")
    for account_id in accounts:
        if not is_id(account_id, "acct"):
            raise Invalid("invalid_accounts", f"{account_id[:80]!r} is not the id of an account.", "accounts")
    return accounts


def _since(body: dict[str, Any]) -> datetime | None:
    given = text(body, "since")
    if not given:
        return None
    try:
        since = datetime.fromisoformat(given)
    except ValueError:
        since = None
    if since is None or since.tzinfo is None:
        raise Invalid("invalid_since", "`since` is a time with its zone, as in 2026-01-31T12:00:00Z.", "since")
    return since


async def undo(call: Call) -> Response:
    caller = require_role(call, "admin")
    body = await read_body(call.request)
    command = UndoCorrection(
        correction_id=call.path("correction_id")[:80], reason=text(body, "reason") or "", by=caller.account
    )
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(CorrectionChanged(id=command.correction_id, stands=False)), outcome)


def _convert(body: dict[str, Any], kind: type[S]) -> S:
    """Whole numbers may also be the strings of a form. A field that is missing or unknown is told by name."""
    if unknown := sorted(body.keys() - set(kind.__struct_fields__)):
        raise Invalid("unknown_field", f"There is no field `{unknown[0][:80]}`.", unknown[0][:80])
    try:
        return msgspec.convert(body, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid("invalid_body", f"The body does not fit: {error}.") from error


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/v1/platform/policy",
        handler=spike,
        summary="What counts now: allowance, shares, prices, limits, and why",
        tag="platform",
        access="open",
        answer=SpikePolicyInfo,
    ),
    Endpoint(
        method="PUT",
        path="/v1/platform/policy",
        handler=change_spike,
        summary="Change the policy; for admins",
        tag="platform",
        params=(IF_MATCH,),
        body=SpikePolicyBody,
        answer=SpikePolicyInfo,
    ),
    Endpoint(
        method="GET",
        path="/v1/platform/ranker",
        handler=ranker,
        summary="The weights by which for-you pages are ranked",
        tag="platform",
        access="open",
        answer=RankerInfo,
    ),
    Endpoint(
        method="PUT",
        path="/v1/platform/ranker",
        handler=change_ranker,
        summary="Change the weights; for admins",
        tag="platform",
        params=(IF_MATCH,),
        body=RankerBody,
        answer=RankerInfo,
    ),
    Endpoint(
        method="GET",
        path="/v1/platform/corrections",
        handler=corrections,
        summary="The accounts that count on no board; for moderators, analysts and admins",
        tag="platform",
        answer=CorrectionList,
    ),
    Endpoint(
        method="POST",
        path="/v1/platform/corrections",
        handler=correct,
        summary="Let accounts count on no board any more; for admins",
        tag="platform",
        body=CorrectionBody,
        answer=CorrectionChanged,
    ),
    Endpoint(
        method="POST",
        path="/v1/platform/corrections/{correction_id}/undo",
        handler=undo,
        summary="Let them count again; for admins",
        tag="platform",
        body=UndoBody,
        answer=CorrectionChanged,
    ),
)
