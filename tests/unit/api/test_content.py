"""Files: whole, in part, unchanged, and by signed address."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.given import OTHER, created, deleted, failed, unpublished
from tests.unit.api.world import MP4, Platform

SIZE = len(MP4)


@pytest.mark.parametrize("accept", ["application/binary", "video/mp4", "image/png"])
def test_the_whole_file(platform: Platform, accept: str) -> None:
    video_id = platform.completed_video()
    response = platform.client.get(f"/v1/videos/{video_id}/content", headers={"Accept": accept})
    assert (response.status_code, response.content) == (200, MP4)
    headers = response.headers
    assert (headers["content-type"], headers["content-length"], headers["accept-ranges"]) == (
        "video/mp4", str(SIZE), "bytes",
    )  # fmt: skip
    assert headers["content-disposition"] == f'inline; filename="{video_id}-video.mp4"'
    assert headers["etag"].startswith('"')


@pytest.mark.parametrize(
    ("variant", "mime", "suffix"), [("thumbnail", "image/webp", "webp"), ("captions", "text/vtt; charset=utf-8", "vtt")]
)
def test_other_files(platform: Platform, variant: str, mime: str, suffix: str) -> None:
    video_id = platform.completed_video()
    response = platform.client.get(f"/v1/videos/{video_id}/content?variant={variant}")
    assert (response.status_code, response.headers["content-type"]) == (200, mime)
    assert response.headers["content-disposition"].endswith(f'.{suffix}"')


def test_files_that_are_not_there(platform: Platform) -> None:
    video_id = platform.completed_video()
    path = f"/v1/videos/{video_id}/content"
    assert platform.client.get(f"{path}?variant=master").json()["error"]["param"] == "variant"
    assert platform.client.get(f"{path}?variant=spritesheet").status_code == 404
    for events in ((created(),), (created(), failed())):
        other = platform.given(platform.ids.new("video"), *events)
        response = platform.client.get(f"/v1/videos/{other}/content")
        assert (response.status_code, response.headers["x-should-retry"]) == (409, "false")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-0", 0, 1), ("bytes=100-199", 100, 200), ("bytes=10000-", 10_000, SIZE), ("bytes=-5", SIZE - 5, SIZE),
     ("bytes=0-999999", 0, SIZE), ("bytes=-999999", 0, SIZE), ("Bytes = 2 - 3", 2, 4)],
)  # fmt: skip
def test_a_range(platform: Platform, asked: str, start: int, end: int) -> None:
    path = f"/v1/videos/{platform.completed_video()}/content"
    response = platform.client.get(path, headers={"Range": asked})
    assert (response.status_code, response.content) == (206, MP4[start:end])
    assert response.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert response.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=", "bytes=-", "items=0-1", "bytes=a-b", "bytes=0-1,5-6"])
def test_a_range_that_makes_no_sense_is_the_whole(platform: Platform, asked: str) -> None:
    path = f"/v1/videos/{platform.completed_video()}/content"
    response = platform.client.get(path, headers={"Range": asked})
    assert (response.status_code, response.content) == (200, MP4)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=999999-", "bytes=-0"])
def test_a_range_beyond_the_end(platform: Platform, asked: str) -> None:
    path = f"/v1/videos/{platform.completed_video()}/content"
    response = platform.client.get(path, headers={"Range": asked})
    assert (response.status_code, response.headers["content-range"]) == (416, f"bytes */{SIZE}")
    assert response.json()["error"]["code"] == "range_not_satisfiable"


def test_if_range_and_if_none_match(platform: Platform) -> None:
    path = f"/v1/videos/{platform.completed_video()}/content"
    first = platform.client.get(path).headers
    for validator in (first["etag"], first["last-modified"]):
        headers = {"Range": "bytes=0-9", "If-Range": validator}
        assert platform.client.get(path, headers=headers).status_code == 206
    for validator in ('"other"', "W/" + first["etag"], "Wed, 21 Oct 2015 07:28:00 GMT"):
        headers = {"Range": "bytes=0-9", "If-Range": validator}
        assert platform.client.get(path, headers=headers).status_code == 200
    for validator in (first["etag"], "W/" + first["etag"], f'"x", {first["etag"]}', "*"):
        response = platform.client.get(path, headers={"If-None-Match": validator})
        assert (response.status_code, response.content) == (304, b"")
    assert platform.client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head(platform: Platform) -> None:
    path = f"/v1/videos/{platform.completed_video()}/content"
    platform.objects.files.clear()
    response = platform.client.head(path)
    assert (response.status_code, response.content, response.headers["content-length"]) == (200, b"", str(SIZE))
    assert platform.client.head(path, headers={"Range": "bytes=0-9"}).headers["content-length"] == "10"


def test_a_lost_file_is_told_before_the_headers(platform: Platform) -> None:
    path = f"/v1/videos/{platform.completed_video()}/content"
    platform.objects.files.clear()
    response = platform.client.get(path)
    assert (response.status_code, response.json()["error"]["code"]) == (503, "file_unavailable")


def test_signed_addresses_need_no_key(platform: Platform) -> None:
    video_id = platform.published_video()
    urls = platform.client.get(f"/v1/videos/{video_id}").json()["urls"]
    assert set(urls) == {"video", "thumbnail", "captions"}
    assert platform.browser.get(urls["video"]).content == MP4
    assert platform.browser.get(f"/v1/videos/{video_id}/content").status_code == 401


def test_a_signed_address_is_for_one_video_and_some_minutes(platform: Platform) -> None:
    one, other = platform.completed_video(), platform.completed_video()
    url = platform.client.get(f"/v1/videos/{one}").json()["urls"]["video"]
    assert platform.browser.get(url.replace(one, other)).status_code == 401
    assert platform.browser.get(url[:-1]).status_code == 401
    platform.clock.passes(minutes=15)
    assert platform.browser.get(url).status_code == 200
    platform.clock.passes(minutes=5)
    expired = platform.browser.get(url)
    assert expired.status_code == 401
    assert "too old: the `urls` of the video" in expired.json()["error"]["message"]
    assert platform.client.get(url).status_code == 200


def test_an_address_shows_what_its_viewer_may_see_now(platform: Platform) -> None:
    """Bob's address of Ada's video ends with the publication, hers does not; both end with the video."""
    video_id = platform.published_video()
    hers = platform.client.get(f"/v1/videos/{video_id}").json()["urls"]["video"]
    his = platform.bob.get(f"/v1/videos/{video_id}").json()["urls"]["video"]
    assert platform.browser.get(his).status_code == 200
    platform.given(video_id, unpublished())
    assert platform.browser.get(his).status_code == 404
    assert platform.browser.get(hers).status_code == 200
    platform.given(video_id, deleted())
    assert platform.browser.get(hers).status_code == 404


def test_an_address_stays_the_same_for_a_while(platform: Platform) -> None:
    video_id = platform.published_video(OTHER)

    def access() -> str:
        url = platform.client.get(f"/v1/videos/{video_id}").json()["urls"]["video"]
        return parse_qs(urlsplit(url).query)["access"][0]

    first = access()
    platform.clock.time += timedelta(seconds=1)
    assert access() == first
