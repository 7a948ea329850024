"""Publishing, liking, following; the feed, boards and the remix graph; models."""

from __future__ import annotations

from typing import Any

import pytest

from tests.given import OTHER, an_id, created, happened, unpublished
from tests.unit.api.world import Platform


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    told = dict(response.json())
    assert (told["type"], told["status"], told["code"]) == (f"urn:recut:problem:{code}", status, code)
    assert told["instance"] == response.headers["x-request-id"]
    return told


def test_publish_and_take_back(platform: Platform) -> None:
    video_id = platform.completed_video()
    path = f"/v1/videos/{video_id}"
    body = {"caption": "my cat", "topics": ["animals"], "remixable": False, "visibility": "unlisted"}
    video = platform.client.post(f"{path}/publish", json=body).json()
    assert {name: video["publication"][name] for name in body} == body
    assert platform.bob.get(path).json()["id"] == video_id
    assert platform.client.post(f"{path}/unpublish").json()["publication"] is None
    assert platform.bob.get(path).status_code == 404


@pytest.mark.parametrize("sent", [{}, {"json": {}}, {"data": {"topics[]": ["animals", "city"], "remixable": "true"}}])
def test_publish_has_defaults(platform: Platform, sent: dict[str, Any]) -> None:
    video = platform.client.post(f"/v1/videos/{platform.completed_video()}/publish", **sent).json()
    assert (video["publication"]["visibility"], video["publication"]["remixable"]) == ("public", True)


@pytest.mark.parametrize(
    ("body", "param"),
    [({"visibility": "moon"}, "visibility"), ({"topics": ["war"]}, "topics"), ({"topics": 7}, "topics"),
     ({"caption": "x" * 2201}, "caption"), ({"remixable": "maybe"}, "remixable"), ({"caption": "a\0"}, "caption")],
)  # fmt: skip
def test_publish_refuses(platform: Platform, body: dict[str, Any], param: str) -> None:
    response = platform.client.post(f"/v1/videos/{platform.completed_video()}/publish", json=body)
    assert (response.status_code, response.json()["error"]["param"]) == (400, param)


def test_who_may_publish_what(platform: Platform) -> None:
    running = platform.given(platform.ids.new("video"), created())
    response = platform.client.post(f"/v1/videos/{running}/publish")
    assert (response.status_code, response.json()["error"]["type"]) == (409, "conflict_error")
    assert platform.bob.post(f"/v1/videos/{platform.published_video()}/publish").status_code == 403


def test_likes_are_counted_once(platform: Platform) -> None:
    video_id = platform.published_video()
    path = f"/v1/videos/{video_id}"
    for _ in range(2):
        assert platform.bob.post(f"{path}/like").json() == {"object": "like", "video_id": video_id, "liked": True}
    assert (platform.bob.get(path).json()["likes"], platform.bob.get(path).json()["liked"]) == (1, True)
    assert platform.client.get(path).json()["liked"] is False
    for _ in range(2):
        assert platform.bob.delete(f"{path}/like").json()["liked"] is False
    assert platform.bob.get(path).json()["likes"] == 0


def test_follow(platform: Platform) -> None:
    path = f"/v1/accounts/{OTHER}/follow"
    assert platform.client.post(path).json() == {"object": "follow", "account_id": OTHER, "following": True}
    assert platform.client.delete(path).json()["following"] is False
    problem(platform.bob.post(path), 400, "cannot_follow_self")
    problem(platform.client.post(f"/v1/accounts/{an_id('acct', 9)}/follow"), 404, "account_not_found")
    problem(platform.client.post("/v1/accounts/..%2Fx/follow"), 404, "not_found")
    problem(platform.client.post("/v1/accounts/acct_x/follow"), 404, "account_not_found")


def test_an_account_as_others_see_it(platform: Platform) -> None:
    shown = [platform.published_video(OTHER) for _ in range(3)]
    platform.completed_video(OTHER)
    path = f"/v1/accounts/{OTHER}"
    platform.client.post(f"{path}/follow")
    account = platform.client.get(path).json()
    assert account == {
        "object": "account", "id": OTHER, "name": "Bob", "bio": "", "followers": 1, "following": 0, "followed": True,
    }  # fmt: skip
    assert platform.browser.get(path).json()["followed"] is False
    page = platform.browser.get(f"{path}/videos?limit=2").json()
    rest = platform.browser.get(f"{path}/videos", params={"cursor": page["next_cursor"]}).json()
    assert sorted(video["id"] for video in page["data"] + rest["data"]) == sorted(shown)
    assert (page["has_more"], rest["has_more"], rest["next_cursor"]) == (True, False, None)


