from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.auth import SESSION_COOKIE
from tests.given import OWNER
from tests.unit.api.world import KEY, Platform


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer rk_wrong_key_0000000000000", f"Basic {KEY}", KEY, "Bearer ke\xfd", "bearer  "],
)
def test_a_wrong_key_is_401_in_words_that_clients_look_for(platform: Platform, header: str | None) -> None:
    headers = {} if header is None else {b"Authorization": header.encode("latin-1")}
    response = platform.browser.get("/v1/videos", headers=headers)
    assert response.status_code == 401
    told = response.json()["error"]
    assert "Incorrect API key provided" in told["message"]
    assert (told["type"], told["code"]) == ("authentication_error", "invalid_api_key")
    assert response.headers["www-authenticate"] == "Bearer"
    assert "wrong_key" not in response.text


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_has_no_case(platform: Platform, scheme: str) -> None:
    response = platform.browser.get("/v1/videos", headers={"Authorization": f"{scheme}   {KEY} "})
    assert response.status_code == 200


def test_a_wrong_key_counts_where_none_is_needed(platform: Platform) -> None:
    response = platform.browser.get("/v1/leaderboards/most_liked", headers={"Authorization": "Bearer rk_nope"})
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "urn:recut:problem:invalid_api_key"


def login(browser: TestClient, key: str = KEY, target: str = "/mine") -> None:
    response = browser.post("/login", data={"key": key, "next": target}, headers={"Origin": "http://testserver"})
    assert (response.status_code, response.headers["location"]) == (303, target)


def test_a_browser_shows_its_key_once(platform: Platform) -> None:
    assert platform.browser.get("/mine", headers={"Accept": "text/html"}).headers["location"] == "/login?next=/mine"
    login(platform.browser)
    assert "Ada" in platform.browser.get("/mine").text
    assert platform.browser.get("/v1/videos").status_code == 200
    platform.browser.post("/logout", headers={"Origin": "http://testserver"})
    assert platform.browser.get("/v1/videos").status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(platform: Platform) -> None:
    response = platform.browser.post("/login", data={"key": KEY}, headers={"Origin": "http://testserver"})
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert KEY not in cookie


def test_a_session_ends(platform: Platform) -> None:
    login(platform.browser)
    platform.clock.passes(days=8)
    assert platform.browser.get("/v1/videos").status_code == 401


def test_a_session_ends_with_its_key_and_has_the_role_of_its_key(platform: Platform) -> None:
    login(platform.browser)
    platform.keys.keys[KEY] = (OWNER, "moderator")
    assert platform.browser.get("/v1/moderation/queue").status_code == 200
    platform.keys.keys[KEY] = (OWNER, "creator")
    assert platform.browser.get("/v1/moderation/queue").status_code == 403
    del platform.keys.keys[KEY]
    assert platform.browser.get("/v1/videos").status_code == 401


@pytest.mark.parametrize("forged", ["", "x", "x.y", "W10.AAAA", "\xff.\xff"])
def test_a_forged_session_is_nobody(platform: Platform, forged: str) -> None:
    headers = {b"Cookie": f"{SESSION_COOKIE}={forged}".encode("latin-1")}
    assert platform.browser.get("/v1/videos", headers=headers).status_code == 401


def test_a_token_is_no_session(platform: Platform) -> None:
    token = platform.client.post("/v1/videos", json={"prompt": "a cat"}).headers["recut-token"]
    response = platform.browser.get("/v1/videos", headers={"Cookie": f"{SESSION_COOKIE}={token}"})
    assert response.status_code == 401


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_other_sites_cannot_press_buttons(platform: Platform, headers: dict[str, str]) -> None:
    login(platform.browser)
    for path in ("/create", "/v1/videos"):
        response = platform.browser.post(path, data={"prompt": "a cat"}, headers=headers)
        assert response.status_code == 403
    assert platform.client.get("/v1/videos").json()["data"] == []
    assert platform.browser.post("/login", data={"key": KEY}, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{"Origin": "http://testserver"}, {"Sec-Fetch-Site": "same-origin"}])
def test_the_page_itself_can(platform: Platform, headers: dict[str, str]) -> None:
    login(platform.browser)
    assert platform.browser.post("/create", data={"prompt": "a cat"}, headers=headers).status_code == 303


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", "evil"])
def test_a_login_leads_nowhere_else(platform: Platform, target: str) -> None:
    data = {"key": KEY, "next": target}
    response = platform.browser.post("/login", data=data, headers={"Origin": "http://testserver"})
    assert response.headers["location"] == "/"


def test_a_wrong_key_at_the_page_is_told_there(platform: Platform) -> None:
    response = platform.browser.post("/login", data={"key": "rk_no"}, headers={"Origin": "http://testserver"})
    assert response.status_code == 401
    assert "not a key of this platform" in response.text
    assert "set-cookie" not in response.headers
