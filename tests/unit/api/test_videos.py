"""The Videos API as its clients see it."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import Unavailable
from domain.queue import Progress
from domain.recorded import Fact
from tests.given import OTHER, OWNER, an_id, attempt_failed, completed, created, deleted, failed, started
from tests.unit.api.world import Platform

VIDEO_KEYS = {
    "id", "object", "model", "status", "progress", "created_at", "completed_at", "expires_at", "prompt", "size",
    "seconds", "remixed_from_video_id", "error",
}  # fmt: skip


def error(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"message", "type", "param", "code"}
    return dict(body["error"])


def progress(state: str, step: int = 0, of: int = 0, place: int = 0, waiting: int = 0) -> Progress:
    return Progress(attempt=1, state=state, step=step, of=of, place=place, waiting=waiting)


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"prompt": "a cat", "seconds": "8", "size": "1280x720"}},
        {"json": {"prompt": "a cat", "seconds": 8, "size": "1280x720", "no_such_field": [1]}},
        {"files": {"prompt": (None, "a cat"), "seconds": (None, "8"), "size": (None, "1280x720")}},
        {"data": {"prompt": "a cat", "seconds": "8", "size": "1280x720"}},
    ],
)
def test_create_understands_every_kind_of_body(platform: Platform, sent: dict[str, Any]) -> None:
    response = platform.client.post("/v1/videos", **sent)
    assert response.status_code == 200
    video = response.json()
    assert set(video) >= VIDEO_KEYS
    assert (video["status"], video["progress"], video["seconds"], video["size"]) == ("queued", 0, "8", "1280x720")
    assert (video["prompt"], video["model"], video["object"], video["owner"]) == ("a cat", "sora-2", "video", OWNER)
    assert video["resolved_model"] == "sketch-1"


def test_create_fills_in_what_the_model_prefers(platform: Platform) -> None:
    video = platform.client.post("/v1/videos", json={"prompt": "a cat", "seconds": None}).json()
    assert (video["seconds"], video["size"], video["model"]) == ("4", "720x1280", "sora-2")


EMPTY_MULTIPART = {"content": b"--b--\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}


@pytest.mark.parametrize(
    ("sent", "param"),
    [
        ({"json": {"prompt": ""}}, "prompt"),
        ({"json": {}}, "prompt"),
        ({}, "prompt"),
        (EMPTY_MULTIPART, "prompt"),
        ({"files": {"prompt": (None, "")}}, "prompt"),
        ({"json": {"prompt": "x" * 32_001}}, "prompt"),
        ({"json": {"prompt": 7}}, "prompt"),
        ({"json": {"prompt": "a\0b"}}, "prompt"),
        ({"json": {"prompt": "a cat", "si\0ze": "7x7"}}, None),
        ({"content": b'{"prompt": "\\ud800"}', "headers": {"Content-Type": "application/json"}}, None),
        ({"json": {"prompt": "a cat", "seconds": "5"}}, "seconds"),
        ({"json": {"prompt": "a cat", "seconds": "four"}}, "seconds"),
        ({"json": {"prompt": "a cat", "seconds": 4.5}}, "seconds"),
        ({"json": {"prompt": "a cat", "seconds": True}}, "seconds"),
        ({"json": {"prompt": "a cat", "size": "7x7"}}, "size"),
        ({"json": {"prompt": "a cat", "size": 720}}, "size"),
        ({"json": {"prompt": "a cat", "model": "dreamer-9"}}, "model"),
        (
            {"json": {"prompt": "a cat", "input_reference": {"image_url": "https://example.org/a.png"}}},
            "input_reference",
        ),
        ({"data": {"prompt": "a cat", "input_reference[image_url]": "data:,"}}, "input_reference"),
        ({"files": {"prompt": (None, "a cat"), "input_reference": ("a.png", b"png")}}, "input_reference"),
        ({"json": {"prompt": "a cat", "characters": [7]}}, "characters"),
        ({"json": {"prompt": "a cat", "tier": "golden"}}, "tier"),
        ({"json": [1]}, None),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, None),
    ],
)
def test_create_refuses(platform: Platform, sent: dict[str, Any], param: str | None) -> None:
    told = error(platform.client.post("/v1/videos", **sent), 400)
    assert (told["param"], told["type"]) == (param, "invalid_request_error")
    assert platform.client.get("/v1/videos").json()["data"] == []


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"prompt": "a cat", "characters": [{"id": "char_1"}]}},
        {"json": {"prompt": "a cat", "characters": ["@rex"]}},
        {"json": {"prompt": "a cat", "characters": [an_id("char", 7)]}},
        {"data": {"prompt": "a cat", "characters[][id]": "char_1"}},
        {"json": {"prompt": "a cat meets @rex"}},
    ],
)
def test_a_character_that_nobody_has_is_not_found(platform: Platform, sent: dict[str, Any]) -> None:
    assert error(platform.client.post("/v1/videos", **sent), 404)["code"] == "character_not_found"
    assert platform.client.get("/v1/videos").json()["data"] == []


def test_a_prompt_counts_characters_not_bytes(platform: Platform) -> None:
    assert platform.client.post("/v1/videos", json={"prompt": "ü" * 32_000}).status_code == 200


def test_a_bad_request_is_told_even_when_no_worker_lives(platform: Platform) -> None:
    platform.workers.running = False
    error(platform.client.post("/v1/videos", json={"prompt": "a cat", "size": "7x7"}), 400)
    response = platform.client.post("/v1/videos", json={"prompt": "a cat"})
    told = error(response, 503)
    assert (told["code"], told["type"]) == ("no_worker", "service_unavailable_error")
    assert response.headers["retry-after"] == "5"


def test_retrieve_follows_a_video_through_its_life(platform: Platform) -> None:
    video_id = platform.client.post("/v1/videos", json={"prompt": "a cat"}).json()["id"]

    def now() -> dict[str, Any]:
        response = platform.client.get(f"/v1/videos/{video_id}")
        assert response.headers["openai-poll-after-ms"] == "500"
        return dict(response.json())

    platform.jobs.rows[video_id] = progress("queued", place=2, waiting=3)
    assert (now()["status"], now()["queue"]) == ("queued", {"place": 2, "waiting": 3})
    platform.jobs.rows[video_id] = progress("claimed", step=0, of=4)
    assert (now()["status"], now()["progress"], now()["queue"]) == ("in_progress", 0, None)
    platform.given(video_id, started())
    platform.jobs.rows[video_id] = progress("claimed", step=3, of=4)
    assert (now()["status"], now()["progress"]) == ("in_progress", 75)
    platform.jobs.rows[video_id] = progress("claimed", step=4, of=4)
    assert now()["progress"] == 99
    platform.given(video_id, completed())
    video = now()
    assert (video["status"], video["progress"], video["error"]) == ("completed", 100, None)
    assert video["completed_at"] >= video["created_at"]
    assert video["understood"] == ["cat", "bicycle"]
    assert set(video["urls"]) == {"video"}


def test_progress_of_an_earlier_attempt_does_not_count(platform: Platform) -> None:
    video_id = platform.given(platform.ids.new("video"), created(), started(), attempt_failed())
    platform.jobs.rows[video_id] = progress("claimed", step=3, of=4)
    video = platform.client.get(f"/v1/videos/{video_id}").json()
    assert (video["status"], video["progress"], video["attempt"]) == ("queued", 0, 2)


def test_a_failure_is_told_in_the_video(platform: Platform) -> None:
    video_id = platform.given(platform.ids.new("video"), created(), failed())
    video = platform.client.get(f"/v1/videos/{video_id}").json()
    assert (video["status"], video["completed_at"], video["urls"]) == ("failed", None, None)
    assert video["error"] == {"code": "blocked", "message": "it did not work"}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/videos/nope",
        "/v1/videos/" + "video_" + "A" * 26,
        "/v1/videos/video_" + "0" * 25,
        "/v1/videos/..%2Fmodels",
        "/v1/videos/%2e%2e%2fmodels",
        "/v1/videos/%00",
        "/v1/videos/%ff%fe",
        "/v1/videos/",
        "/v1/videos/" + an_id("video", 9) + "/no-such-thing",
        "/v1/videos/" + an_id("video", 9) + "/content/",
        "/v1/videos/" + an_id("video", 9),
        "/v1/videos/" + "v" * 5000,
    ],
)
def test_what_does_not_exist_is_404_in_the_shape_of_the_api(platform: Platform, path: str) -> None:
    response = platform.client.get(path)
    told = error(response, 404)
    assert told["type"] == "not_found_error"
    assert response.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize("video_id", ["x", "video_x", "VIDEO_" + "0" * 26, "acct_" + "0" * 26, "..%2Fvideo_1"])
def test_only_a_well_formed_id_reaches_the_store(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, video_id: str
) -> None:
    asked: list[str] = []

    async def load(stream: str) -> list[Fact]:
        asked.append(stream)
        return []

    monkeypatch.setattr(platform.store, "load", load)
    for path in ("", "/content", "/events", "/lineage"):
        error(platform.client.get(f"/v1/videos/{video_id}{path}"), 404)
    assert asked == []


def test_drafts_of_others_do_not_exist(platform: Platform) -> None:
    video_id = platform.completed_video()
    for response in (
        platform.bob.get(f"/v1/videos/{video_id}"),
        platform.bob.get(f"/v1/videos/{video_id}/content"),
        platform.bob.delete(f"/v1/videos/{video_id}"),
        platform.bob.post(f"/v1/videos/{video_id}/remix", json={"prompt": "night"}),
        platform.bob.post(f"/v1/videos/{video_id}/like"),
    ):
        error(response, 404)


def test_list_pages_through_ones_own_videos(platform: Platform) -> None:
    ids = []
    for number in range(5):
        platform.clock.passes(seconds=1)
        ids.append(platform.client.post("/v1/videos", json={"prompt": f"cat {number}"}).json()["id"])
    platform.bob.post("/v1/videos", json={"prompt": "not Ada's"})

    page = platform.client.get("/v1/videos", params={"limit": 2}).json()
    assert [video["id"] for video in page["data"]] == [ids[4], ids[3]]
    assert (page["object"], page["first_id"], page["last_id"], page["has_more"]) == ("list", ids[4], ids[3], True)
    assert page["as_of"]["token"]
    rest = platform.client.get("/v1/videos", params={"after": page["last_id"]}).json()
    assert ([video["id"] for video in rest["data"]], rest["has_more"]) == ([ids[2], ids[1], ids[0]], False)
    oldest = platform.client.get("/v1/videos", params={"order": "asc", "limit": 1}).json()
    assert oldest["first_id"] == oldest["last_id"] == ids[0]
    none = platform.client.get("/v1/videos", params={"limit": 0}).json()
    assert (none["data"], none["first_id"], none["last_id"], none["has_more"]) == ([], None, None, True)


@pytest.mark.parametrize(
    ("query", "param"), [("limit=101", "limit"), ("limit=-1", "limit"), ("limit=x", "limit"), ("limit=1e1", "limit"),
                         ("order=up", "order"), ("after=video_1", "after")],
)  # fmt: skip
def test_list_refuses(platform: Platform, query: str, param: str) -> None:
    assert error(platform.client.get(f"/v1/videos?{query}"), 400)["param"] == param


def test_delete(platform: Platform) -> None:
    video_id = platform.completed_video()
    response = platform.client.request("DELETE", f"/v1/videos/{video_id}", headers={"Content-Type": "application/json"})
    assert response.json() == {"id": video_id, "deleted": True, "object": "video.deleted"}
    error(platform.client.get(f"/v1/videos/{video_id}"), 404)
    error(platform.client.delete(f"/v1/videos/{video_id}"), 404)


def test_a_running_video_is_not_deleted(platform: Platform) -> None:
    video_id = platform.given(platform.ids.new("video"), created(), started())
    response = platform.client.delete(f"/v1/videos/{video_id}")
    assert error(response, 409)["code"] == "video_running"
    assert response.headers["x-should-retry"] == "false"


@pytest.mark.parametrize(
    "sent", [{"json": {"prompt": "make it night"}}, {"files": {"prompt": (None, "make it night")}}]
)
def test_remix(platform: Platform, sent: dict[str, Any]) -> None:
    parent = platform.published_video(OTHER)
    video = platform.client.post(f"/v1/videos/{parent}/remix", **sent).json()
    assert (video["remixed_from_video_id"], video["status"], video["owner"]) == (parent, "queued", OWNER)
    assert video["parents"] == [{"id": parent, "relation": "remix", "span": None}]


def test_remix_refuses(platform: Platform) -> None:
    running = platform.given(platform.ids.new("video"), created())
    closed = platform.published_video(OTHER, remixable=False)
    gone = platform.given(platform.completed_video(), deleted())
    error(platform.client.post(f"/v1/videos/{platform.completed_video()}/remix", json={}), 400)
    assert error(platform.client.post(f"/v1/videos/{running}/remix", json={"prompt": "x"}), 409)["param"] is None
    assert error(platform.client.post(f"/v1/videos/{closed}/remix", json={"prompt": "x"}), 403)["code"]
    error(platform.client.post(f"/v1/videos/{gone}/remix", json={"prompt": "x"}), 404)


@pytest.mark.parametrize(("method", "allow"), [("PUT", "DELETE, GET, HEAD"), ("POST", "DELETE, GET, HEAD")])
def test_wrong_methods_are_405_in_the_shape_of_the_api(platform: Platform, method: str, allow: str) -> None:
    response = platform.client.request(method, f"/v1/videos/{an_id('video', 1)}")
    assert error(response, 405)["code"] == "method_not_allowed"
    assert sorted(response.headers["allow"].split(", ")) == allow.split(", ")


def test_too_large_and_unreadable_bodies(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.parsing.MAX_BODY", 1000)
    error(platform.client.post("/v1/videos", json={"prompt": "x" * 1000}), 413)
    error(platform.client.post("/v1/videos", content=iter([b"x" * 600, b"y" * 600])), 413)
    headers = {"Content-Type": "text/plain"}
    error(platform.client.post("/v1/videos", content=b"a cat", headers=headers), 415)
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    cut = b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na cat'
    for body in (cut, cut + b"\r\n--b", b"--", b"nothing of the kind"):
        assert error(platform.client.post("/v1/videos", content=body, headers=headers), 400)["code"] == "invalid_form"


def test_what_nobody_expected_is_a_500_without_details(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(platform.store, "load", breaks)
    response = platform.client.get(f"/v1/videos/{an_id('video', 1)}")
    told = error(response, 500)
    assert told["type"] == "server_error"
    assert "secret" not in response.text
    assert response.headers["x-request-id"] in told["message"]


def test_a_full_queue_is_503(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object) -> None:
        raise Unavailable("queue_full", "Too many commands wait: try again.", retry_after=0.2)

    monkeypatch.setattr(platform.store, "append", full)
    response = platform.client.post("/v1/videos", json={"prompt": "a cat"})
    assert error(response, 503)["code"] == "queue_full"
    assert (response.headers["retry-after"], response.headers["retry-after-ms"]) == ("1", "200")
    assert "x-should-retry" not in response.headers
