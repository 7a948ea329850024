"""What led to an account's credits, booking by booking, and what it had at a past moment: from the read model."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from api import moments
from api.call import Call, reply
from api.consistency import Freshness, fresh
from api.preconditions import etag, unchanged
from api.present import unix
from api.query import bounded
from api.routing import CURSOR, Endpoint, Param, limit_param
from api.schemas import AsOf
from projections.wallet import query

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 200
TYPES: Final = {
    "granted": "wallet.allowance_granted.v1",
    "purchased": "wallet.purchased.v1",
    "held": "wallet.held.v1",
    "settled": "wallet.settled.v1",
    "released": "wallet.released.v1",
}


class StatementLine(msgspec.Struct, kw_only=True):
    """`amount` came into `account` from `counter_account`, or went there; `balance` is what `account` had then."""

    account: str
    counter_account: str | None
    amount: int
    balance: int


class Balance(msgspec.Struct, kw_only=True):
    free: int
    paid: int
    held: int


class Booking(msgspec.Struct, kw_only=True):
    """`lines` add up to zero; `balance` is what there was then. `caused_by` names the fact or the request behind it. A
    hold says what its `price` came from: the factor of the spike policy in percent, and the policy's version.
    `position` is its place in the log: category/shard:position."""

    id: str
    type: str
    at: int
    cause: str
    caused_by: str
    video_id: str | None
    hold_id: str | None
    tier: str | None
    price: int | None
    price_percent: int | None
    policy_version: int | None
    payment: str | None
    lines: list[StatementLine]
    balance: Balance
    position: str
    object: str = "booking"


class Statement(msgspec.Struct, kw_only=True):
    data: list[Booking]
    has_more: bool
    next_cursor: str | None
    as_of: AsOf
    object: str = "list"


async def statement(call: Call) -> Response:
    """Unchanged until the next booking: the `ETag` is the number of the newest."""
    body, version, freshness = await bookings(call)
    headers = {**freshness.headers, "ETag": etag(version)}
    if unchanged(call, etag(version)) and not freshness.stale:
        return Response(status_code=304, headers=headers)
    return reply(body, headers=headers)


async def bookings(call: Call) -> tuple[Statement, int, Freshness]:
    """A page, and the version of the whole statement."""
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    cursor = call.request.query_params.get("cursor") or None
    freshness = await fresh(call, "wallet")
    page = await call.deps.reads.statement(call.require().account, limit=limit, cursor=cursor)
    body = Statement(
        data=[_shown(booking) for booking in page.items],
        has_more=page.next_cursor is not None,
        next_cursor=page.next_cursor,
        as_of=freshness.as_of,
    )
    return body, page.version, freshness


def _shown(booking: query.Booking) -> Booking:
    return Booking(
        id=booking.event_id,
        type=TYPES[booking.kind],
        at=unix(booking.at),
        cause=booking.cause,
        caused_by=booking.caused_by,
        video_id=booking.video_id,
        hold_id=booking.hold_id,
        tier=booking.tier,
        price=booking.price,
        price_percent=booking.factor_percent,
        policy_version=booking.policy_version,
        payment=booking.payment,
        lines=[StatementLine(**msgspec.structs.asdict(line)) for line in booking.lines],
        balance=Balance(free=booking.free, paid=booking.paid, held=booking.held),
        position=f"account/{booking.shard}:{booking.position}",
    )


async def balances_then(call: Call, given: str) -> tuple[query.Balances, Freshness]:
    """Of what the log had then: an allowance counts once it was booked."""
    moment = await moments.moment(call, "wallet", given)
    freshness = await fresh(call, "wallet")
    return await call.deps.reads.balances_at(call.require().account, moment), freshness


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/v1/wallet/statement",
        handler=statement,
        summary="Every booking, newest first, with the balance after it",
        tag="wallet",
        params=(
            limit_param(DEFAULT_LIMIT, MAX_LIMIT),
            CURSOR,
            Param(
                name="If-None-Match",
                place="header",
                description="The `ETag` that was read: 304 while nothing was booked since",
                schema={"type": "string"},
            ),
            Param(
                name="Recut-Token",
                place="header",
                description="The token of a command: the answer has seen it, or says `Stale: true`",
                schema={"type": "string"},
            ),
        ),
        answer=Statement,
        statuses=(200, 304),
    ),
)
