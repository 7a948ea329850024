"""The official OpenAI SDK, as it is, against the running system."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import httpx2
import pytest
from openai import APIStatusError, AuthenticationError, BadRequestError, ConflictError, NotFoundError, OpenAI
from openai.types import Video

from tests.e2e.conftest import System

# The methods work; the SDK marks them because the hosted service that they were made for has closed.
pytestmark = pytest.mark.filterwarnings("ignore:The Sora API:DeprecationWarning")

SMALL: Any = "144x256"
PROMPT = 'A red fox runs through a snowy forest and says "wait for me"'


@pytest.fixture(scope="module")
def fox(ada: OpenAI) -> Video:
    """One finished video for all tests that only look."""
    video = ada.videos.create_and_poll(prompt=PROMPT, seconds="4", size=SMALL)
    assert (video.status, video.error) == ("completed", None)
    return video


@pytest.fixture
def requests(ada_key: str, system: System) -> Iterator[tuple[OpenAI, list[httpx2.Request]]]:
    """A client of its own, and what it sends."""
    sent: list[httpx2.Request] = []
    with httpx2.Client(event_hooks={"request": [sent.append]}) as http:
        yield OpenAI(base_url=f"{system.url}/v1", api_key=ada_key, http_client=http), sent


def test_create_answers_at_once(ada: OpenAI) -> None:
    video = ada.videos.create(prompt=PROMPT, model="sora-2-pro", seconds="8", size=SMALL)
    assert (video.object, video.status, video.progress, video.seconds) == ("video", "queued", 0, "8")
    assert (video.model, video.size, video.prompt) == ("sora-2-pro", SMALL, PROMPT)
    assert (video.completed_at, video.expires_at, video.remixed_from_video_id) == (None, None, None)
    assert video.id in [each.id for each in ada.videos.list(limit=3)]


def test_create_and_poll(ada: OpenAI, fox: Video) -> None:
    assert (fox.progress, fox.seconds, fox.size) == (100, "4", SMALL)
    assert fox.completed_at
    assert fox.completed_at >= fox.created_at
    extra = fox.model_extra or {}
    assert {"fox", "forest"} <= set(extra["understood"])
    listed = next(each for each in ada.videos.list() if each.id == fox.id).model_extra or {}
    assert [listed[name] for name in ("understood", "ignored")] == [extra[name] for name in ("understood", "ignored")]


def test_the_server_says_how_often_to_ask(ada: OpenAI, fox: Video) -> None:
    response = ada.videos.with_raw_response.retrieve(fox.id)
    assert response.headers["openai-poll-after-ms"] == "500"
    assert response.headers["x-request-id"].startswith("req_")


def test_download(ada: OpenAI, fox: Video, tmp_path: Path) -> None:
    path = tmp_path / "fox.mp4"
    ada.videos.download_content(fox.id).write_to_file(path)
    with av.open(str(path)) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert (picture.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert f"{picture.width}x{picture.height}" == SMALL
        assert picture.average_rate == 30
        assert abs(float(film.duration or 0) / av.time_base - 4) < 0.1
        assert sum(1 for _ in film.decode(picture)) == 120


@pytest.mark.parametrize(("variant", "magic"), [("thumbnail", b"RIFF"), ("spritesheet", b"\xff\xd8")])
def test_download_of_stills(ada: OpenAI, fox: Video, variant: Any, magic: bytes) -> None:
    assert ada.videos.download_content(fox.id, variant=variant).read().startswith(magic)


def test_a_player_asks_for_parts(system: System, ada_key: str, fox: Video) -> None:
    with system.http(ada_key) as http:
        whole = http.get(f"/v1/videos/{fox.id}/content")
        part = http.get(f"/v1/videos/{fox.id}/content", headers={"Range": "bytes=100-299"})
        same = http.get(f"/v1/videos/{fox.id}/content", headers={"If-None-Match": whole.headers["etag"]})
    assert (part.status_code, part.content, same.status_code) == (206, whole.content[100:300], 304)


def test_where_a_file_comes_from(system: System, ada_key: str, ada: OpenAI, fox: Video, tmp_path: Path) -> None:
    file = ada.videos.download_content(fox.id).read()
    delivered = checked(system, ada_key, file)
    assert (delivered["verdict"], delivered["video"]["id"]) == ("unchanged", fox.id)
    assert delivered["results"][0]["validation_state"] == "trusted"
    assert all(finding["agrees"] for finding in delivered["findings"])

    changed = bytearray(file)
    changed[changed.index(b"mdat") + 5_000] ^= 1
    cut_open = checked(system, ada_key, bytes(changed))
    assert (cut_open["verdict"], cut_open["video"]["id"]) == ("changed", fox.id)
    assert cut_open["results"][0]["validation_state"] == "invalid"

    stripped = checked(system, ada_key, remuxed(file, tmp_path))
    assert stripped["results"][0]["validation_state"] == "not_present"
    assert (stripped["verdict"], stripped["video"]["id"]) == ("changed", fox.id)


def checked(system: System, key: str, file: bytes) -> dict[str, Any]:
    with system.http(key) as http:
        response = http.post("/v1/content_provenance_checks", files={"file": ("clip.mp4", file, "video/mp4")})
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def remuxed(file: bytes, folder: Path) -> bytes:
    """The same pictures and the same sound in a file that has nothing else."""
    whole, bare = folder / "whole.mp4", folder / "bare.mp4"
    whole.write_bytes(file)
    with av.open(str(whole)) as source, av.open(str(bare), "w") as target:
        streams = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    return bare.read_bytes()


def test_remix_and_delete(system: System, ada_key: str, ada: OpenAI, fox: Video) -> None:
    remix = ada.videos.poll(ada.videos.remix(fox.id, prompt="make it night").id)
    assert (remix.status, remix.remixed_from_video_id, remix.size) == ("completed", fox.id, SMALL)
    said = checked(system, ada_key, ada.videos.download_content(remix.id).read())
    assert (said["verdict"], said["results"][0]["ingredients"]) == (
        "unchanged", [{"title": fox.id, "relation": "parentOf"}]
    )  # fmt: skip
    assert ada.videos.delete(remix.id).deleted is True
    with pytest.raises(NotFoundError):
        ada.videos.retrieve(remix.id)
    assert remix.id not in [each.id for each in ada.videos.list()]


def test_extend_and_edit(ada: OpenAI, fox: Video) -> None:
    """The SDK's own methods refuse the id of a video before they send anything, though their types allow it."""
    of = {"video": {"id": fox.id}}
    longer = ada.post("/videos/extensions", body={**of, "prompt": "it sleeps", "seconds": "4"}, cast_to=Video)
    extended = ada.videos.poll(longer.id)
    assert (extended.status, extended.seconds, extended.size) == ("completed", "8", SMALL)
    edited = ada.videos.poll(ada.post("/videos/edits", body={**of, "prompt": "make it night"}, cast_to=Video).id)
    assert (edited.status, edited.seconds, edited.size) == ("completed", "4", SMALL)


