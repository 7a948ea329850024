"""Credits that are paid for: the checkout, and what Stripe says about it. Nothing here reaches the network: the
library's own client is given another transport, and its own helper signs."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import parse_qs

import msgspec
import pytest
import stripe
from starlette.testclient import TestClient

from api.app import create_app
from domain.payment import Pack
from infra.stripe_payments import StripePayments
from tests.given import OTHER, OWNER, an_id
from tests.unit.api.world import KEY, Platform

SECRET = "whsec_0123456789abcdef"
SESSION = "cs_test_1"
URL = "https://checkout.stripe.example/c/pay/cs_test_1"


class Transport(stripe.HTTPClient):
    """Answers like Stripe, and keeps what it was asked."""

    name = "transport"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str, dict[str, list[str]]]] = []
        self.broken = False

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> tuple[bytes, int, dict[str, str]]:
        self.asked.append((method, url, parse_qs(post_data or "")))
        if self.broken:
            return b'{"error":{"message":"down","type":"api_error"}}', 400, {}
        return json.dumps({"id": SESSION, "object": "checkout.session", "url": URL}).encode(), 200, {}

    def close(self) -> None:
        pass


class Shop:
    def __init__(self) -> None:
        self.platform, self.transport = Platform(), Transport()
        payments = StripePayments("sk_test_1", SECRET, "https://recut.example", self.transport)
        deps = msgspec.structs.replace(
            self.platform.deps,
            payments=payments,
            packs=(Pack("small", 400, 500, "usd"), Pack("large", 2000, 2000, "usd")),
        )
        self.client = TestClient(create_app(deps), headers={"Authorization": f"Bearer {KEY}"})
        self.stripe = TestClient(create_app(deps))

    def hears(self, event: dict[str, Any], *, secret: str = SECRET, age: int = 0) -> Any:
        body = json.dumps(event)
        signature = stripe.WebhookSignature.generate_signature_header(body, secret, int(time.time()) - age)
        return self.sends(body, {"Stripe-Signature": signature})

    def sends(self, body: str | bytes, headers: dict[str, str]) -> Any:
        return self.stripe.post("/v1/webhooks/stripe", content=body, headers=headers)

    @property
    def paid(self) -> int:
        credits: int = self.client.get("/v1/wallet").json()["paid"]
        return credits


@pytest.fixture
def shop() -> Shop:
    return Shop()


def paid_session(kind: str = "checkout.session.completed", **changes: Any) -> dict[str, Any]:
    session = {
        "id": SESSION,
        "object": "checkout.session",
        "payment_status": "paid",
        "metadata": {"account_id": OWNER, "credits": "400", "pack": "small"},
    }
    return {"id": "evt_1", "object": "event", "type": kind, "data": {"object": {**session, **changes}}}


def test_a_purchase_begins_at_the_providers_page(shop: Shop) -> None:
    reply = shop.client.post("/v1/wallet/purchases", json={"pack": "small"})
    assert (reply.status_code, reply.json()["url"], reply.json()["credits"]) == (200, URL, 400)
    [(method, url, sent)] = shop.transport.asked
    assert (method, url) == ("post", "https://api.stripe.com/v1/checkout/sessions")
    assert sent["metadata[account_id]"] == [OWNER]
    assert sent["metadata[credits]"] == ["400"]
    assert (sent["line_items[0][price_data][unit_amount]"], sent["line_items[0][quantity]"]) == (["500"], ["1"])
    assert sent["success_url"] == ["https://recut.example/?purchase=done"]
    assert shop.paid == 0


def test_packs_are_listed_and_another_is_refused(shop: Shop) -> None:
    assert [pack["pack"] for pack in shop.client.get("/v1/wallet/packs").json()["data"]] == ["small", "large"]
    refusal = shop.client.post("/v1/wallet/purchases", json={"pack": "huge"})
    assert (refusal.status_code, refusal.json()["code"]) == (400, "unknown_pack")


def test_a_provider_that_fails_is_no_fault_of_the_buyer(shop: Shop) -> None:
    shop.transport.broken = True
    refusal = shop.client.post("/v1/wallet/purchases", json={"pack": "small"})
    assert (refusal.status_code, refusal.json()["code"]) == (503, "payments_unavailable")
    assert "Retry-After" in refusal.headers


@pytest.mark.parametrize("kind", ["checkout.session.completed", "checkout.session.async_payment_succeeded"])
def test_a_payment_brings_its_credits(shop: Shop, kind: str) -> None:
    reply = shop.hears(paid_session(kind))
    assert (reply.status_code, reply.json()["counted"], shop.paid) == (200, True, 400)
    [booking] = shop.client.get("/v1/wallet/statement").json()["data"]
    assert (booking["payment"], booking["caused_by"]) == (SESSION, SESSION)


def test_a_payment_that_is_told_again_counts_once(shop: Shop) -> None:
    for event in (paid_session(), paid_session(), paid_session("checkout.session.async_payment_succeeded")):
        assert shop.hears(event).status_code == 200
    assert shop.paid == 400


def test_what_the_wallet_knows_does_not_depend_on_the_commands_memory(shop: Shop) -> None:
    shop.hears(paid_session())
    shop.platform.store._commands.clear()  # as after a time in which commands are forgotten
    assert shop.hears(paid_session()).status_code == 200
    assert shop.paid == 400


def test_one_payment_is_not_two_stories(shop: Shop) -> None:
    shop.hears(paid_session())
    other = {"account_id": OTHER, "credits": "400", "pack": "small"}
    assert shop.hears(paid_session(metadata=other)).status_code == 422


@pytest.mark.parametrize(
    "event",
    [
        paid_session("invoice.paid"),
        paid_session("checkout.session.expired"),
        paid_session(payment_status="unpaid"),
        paid_session(metadata={}),
        paid_session(metadata=None),
    ],
)
def test_other_news_is_heard_and_changes_nothing(shop: Shop, event: dict[str, Any]) -> None:
    reply = shop.hears(event)
    assert (reply.status_code, reply.json()["counted"], shop.paid) == (200, False, 0)


def test_only_stripe_brings_news(shop: Shop) -> None:
    body = json.dumps(paid_session())
    good = stripe.WebhookSignature.generate_signature_header(body, SECRET)
    refusals = [
        shop.hears(paid_session(), secret="whsec_of_somebody_else"),
        shop.hears(paid_session(), age=600),
        shop.sends(body, {}),
        shop.sends(body, {"Stripe-Signature": "nonsense"}),
        shop.sends(body.replace("400", "900"), {"Stripe-Signature": good}),
        shop.sends(b"\xff\xfe", {"Stripe-Signature": good}),
    ]
    assert [(refusal.status_code, refusal.json()["code"]) for refusal in refusals] == [(400, "invalid_signature")] * 6
    assert shop.paid == 0


def test_money_for_an_account_that_is_gone_is_not_swallowed(shop: Shop) -> None:
    """Stripe shows what is refused, and says it again for days."""
    metadata = {"account_id": an_id("acct", 77), "credits": "400", "pack": "small"}
    assert shop.hears(paid_session(metadata=metadata)).status_code == 404
