from __future__ import annotations

import pytest

from infra.stripe_payments import StripePayments
from recut.errors import OperatorError
from recut.settings import load
from recut.wiring import payments

SECRET = {"RECUT_STRIPE_SECRET": "sk_test_1"}
WEBHOOK = {"RECUT_STRIPE_WEBHOOK_SECRET": "whsec_1"}


def test_nothing_is_sold_unless_both_secrets_are_set() -> None:
    assert payments(load({})) is None
    assert isinstance(payments(load(SECRET | WEBHOOK)), StripePayments)


@pytest.mark.parametrize("half", [SECRET, WEBHOOK])
def test_half_a_setting_is_an_error(half: dict[str, str]) -> None:
    with pytest.raises(OperatorError, match="belong together"):
        payments(load(half))
