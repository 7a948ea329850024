"""Reading one's own writes."""

from __future__ import annotations

from typing import Any

import pytest

from api.tokens import Signer, Token, merge, read_token, write_token
from domain.recorded import Position
from tests.given import created
from tests.unit.api.world import EPOCH, Platform

SIGNER = Signer(b"0123456789abcdef")


def waited(platform: Platform, model: str = "videos") -> list[Token]:
    return [token for name, token in platform.reads.waited if name == model]


def token_of(platform: Platform, response: Any) -> Token:
    token = read_token(Signer(platform.deps.secret), response.headers["recut-token"])
    assert token
    return token


def test_a_command_says_where_it_went(platform: Platform) -> None:
    response = platform.client.post("/v1/videos", json={"prompt": "a cat"})
    token = token_of(platform, response)
    assert [at.category for at in token.positions] == ["account", "video"]
    assert "set-cookie" not in response.headers


def test_a_query_waits_for_the_token_it_is_given(platform: Platform) -> None:
    wrote = platform.bob.post("/v1/videos", json={"prompt": "a cat"})
    headers = {"Recut-Token": wrote.headers["recut-token"]}
    response = platform.client.get("/v1/videos", headers=headers)
    assert waited(platform) == [token_of(platform, wrote)]
    assert "stale" not in response.headers


def test_without_a_token_it_waits_for_all_that_the_account_did_here(platform: Platform) -> None:
    wanted = None
    for prompt in ("a cat", "a dog", "a cow"):
        wanted = merge(wanted, token_of(platform, platform.client.post("/v1/videos", json={"prompt": prompt})))
    platform.client.get("/v1/videos")
    assert waited(platform) == [wanted]


def test_or_elsewhere(platform: Platform) -> None:
    """Another process sent the account's last command: the event store knows of it."""
    platform.given(platform.ids.new("video"), created())
    platform.client.get("/v1/videos")
    [token] = waited(platform)
    assert [at.category for at in token.positions] == ["video"]


def test_a_browser_carries_its_token_in_a_cookie(platform: Platform) -> None:
    origin = {"Origin": "http://testserver"}
    platform.browser.post("/login", data={"key": "rk_the_key_of_ada_0000000000000000000"}, headers=origin)
    first = platform.browser.post("/v1/videos", data={"prompt": "a cat"}, headers=origin)
    second = platform.browser.post("/v1/videos", data={"prompt": "a dog"}, headers=origin)
    carried = read_token(Signer(platform.deps.secret), platform.browser.cookies["recut_token"])
    assert carried == merge(token_of(platform, first), token_of(platform, second))


@pytest.mark.parametrize("path", ["/v1/videos", "/v1/feed", "/v1/leaderboards/most_liked"])
def test_a_read_model_that_lags_is_told(platform: Platform, path: str) -> None:
    platform.reads.lags = True
    platform.client.post("/v1/videos", json={"prompt": "a cat"})
    response = platform.client.get(path)
    assert (response.status_code, response.headers["stale"]) == (200, "true")


@pytest.mark.parametrize("token", ["", "x", "e30.AAAA", "W10.AAAAAAAAAAAAAAAAAAAAAAAA"])
def test_a_forged_token_is_refused(platform: Platform, token: str) -> None:
    response = platform.client.get("/v1/videos", headers={"Recut-Token": token})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_token")


def test_the_answer_says_how_far_it_came(platform: Platform) -> None:
    as_of = platform.client.get("/v1/videos").json()["as_of"]
    token = read_token(Signer(platform.deps.secret), as_of["token"])
    assert token
    assert token.epoch == EPOCH
    assert {at.category for at in token.positions} == {"account", "platform"}
    assert as_of["time"] == "2026-11-22T12:00:00Z"


def test_tokens_come_back_as_they_were_written() -> None:
    token = Token("e1", (Position("video", 3, 7), Position("engagement", 1, 2)))
    text = write_token(SIGNER, token)
    assert read_token(SIGNER, text) == token
    assert read_token(Signer(b"another secret 16"), text) is None
    assert SIGNER.open("session", text) is None
    assert SIGNER.open("token", text + "=") is None


def test_merging_tokens() -> None:
    a = Token("e1", (Position("video", 1, 5), Position("video", 2, 5)))
    b = Token("e1", (Position("video", 2, 9), Position("video", 3, 1)))
    assert merge(a, b) == Token("e1", (Position("video", 1, 5), Position("video", 2, 9), Position("video", 3, 1)))
    assert merge(None, b) == b
    assert merge(a, Token("e2", ())) == Token("e2", ())
