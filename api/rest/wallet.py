"""What an account has in credits, and buying more. Read by folding the wallet's stream: always current. What led there,
and what it had before: `statement.py`."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec
from starlette.responses import Response

from api import moments
from api.auth import require_role
from api.call import Call, reply
from api.consistency import Freshness
from api.errors import NotConfigured, request_id
from api.parsing import read_body, read_raw, text, whole
from api.ports import Payments
from api.present import unix
from api.rest import statement
from api.rest.accounts import account_of
from api.routing import IDEMPOTENCY, Endpoint
from api.schemas import AsOf
from commands.paying import current
from commands.wallet import AddCredits
from commands.work import SPIKE
from domain import wallet
from domain.errors import Invalid, NotFound
from domain.model import Model
from domain.payment import Pack, Payment
from domain.policy import SPIKE as POLICY
from domain.policy import SpikePolicy
from domain.price import price
from domain.recorded import Origin
from projections.wallet import query
from projections.wallet.query import Balances


class WalletHold(msgspec.Struct, kw_only=True):
    """Set aside for a generation that has not ended."""

    id: str
    video_id: str
    tier: str
    price: int
    held_at: int


class VideosLeft(msgspec.Struct, kw_only=True):
    """How many videos the credits are enough for, of the default model, length and size."""

    model: str
    seconds: int
    size: str
    price: int
    free: int
    paid: int


class Wallet(msgspec.Struct, kw_only=True):
    """`free` is what is left of the day's `allowance`, which is there again at `resets_at`; `paid` stays. `notice` is
    the reason of the present policy, if there is one. With `as_of`, what was booked until then: `as_of` says what the
    answer rests on, and `videos_left` is null."""

    free: int
    paid: int
    held: int
    allowance: int
    day: str
    resets_at: int | None
    holds: list[WalletHold]
    videos_left: VideosLeft | None
    price_percent: int
    notice: str
    as_of: AsOf | None = None
    object: str = "wallet"


class PackOffer(msgspec.Struct, kw_only=True):
    """`amount` is in the smallest unit of the currency."""

    pack: str
    credits: int
    amount: int
    currency: str


class Packs(msgspec.Struct, kw_only=True):
    data: list[PackOffer]
    object: str = "list"


class PurchaseBody(msgspec.Struct, kw_only=True):
    pack: str


class Purchase(msgspec.Struct, kw_only=True):
    """`url` is where the pack is paid for; its credits come when the payment has."""

    url: str
    pack: str
    credits: int
    amount: int
    currency: str
    object: str = "purchase"


class CreditsBody(msgspec.Struct, kw_only=True):
    credits: int


class CreditsGiven(msgspec.Struct, kw_only=True):
    account_id: str
    credits: int
    payment: str
    object: str = "credits"


class Heard(msgspec.Struct, kw_only=True):
    """`counted`: it was news of a payment."""

    counted: bool
    object: str = "webhook"


async def retrieve(call: Call) -> Response:
    given = moments.asked(call)
    if given is None:
        return reply(await balance(call))
    found, freshness = await statement.balances_then(call, given)
    return reply(await _then(call, found, freshness), headers=freshness.headers)


async def _then(call: Call, found: Balances, freshness: Freshness) -> Wallet:
    """Prices are those of the policy that counted when the last booking was made."""
    policy = SPIKE.initial
    for fact in await call.deps.store.load(POLICY):
        if found.at is not None and fact.recorded.recorded_at <= found.at:
            policy = SPIKE.evolve(policy, fact.event, fact.recorded.recorded_at)
    return Wallet(
        free=found.free,
        paid=found.paid,
        held=found.held,
        allowance=found.allowance,
        day=found.day,
        resets_at=unix(found.resets_at) if found.resets_at else None,
        holds=[_hold(hold) for hold in found.holds],
        videos_left=None,
        price_percent=policy.price_percent,
        notice=policy.reason,
        as_of=freshness.as_of,
    )


async def balance(call: Call) -> Wallet:
    policy, _ = await call.edge.folds.of(SPIKE, POLICY)
    state = await current(call.edge.folds, policy, call.deps.clock.now(), call.require().account)
    return shown(state, policy, await call.deps.models.installed())


def shown(state: wallet.Wallet, policy: SpikePolicy, models: list[Model]) -> Wallet:
    assert state.resets_at is not None  # today's allowance is in it
    return Wallet(
        free=state.free,
        paid=state.paid,
        held=state.held,
        allowance=state.allowance,
        day=state.day,
        resets_at=unix(state.resets_at),
        holds=[_hold(hold) for hold in state.holds.values()],
        videos_left=_videos_left(state, policy, models),
        price_percent=policy.price_percent,
        notice=policy.reason,
    )


def _hold(hold: wallet.Hold | query.Hold) -> WalletHold:
    return WalletHold(id=hold.hold_id, video_id=hold.video_id, tier=hold.tier, price=hold.price, held_at=unix(hold.at))


def _videos_left(state: wallet.Wallet, policy: SpikePolicy, models: list[Model]) -> VideosLeft | None:
    """None while no model is installed that would be chosen by itself."""
    usual = max(
        (model for model in models if not model.by_name_only), key=lambda each: (each.rank, each.model), default=None
    )
    if usual is None:
        return None
    cost = price(usual.price_per_second, usual.default_seconds, usual.default_size, policy.price_percent)
    return VideosLeft(
        model=usual.model,
        seconds=usual.default_seconds,
        size=usual.default_size,
        price=cost,
        free=state.free // cost,
        paid=state.paid // cost,
    )


async def packs(call: Call) -> Response:
    on_sale = call.deps.packs if call.deps.payments else ()
    return reply(Packs(data=[_offer(pack) for pack in on_sale]))


def _offer(pack: Pack) -> PackOffer:
    return PackOffer(pack=pack.name, credits=pack.credits, amount=pack.amount, currency=pack.currency)


async def purchase(call: Call) -> Response:
    payments = _payments(call)
    name = text(await read_body(call.request), "pack") or ""
    pack = next((each for each in call.deps.packs if each.name == name), None)
    if pack is None:
        names = ", ".join(each.name for each in call.deps.packs)
        raise Invalid("unknown_pack", f"`pack` {name[:40]!r} is not one of {names}.", "pack")
    url = await payments.checkout(call.require().account, pack)
    return reply(Purchase(url=url, pack=pack.name, credits=pack.credits, amount=pack.amount, currency=pack.currency))


async def heard_from_stripe(call: Call) -> Response:
    """Told again, a payment is answered as before: its command has the same id, and the wallet knows it."""
    if call.deps.payments is None:
        raise NotFound("not_configured", "Nothing is sold through Stripe here: set RECUT_STRIPE_SECRET.")
    payment = call.deps.payments.verify(await read_raw(call.request), call.request.headers)
    if payment is None:
        return reply(Heard(counted=False))
    command = AddCredits(
        account_id=payment.account_id,
        provider=payment.provider,
        payment=payment.payment,
        credits=payment.credits,
    )
    await call.deps.bus.dispatch(command, _origin(call, payment), repeatable=True)
    return reply(Heard(counted=True))


def _origin(call: Call, payment: Payment) -> Origin:
    """The payment itself is the id of its command; what it says is what must be the same."""
    return Origin(
        account=payment.provider,
        key=f"payment:{payment.payment}",
        request_hash=hashlib.sha256(msgspec.json.encode(payment)).digest(),
        occurred_at=call.deps.clock.now(),
        causation=payment.payment,
        correlation=request_id(call.request),
    )


def _payments(call: Call) -> Payments:
    if call.deps.payments is None:
        message = "Credits are not sold here: ask the operator, who can give some with `recut credits`."
        raise NotConfigured(message, headers={"x-should-retry": "false"})
    return call.deps.payments


async def give(call: Call) -> Response:
    require_role(call, "admin")
    body = await read_body(call.request)
    command = AddCredits(
        account_id=account_of(call),
        provider="manual",
        payment=call.deps.ids.new("gift"),
        credits=whole(body, "credits") or 0,
        cause="gift",
    )
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(CreditsGiven(**outcome.answer)), outcome)


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/v1/wallet",
        handler=retrieve,
        summary="The caller's credits, now or as of a past moment",
        tag="wallet",
        params=(moments.AS_OF,),
        answer=Wallet,
    ),
    *statement.ENDPOINTS,
    Endpoint(
        method="GET",
        path="/v1/wallet/packs",
        handler=packs,
        summary="What credits are sold in; empty when they are not",
        tag="wallet",
        access="open",
        answer=Packs,
    ),
    Endpoint(
        method="POST",
        path="/v1/wallet/purchases",
        handler=purchase,
        summary="Begin to buy a pack: answers with the page where it is paid for",
        tag="wallet",
        body=PurchaseBody,
        answer=Purchase,
    ),
    Endpoint(
        method="POST",
        path="/v1/webhooks/stripe",
        handler=heard_from_stripe,
        summary="What Stripe sends: the raw body, signed in `Stripe-Signature`",
        tag="wallet",
        access="none",
        answer=Heard,
    ),
    Endpoint(
        method="POST",
        path="/v1/accounts/{account_id}/credits",
        handler=give,
        summary="Give an account credits; for admins",
        tag="wallet",
        params=(IDEMPOTENCY,),
        body=CreditsBody,
        answer=CreditsGiven,
    ),
)