def test_stitch_and_cancel(ada: OpenAI, fox: Video) -> None:
    clips = [{"video_id": fox.id, "start": 0, "end": 2}, {"video_id": fox.id}]
    stitched = ada.videos.poll(ada.post("/videos/stitch", body={"clips": clips}, cast_to=Video).id)
    assert (stitched.status, stitched.seconds) == ("completed", "6")
    waiting = ada.videos.create(prompt=PROMPT, seconds="20", size="1080x1920")  # type: ignore[arg-type]
    cancelled = ada.post(f"/videos/{waiting.id}/cancel", cast_to=Video)
    assert cancelled.error
    assert (cancelled.status, cancelled.error.code) == ("failed", "cancelled")


def test_list_pages_by_itself(system: System) -> None:
    mine = system.sdk(system.key("e2e-lister"))
    ids = [mine.videos.create(prompt=f"cat {number}", size=SMALL).id for number in range(5)]
    assert [video.id for video in mine.videos.list(limit=2, order="asc")] == ids
    assert [video.id for video in mine.videos.list(limit=2)] == ids[::-1]
    page = mine.videos.list(limit=2)
    assert (page.has_more, page.last_id) == (True, ids[3])


def test_json_can_be_forced(ada: OpenAI) -> None:
    headers = {"Content-Type": "application/json"}
    assert ada.videos.create(prompt="a cat", size=SMALL, extra_headers=headers).status == "queued"