@pytest.mark.parametrize("account", [an_id("acct", 9), "acct_x", "..%2Fx", an_id("video", 1)])
def test_unknown_accounts(platform: Platform, account: str) -> None:
    for path in (f"/v1/accounts/{account}", f"/v1/accounts/{account}/videos"):
        assert platform.client.get(path).status_code == 404


def test_the_feed_says_why(platform: Platform) -> None:
    videos = [platform.published_video(OTHER, caption=f"cat {number}") for number in range(3)]
    platform.completed_video(OTHER)
    page = platform.client.get("/v1/feed", params={"cut": "latest", "limit": 2}).json()
    assert (page["object"], page["has_more"], page["as_of"]["time"] != "") == ("list", True, True)
    [item, _] = page["data"]
    assert item["video"]["id"] in videos
    assert item["author"] == {"id": OTHER, "name": "Bob"}
    terms = {"terms": {"hot": 1.5}, "weights": {"hot": 1.0}}
    assert item["why"] == {"source": "latest", **terms, "ranker": "test-1", "version": 0}
    params = {"cut": "latest", "limit": 2, "cursor": page["next_cursor"]}
    rest = platform.client.get("/v1/feed", params=params).json()
    seen = [item["video"]["id"] for item in page["data"] + rest["data"]]
    assert (sorted(seen), rest["has_more"], rest["next_cursor"]) == (sorted(videos), False, None)


def test_the_feed_leaves_out_what_was_withdrawn_since_it_was_ranked(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays = platform.published_video(OTHER), platform.published_video(OTHER)
    before = platform.reads.feed

    async def stale(*args: Any, **kwargs: Any) -> Any:
        page = await before(*args, **kwargs)
        await happened(platform.store, gone, unpublished(owner_id=OTHER))
        return page

    monkeypatch.setattr(platform.reads, "feed", stale)
    page = platform.client.get("/v1/feed").json()
    assert [item["video"]["id"] for item in page["data"]] == [stays]


@pytest.mark.parametrize("query", ["cut=best", "limit=0", "limit=51"])
def test_the_feed_refuses(platform: Platform, query: str) -> None:
    name = query.partition("=")[0]
    problem(platform.client.get(f"/v1/feed?{query}"), 400, f"invalid_{name}")


def test_lineage(platform: Platform) -> None:
    root = platform.published_video()
    child = platform.client.post(f"/v1/videos/{root}/remix", json={"prompt": "make it night"}).json()["id"]
    up = platform.client.get(f"/v1/videos/{child}/lineage").json()
    assert up["ancestors"] == [{"id": root, "relation": "remix", "depth": 1, "hidden": False}]
    second = platform.client.post(f"/v1/videos/{root}/remix", json={"prompt": "make it rain"}).json()["id"]
    down = platform.client.get(f"/v1/videos/{root}/lineage", params={"limit": 1}).json()
    assert (len(down["children"]), down["more"], down["counts"]["children"]) == (1, 1, 2)
    rest = platform.client.get(f"/v1/videos/{root}/lineage", params={"cursor": down["next_cursor"]}).json()
    assert sorted(each["id"] for each in down["children"] + rest["children"]) == sorted([child, second])
    assert platform.browser.get(f"/v1/videos/{child}/lineage").status_code == 404
    assert platform.client.get(f"/v1/videos/{root}/lineage?depth=257").json()["error"]["param"] == "depth"
    platform.reads.lags = True
    behind = platform.client.get(f"/v1/videos/{root}/lineage")
    assert (behind.status_code, behind.json()["error"]["code"]) == (503, "lineage_behind")


def test_models_say_what_they_can_do(platform: Platform) -> None:
    [model] = platform.client.get("/v1/models").json()["data"]
    assert (model["id"], model["object"], model["owned_by"], model["available"]) == ("sketch-1", "model", "recut", True)
    assert model["seconds"] == ["4", "8", "12"]
    platform.workers.running = False
    assert platform.client.get("/v1/models/sketch-1").json()["available"] is False
    assert platform.client.get("/v1/models/sora-2").json()["id"] == "sketch-1"
    problem(platform.client.get("/v1/models/dreamer"), 404, "model_not_found")


def test_health(platform: Platform) -> None:
    assert platform.browser.get("/healthz").json()["status"] == "ok"
    platform.workers.running = False
    ready = platform.browser.get("/readyz")
    assert (ready.status_code, ready.json()["detail"]["workers for sketch-1"]) == (200, "none is running")
    platform.reads.broken = True
    ready = platform.browser.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
    assert ready.json()["detail"]["read model videos"] == "fails with OSError"
    assert platform.browser.get("/healthz").status_code == 200


def test_unknown_paths_elsewhere_are_problems(platform: Platform) -> None:
    problem(platform.client.get("/v1/nothing"), 404, "not_found")
    problem(platform.client.get("/v1/videoss"), 404, "not_found")
    problem(platform.client.put("/v1/feed"), 405, "method_not_allowed")
