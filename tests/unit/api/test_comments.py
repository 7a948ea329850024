"""Comments and shares over HTTP."""

from __future__ import annotations

import asyncio

from domain.video import VideoPublished
from tests.examples import COMMENT_ID, shared
from tests.given import OTHER, OWNER, VIDEO_ID, an_id, completed, created, published
from tests.unit.api.world import Platform

PATH = f"/v1/videos/{VIDEO_ID}/comments"


def a_video(platform: Platform, publication: VideoPublished | None) -> None:
    events = (created(), completed(), *([publication] if publication else []))
    platform.given(VIDEO_ID, *events)


def test_a_comment_is_read_by_everyone_and_answered(platform: Platform) -> None:
    a_video(platform, published())
    first = platform.bob.post(PATH, json={"text": "what a cat"}).json()["id"]
    answer = platform.client.post(PATH, json={"text": "she is mine", "parent_id": first}).json()["id"]
    found = platform.browser.get(PATH).json()
    shown = [(each["id"], each["author"]["id"], each["parent_id"], each["text"]) for each in found["data"]]
    assert shown == [(first, OTHER, None, "what a cat"), (answer, OWNER, first, "she is mine")]
    assert not found["has_more"]


def test_comments_come_in_pages(platform: Platform) -> None:
    a_video(platform, published())
    said = [platform.bob.post(PATH, json={"text": f"number {n}"}).json()["id"] for n in range(3)]
    page = platform.browser.get(PATH, params={"limit": 2}).json()
    assert [each["id"] for each in page["data"]] == said[:2]
    rest = platform.browser.get(PATH, params={"cursor": page["next_cursor"]}).json()
    assert [each["id"] for each in rest["data"]] == said[2:]


def test_nobody_comments_on_what_is_not_published(platform: Platform) -> None:
    a_video(platform, None)
    for client in (platform.client, platform.bob):
        assert client.post(PATH, json={"text": "first!"}).status_code == 404


def test_an_answer_needs_a_comment_on_the_same_video(platform: Platform) -> None:
    a_video(platform, published())
    for parent in (an_id("comment", 7), "nonsense"):
        refused = platform.bob.post(PATH, json={"text": "yes", "parent_id": parent})
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "comment_not_found")


def test_a_comment_is_deleted_by_its_author_the_owner_of_the_video_and_nobody_else(platform: Platform) -> None:
    a_video(platform, published())
    own = platform.client.post(PATH, json={"text": "mine"}).json()["id"]
    assert platform.bob.delete(f"/v1/comments/{own}").status_code == 403
    theirs = platform.bob.post(PATH, json={"text": "a bad word"}).json()["id"]
    assert platform.client.delete(f"/v1/comments/{theirs}").json()["deleted"]
    assert platform.client.delete(f"/v1/comments/{theirs}").json()["deleted"]
    assert [each["id"] for each in platform.browser.get(PATH).json()["data"]] == [own]
    assert platform.client.delete(f"/v1/comments/{COMMENT_ID}").status_code == 404


def test_bad_comments_are_refused(platform: Platform) -> None:
    a_video(platform, published())
    for bad in ("", "  ", "x" * 2_201, "half \ud800"):
        refused = platform.bob.post(PATH, content=_json(bad), headers={"content-type": "application/json"})
        assert refused.status_code == 400, bad[:5]


def _json(text: str) -> bytes:
    return ('{"text": "' + text.encode("ascii", "backslashreplace").decode() + '"}').encode()


def test_a_share_names_its_channel(platform: Platform) -> None:
    a_video(platform, published())
    path = f"/v1/videos/{VIDEO_ID}/share"
    assert platform.bob.post(path, json={"channel": "pigeon"}).json()["error"]["code"] == "invalid_channel"
    id_ = platform.bob.post(path, json={"channel": "link"}).json()["id"]
    [fact] = asyncio.run(platform.store.load(id_))
    assert fact.event == shared(share_id=id_)