@pytest.mark.parametrize(
    ("fields", "param"),
    [({"prompt": ""}, "prompt"), ({"prompt": "x", "seconds": "5"}, "seconds"), ({"prompt": "x", "size": "1x1"}, "size"),
     ({"prompt": "x", "model": "dreamer"}, "model"), ({"prompt": "x", "input_reference": b"png"}, "input_reference")],
)  # fmt: skip
def test_bad_requests(ada: OpenAI, fields: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        ada.videos.create(**fields)
    assert (caught.value.param, caught.value.type) == (param, "invalid_request_error")
    assert caught.value.request_id


def test_a_wrong_key(system: System) -> None:
    with pytest.raises(AuthenticationError, match="Incorrect API key provided"):
        system.sdk("rk_wrong").videos.list()


@pytest.mark.parametrize("hostile", ["../models", "..%2Fmodels", "a/b", "%00", "video_" + "0" * 26])
def test_hostile_ids(ada: OpenAI, hostile: str) -> None:
    with pytest.raises(NotFoundError):
        ada.videos.retrieve(hostile)


def test_a_refusal_is_not_tried_again(requests: tuple[OpenAI, list[httpx2.Request]]) -> None:
    client, sent = requests
    running = client.videos.create(prompt=PROMPT, size=SMALL)
    del sent[:]
    with pytest.raises(ConflictError) as caught:
        client.videos.delete(running.id)
    assert (caught.value.code, len(sent)) == ("video_running", 1)


def test_an_idempotency_key(ada: OpenAI) -> None:
    headers = {"Idempotency-Key": f"order {ada.videos.create(prompt='a cat', size=SMALL).id}"}
    one = ada.videos.create(prompt="a cow", size=SMALL, extra_headers=headers)
    assert ada.videos.create(prompt="a cow", size=SMALL, extra_headers=headers).id == one.id
    with pytest.raises(APIStatusError) as caught:
        ada.videos.create(prompt="a dog", size=SMALL, extra_headers=headers)
    assert caught.value.status_code == 422


def test_a_lost_reply_makes_no_second_video(system: System, ada_key: str) -> None:
    """The first reply is thrown away on its way, so the SDK sends the request again by itself."""

    class Lossy(httpx2.HTTPTransport):
        lost = 0

        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            response = super().handle_request(request)
            if request.method == "POST" and not self.lost:
                self.lost += 1
                response.read()
                raise httpx2.ReadError("the connection was cut", request=request)
            return response

    transport = Lossy()
    with httpx2.Client(transport=transport) as http:
        client = OpenAI(base_url=f"{system.url}/v1", api_key=ada_key, http_client=http)
        before = {video.id for video in client.videos.list()}
        made = client.videos.create(prompt="a cat that comes once", size=SMALL)
        after = {video.id for video in client.videos.list()}
    assert transport.lost == 1
    assert after - before == {made.id}


def test_models(ada: OpenAI) -> None:
    assert "sketch-1" in [model.id for model in ada.models.list()]


def test_events_lead_to_the_end(system: System, ada_key: str, ada: OpenAI) -> None:
    video = ada.videos.create(prompt="a dog in the rain", size=SMALL)
    with system.http(ada_key) as http, http.stream("GET", f"/v1/videos/{video.id}/events", timeout=60) as response:
        lines = list(response.iter_lines())
    told = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert [line for line in lines if line.startswith("event: ")][-1] == "event: completed"
    assert (told[-1]["status"], told[-1]["id"]) == ("completed", video.id)
    assert [each["progress"] for each in told] == sorted(each["progress"] for each in told)
