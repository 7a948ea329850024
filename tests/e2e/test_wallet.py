"""Credits of a running system: held, spent, given back, given, refused."""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx2
import openai
import pytest

from tests.e2e.conftest import System
from tests.runtime import eventually

pytestmark = pytest.mark.filterwarnings("ignore:The Sora API:DeprecationWarning")
CLIP: dict[str, Any] = {"prompt": "A red fox runs in the snow", "size": "144x256"}


def test_a_video_is_paid_for_once_it_is_there(system: System) -> None:
    key = system.key("e2e-cleo")
    sdk = system.sdk(key)
    with system.http(key) as hers:
        assert _wallet(hers)["free"] == 400
        free = sdk.videos.create(**CLIP)
        assert _wallet(hers)["free"] == 399

        refusal = _refused(sdk, {"tier": "paid"})
        assert (refusal.status_code, refusal.code, refusal.type) == (402, "insufficient_credits", "insufficient_quota")
        assert system.recut("credits", "e2e-cleo", "25") == "e2e-cleo has 25 paid credits"
        paid = sdk.videos.create(**CLIP, extra_body={"tier": "paid"})

        settled = eventually(lambda: _settled(hers, {free.id, paid.id}), within=60)
        assert settled["held"] == 0
        assert (settled["free"], settled["paid"]) == (399, 24)
        assert _book(hers) == {"allowance": -400, "free": 399, "sales": -25, "paid": 24, "held": 0, "spent": 2}


def _refused(sdk: openai.OpenAI, extra: dict[str, Any]) -> openai.APIStatusError:
    with pytest.raises(openai.APIStatusError) as caught:
        sdk.videos.create(**CLIP, extra_body=extra)
    return caught.value


def _wallet(client: httpx2.Client) -> dict[str, Any]:
    body: dict[str, Any] = client.get("/v1/wallet").json()
    return body


def _settled(client: httpx2.Client, videos: set[str]) -> dict[str, Any] | None:
    """The wallet, once all of these are paid for."""
    bookings = client.get("/v1/wallet/statement").json()["data"]
    done = {each["video_id"] for each in bookings if each["type"] == "wallet.settled.v1"}
    return _wallet(client) if videos <= done else None


def _book(client: httpx2.Client) -> dict[str, int]:
    book: Counter[str] = Counter()
    for booking in client.get("/v1/wallet/statement", params={"limit": 200}).json()["data"]:
        for line in booking["lines"]:
            book[line["account"]] += line["amount"]
    assert sum(book.values()) == 0
    return dict(book)
