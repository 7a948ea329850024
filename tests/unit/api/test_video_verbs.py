"""Videos that come from videos, and videos that end before their time, over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.ids import model_stream
from tests.examples import cancelled, restricted
from tests.given import OTHER, OWNER, a_model, an_id, created, opened, published, registered
from tests.unit.api.world import Platform

VERBS = ("create", "remix", "edit", "extend", "stitch")


@pytest.fixture
def able(platform: Platform) -> Platform:
    """A model that can do everything."""
    platform.models.models = [a_model(verbs=VERBS, max_characters=2)]
    platform.given(model_stream("sketch-1"), registered(verbs=VERBS, max_characters=2))
    return platform


def error(response: Any, status: int) -> str:
    assert response.status_code == status, response.text
    return str(response.json()["error"]["code"])


@pytest.mark.parametrize("form", ["json", "multipart"])
def test_edit_as_the_sdk_sends_it(able: Platform, form: str) -> None:
    parent = able.completed_video()
    sent: dict[str, Any] = (
        {"json": {"prompt": "make it night", "video": {"id": parent}}}
        if form == "json"
        else {"files": {"prompt": (None, "make it night"), "video[id]": (None, parent)}}
    )
    video = able.client.post("/v1/videos/edits", **sent).json()
    assert video["parents"] == [{"id": parent, "relation": "edit", "span": None}]
    assert error(able.bob.post("/v1/videos/edits", **sent), 404) == "video_not_found"


def test_extend_answers_with_the_length_of_the_whole(able: Platform) -> None:
    parent = able.completed_video()
    body = {"prompt": "it rains", "seconds": "8", "video": {"id": parent}}
    video = able.client.post("/v1/videos/extensions", json=body).json()
    assert (video["seconds"], video["extensions"]) == ("12", 1)
    assert video["parents"] == [{"id": parent, "relation": "extend", "span": [0.0, 4.0]}]
    held = asyncio.run(able.store.load(f"wallet_{OWNER}"))[-1].event
    assert (held.video_id, held.price) == (video["id"], 8)


def test_stitch(able: Platform) -> None:
    one, two = able.completed_video(), able.published_video(OTHER)
    body = {"clips": [{"video_id": one, "end": 2.5}, {"video_id": two, "start": 1, "end": 2}]}
    video = able.client.post("/v1/videos/stitch", json=body).json()
    assert (video["seconds"], video["status"]) == ("4", "queued")
    assert [(each["id"], each["span"]) for each in video["parents"]] == [(one, [0.0, 2.5]), (two, [1.0, 2.0])]


@pytest.mark.parametrize(
    "clips", [None, [], "video_1", [7], [{"video_id": "video_1"}] * 21, [{"video_id": "x", "start": "soon"}] * 2]
)
def test_stitch_refuses(able: Platform, clips: Any) -> None:
    assert able.client.post("/v1/videos/stitch", json={"clips": clips}).status_code in (400, 404)


@pytest.mark.parametrize("path", ["edits", "extensions"])
def test_a_file_is_refused_and_no_id_is_not_found(able: Platform, path: str) -> None:
    sent = {"prompt": (None, "more"), "video": ("a.mp4", b"film")}
    assert error(able.client.post(f"/v1/videos/{path}", files=sent), 400) == "unsupported_input"
    assert error(able.client.post(f"/v1/videos/{path}", json={"prompt": "more"}), 404) == "video_not_found"
    assert error(able.client.post(f"/v1/videos/{path}", json={"prompt": "more", "video": "x"}), 400) == "invalid_type"


def test_cancel_gives_the_credits_their_way_back_and_says_so(able: Platform) -> None:
    video_id = able.client.post("/v1/videos", json={"prompt": "a cat"}).json()["id"]
    assert error(able.bob.post(f"/v1/videos/{video_id}/cancel"), 404) == "video_not_found"
    for _ in range(2):
        video = able.client.post(f"/v1/videos/{video_id}/cancel").json()
        assert (video["status"], video["error"]["code"]) == ("failed", "cancelled")
    assert able.client.get("/v1/videos").json()["data"][0]["status"] == "failed"
    assert error(able.client.get(f"/v1/videos/{video_id}/content"), 409) == "video_cancelled"
    assert able.client.delete(f"/v1/videos/{video_id}").json()["deleted"]


def test_a_video_that_was_cancelled_elsewhere_is_shown_so(able: Platform) -> None:
    video_id = able.given(able.ids.new("video"), created(), cancelled(cause="moderation"))
    assert able.client.get(f"/v1/videos/{video_id}").json()["error"]["message"]


def test_a_description_hides_the_prompt_from_others(able: Platform) -> None:
    video_id = able.completed_video()
    path = f"/v1/videos/{video_id}"
    published_ = able.client.post(f"{path}/publish", json={"description": "a surprise"}).json()
    assert (published_["prompt"], published_["publication"]["description"]) == ("a cat on a bicycle", "a surprise")
    for client in (able.bob, able.browser):
        seen = client.get(path) if client is able.bob else able.bob.get(path)
        assert seen.json()["prompt"] == "a surprise"
        assert "bicycle" not in seen.text


def test_a_restriction_is_told_to_the_owner_and_hides_the_rest(able: Platform) -> None:
    video_id = able.completed_video()
    able.given(video_id, published(), restricted())
    path = f"/v1/videos/{video_id}"
    [told] = able.client.get(path).json()["restrictions"]
    assert told["rule"] == "harassment"
    assert error(able.bob.get(path), 404) == "video_not_found"
    assert error(able.bob.get(f"{path}/content"), 404) == "video_not_found"
    assert error(able.client.post(f"{path}/remix", json={"prompt": "again"}), 403) == "video_restricted"


def test_a_moderator_sees_what_is_restricted(able: Platform, caplog: pytest.LogCaptureFixture) -> None:
    """And that somebody has looked is noted."""
    able.given(an_id("acct", 9), opened(account_id=an_id("acct", 9)))
    able.keys.keys["rk_the_key_of_mod_0000000000000000000"] = (an_id("acct", 9), "moderator")
    moderator = able._client("rk_the_key_of_mod_0000000000000000000")
    video_id = able.completed_video()
    for events in ((), (published(description="a surprise"), restricted())):
        able.given(video_id, *events)
        caplog.clear()
        assert moderator.get(f"/v1/videos/{video_id}").json()["prompt"] == "a cat on a bicycle"
        assert moderator.get(f"/v1/videos/{video_id}/content").status_code == 200
        noted = [record.getMessage() for record in caplog.records if record.name == "recut.audit"]
        assert len(noted) == 2
        assert all(line.startswith("video_read actor=") and video_id in line for line in noted)
    assert error(able.bob.get(f"/v1/videos/{video_id}"), 404) == "video_not_found"
    assert error(moderator.post(f"/v1/videos/{video_id}/remix", json={"prompt": "again"}), 404) == "video_not_found"
