"""Payments through Stripe: a hosted checkout, and its signed word that the money has come."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import stripe

from domain.errors import Invalid, Unavailable
from domain.payment import Pack, Payment

PROVIDER: Final = "stripe"
SIGNATURE: Final = "stripe-signature"
# A card pays at once, a bank transfer some days after its checkout: both are about one session.
PAID: Final = ("checkout.session.completed", "checkout.session.async_payment_succeeded")
PATIENCE_SECONDS: Final = 10.0


class StripePayments:
    """`public_url` is where buyers come back to. `client` takes the place of the network in tests."""

    def __init__(
        self, secret: str, webhook_secret: str, public_url: str, client: stripe.HTTPClient | None = None
    ) -> None:
        self._stripe = stripe.StripeClient(secret, http_client=client or stripe.RequestsClient(PATIENCE_SECONDS))
        self._webhook_secret = webhook_secret
        self._public_url = public_url

    async def checkout(self, account_id: str, pack: Pack) -> str:
        """The page where the account pays for the pack. Raises `Unavailable`."""
        try:
            session = await asyncio.to_thread(self._stripe.v1.checkout.sessions.create, self._session(account_id, pack))
        except stripe.StripeError as error:
            message = "The payment provider does not answer: try again later."
            raise Unavailable("payments_unavailable", message, retry_after=10) from error
        if not session.url:
            raise Unavailable("payments_unavailable", "The payment provider gave no address: try again later.")
        return session.url

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Payment | None:
        """What was paid; None for news of anything else. Raises `Invalid` for what Stripe did not sign, or not
        lately."""
        try:
            event = self._stripe.construct_event(body, headers.get(SIGNATURE), self._webhook_secret)
        except (stripe.SignatureVerificationError, ValueError) as error:
            message = "The signature of this webhook is missing, wrong or too old."
            raise Invalid("invalid_signature", message) from error
        if event.type not in PAID:
            return None
        return _payment(event.data.object.to_dict())

    def _session(self, account_id: str, pack: Pack) -> Any:
        """What it is about travels with the session and comes back signed."""
        product = {"name": f"{pack.credits} credits"}
        price = {"currency": pack.currency, "unit_amount": pack.amount, "product_data": product}
        return {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "client_reference_id": account_id,
            "metadata": {"account_id": account_id, "credits": str(pack.credits), "pack": pack.name},
            "success_url": f"{self._public_url}/?purchase=done",
            "cancel_url": f"{self._public_url}/?purchase=cancelled",
        }


def _payment(session: dict[str, Any]) -> Payment | None:
    """None for a session that is not paid yet, or that another shop of the same Stripe account sold."""
    about = session.get("metadata") or {}
    if session.get("payment_status") != "paid" or not {"account_id", "credits"} <= set(about):
        return None
    return Payment(
        account_id=about["account_id"], provider=PROVIDER, payment=session["id"], credits=int(about["credits"])
    )
