"""Credits over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from domain.ids import wallet_stream
from domain.policy import SPIKE
from tests.examples import held, lines, purchased, released, settled, spike_policy_changed
from tests.given import OTHER, OWNER, VIDEO_ID, an_id
from tests.unit.api.world import Platform

ADMIN_KEY = "rk_the_key_of_the_admin_00000000000000"
ADMIN = an_id("acct", 9)
SECOND = an_id("video", 9)


@pytest.fixture
def admin(platform: Platform) -> TestClient:
    platform.keys.keys[ADMIN_KEY] = (ADMIN, "admin")
    return TestClient(platform.app, headers={"Authorization": f"Bearer {ADMIN_KEY}"})


def wallet(platform: Platform) -> dict[str, Any]:
    reply = platform.client.get("/v1/wallet")
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def test_a_new_account_has_its_allowance(platform: Platform) -> None:
    body = wallet(platform)
    assert (body["free"], body["paid"], body["held"], body["holds"], body["notice"]) == (400, 0, 0, [], "")
    tomorrow = platform.clock.now().replace(hour=0) + timedelta(days=1)
    assert (body["day"], body["resets_at"], body["allowance"]) == ("2026-11-22", int(tomorrow.timestamp()), 400)
    assert body["videos_left"] == {
        "model": "sketch-1", "seconds": 4, "size": "720x1280", "price": 4, "free": 100, "paid": 0,
    }  # fmt: skip


def test_what_is_held_is_shown_with_its_video(platform: Platform) -> None:
    stream = wallet_stream(OWNER)
    platform.given(stream, purchased(), held(tier="paid", price=7), held(tier="paid", video_id=SECOND, price=2))
    platform.given(stream, settled(lines=lines("held", "spent", 7)))
    body = wallet(platform)
    assert (body["free"], body["paid"], body["held"]) == (400, 91, 2)
    assert [(hold["video_id"], hold["tier"], hold["price"]) for hold in body["holds"]] == [(SECOND, "paid", 2)]


def test_the_price_of_a_spike_and_its_reason_are_shown(platform: Platform) -> None:
    platform.given(SPIKE, spike_policy_changed(allowance=10, price_percent=150, reason="holiday peak"))
    body = wallet(platform)
    assert (body["free"], body["price_percent"], body["notice"]) == (10, 150, "holiday peak")
    assert (body["videos_left"]["price"], body["videos_left"]["free"]) == (6, 1)


def test_a_statement_explains_each_booking(platform: Platform) -> None:
    stream = wallet_stream(OWNER)
    platform.given(stream, purchased(credits=10), held(tier="paid"), released(lines=lines("held", "paid", 4)))
    page = platform.client.get("/v1/wallet/statement").json()
    shown = [(each["type"], each["cause"], each["video_id"], each["balance"]["paid"]) for each in page["data"]]
    assert shown == [
        ("wallet.released.v1", "failed", VIDEO_ID, 10),
        ("wallet.held.v1", "generation", VIDEO_ID, 6),
        ("wallet.purchased.v1", "purchase", None, 10),
    ]
    assert [each["balance"]["held"] for each in page["data"]] == [0, 4, 0]
    assert page["data"][1]["lines"] == [
        {"account": "paid", "counter_account": "held", "amount": -4, "balance": 6},
        {"account": "held", "counter_account": "paid", "amount": 4, "balance": 4},
    ]
    assert (page["data"][1]["price"], page["data"][1]["price_percent"], page["data"][1]["tier"]) == (4, 100, "paid")
    assert page["as_of"]["token"]
    assert page["data"][2]["payment"] == "payment-1"
    assert page["data"][2]["caused_by"]
    assert not page["has_more"]


def test_a_statement_comes_in_pages(platform: Platform) -> None:
    stream = wallet_stream(OWNER)
    platform.given(stream, *(purchased(payment=f"p{n}", credits=n) for n in range(1, 6)))
    pages, cursor = [], None
    while True:
        page = platform.client.get("/v1/wallet/statement", params={"limit": 2, "cursor": cursor or ""}).json()
        pages.append([(each["payment"], each["balance"]["paid"]) for each in page["data"]])
        cursor = page["next_cursor"]
        if not page["has_more"]:
            break
    assert pages == [[("p5", 15), ("p4", 10)], [("p3", 6), ("p2", 3)], [("p1", 1)]]
    assert cursor is None


def test_a_statement_that_was_read_is_not_sent_again(platform: Platform) -> None:
    platform.given(wallet_stream(OWNER), purchased(payment="one"))
    first = platform.client.get("/v1/wallet/statement")
    tag = {"If-None-Match": first.headers["ETag"]}
    again = platform.client.get("/v1/wallet/statement", headers=tag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    platform.given(wallet_stream(OWNER), purchased(payment="two"))
    assert platform.client.get("/v1/wallet/statement", headers=tag).status_code == 200


def test_a_statement_that_lags_says_so(platform: Platform) -> None:
    platform.given(wallet_stream(OWNER), purchased())
    platform.client.post("/v1/videos", json={"prompt": "a cat", "model": "sketch-1"})
    platform.reads.lags = True
    reply = platform.client.get("/v1/wallet/statement", headers={"If-None-Match": '"1"'})
    assert (reply.status_code, reply.headers["Stale"]) == (200, "true")
    assert platform.reads.waited[-1][0] == "wallet"


def then(platform: Platform, as_of: str) -> dict[str, Any]:
    reply = platform.client.get("/v1/wallet", params={"as_of": as_of})
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def test_a_wallet_as_of_a_moment(platform: Platform) -> None:
    stream, clock = wallet_stream(OWNER), platform.clock
    platform.given(stream, purchased(credits=10))
    platform.given(SPIKE, spike_policy_changed(price_percent=150))
    clock.time += timedelta(hours=1)
    platform.given(stream, held(tier="paid"))
    clock.time += timedelta(hours=1)
    platform.given(stream, settled())
    moments = [(clock.time - timedelta(minutes=minutes)).isoformat() for minutes in (150, 90, 30, 0)]
    bodies = [then(platform, moment) for moment in moments]
    assert [(body["paid"], body["held"], len(body["holds"])) for body in bodies] == [
        (0, 0, 0), (10, 0, 0), (6, 4, 1), (6, 0, 0),
    ]  # fmt: skip
    assert bodies[0]["resets_at"] is None
    assert [body["price_percent"] for body in bodies] == [100, 150, 150, 150]
    assert bodies[0]["as_of"]["token"]


def test_a_wallet_as_of_the_token_of_an_answer(platform: Platform) -> None:
    platform.given(wallet_stream(OWNER), purchased(payment="one", credits=10))
    token = platform.client.get("/v1/wallet/statement").json()["as_of"]["token"]
    platform.given(wallet_stream(OWNER), purchased(payment="two", credits=1))
    assert then(platform, token)["paid"] == 10
    [position] = [each["position"] for each in platform.client.get("/v1/wallet/statement").json()["data"]][1:]
    assert then(platform, position)["paid"] == 10
    assert wallet(platform)["paid"] == 11
    platform.reads.lags = True
    early = platform.client.get("/v1/wallet", params={"as_of": token})
    assert (early.status_code, early.json()["code"], early.headers["Retry-After"]) == (503, "not_there_yet", "1")


@pytest.mark.parametrize(
    ("as_of", "code"),
    [
        ("yesterday", "invalid_as_of"),
        ("2026-11-22T11:00:00", "invalid_as_of"),
        ("2026-11-23T00:00:00Z", "as_of_in_future"),
    ],
)
def test_as_of_is_a_moment_that_has_passed(platform: Platform, as_of: str, code: str) -> None:
    refusal = platform.client.get("/v1/wallet", params={"as_of": as_of})
    assert (refusal.status_code, refusal.json()["code"]) == (400, code)


def test_a_wallet_is_its_owners(platform: Platform) -> None:
    platform.given(wallet_stream(OWNER), purchased())
    assert platform.bob.get("/v1/wallet").json()["paid"] == 0
    assert platform.bob.get("/v1/wallet/statement").json()["data"] == []
    assert platform.browser.get("/v1/wallet").status_code == 401
    assert platform.browser.get("/v1/wallet/statement").status_code == 401


def test_an_admin_gives_credits_once_for_a_key(platform: Platform, admin: TestClient) -> None:
    path, key = f"/v1/accounts/{OWNER}/credits", {"Idempotency-Key": "gift 1"}
    first = admin.post(path, json={"credits": 30}, headers=key)
    again = admin.post(path, json={"credits": 30}, headers=key)
    assert (first.status_code, first.json()) == (200, again.json())
    assert admin.post(path, json={"credits": 3}).status_code == 200
    assert wallet(platform)["paid"] == 33


@pytest.mark.parametrize(("body", "status"), [({}, 400), ({"credits": 0}, 400), ({"credits": "ten"}, 400)])
def test_a_gift_is_a_number_of_credits(admin: TestClient, body: dict[str, Any], status: int) -> None:
    assert admin.post(f"/v1/accounts/{OWNER}/credits", json=body).status_code == status


def test_only_admins_give(platform: Platform) -> None:
    refusal = platform.client.post(f"/v1/accounts/{OWNER}/credits", json={"credits": 5})
    assert (refusal.status_code, refusal.json()["code"]) == (403, "role_required")
    assert wallet(platform)["paid"] == 0


def test_an_account_that_does_not_exist_is_given_nothing(admin: TestClient) -> None:
    assert admin.post(f"/v1/accounts/{an_id('acct', 77)}/credits", json={"credits": 5}).status_code == 404


def test_where_nothing_is_sold_nothing_is_bought(platform: Platform) -> None:
    refusal = platform.client.post("/v1/wallet/purchases", json={"pack": "small"})
    assert (refusal.status_code, refusal.json()["code"]) == (501, "not_configured")
    assert refusal.headers["x-should-retry"] == "false"
    assert platform.browser.post("/v1/webhooks/stripe", content=b"{}").status_code == 404
    assert platform.browser.get("/v1/wallet/packs").json()["data"] == []
    assert platform.bob.get(f"/v1/accounts/{OTHER}").status_code == 200
