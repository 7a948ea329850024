"""A picture or a video sent along with a video that is asked for, as SDKs send it."""

from __future__ import annotations

import asyncio
import hashlib
from base64 import b64encode
from pathlib import Path
from typing import Any

import msgspec
import pytest

from commands.work import VIDEO, fold
from domain.ids import model_stream
from domain.provenance import Manifest
from domain.video import Existing, Reference
from tests.given import OWNER, a_model, completed, deleted, registered
from tests.pictures import a_jpeg, a_video, a_webp
from tests.unit.api.world import KEY, Platform
from tests.unit.domain.test_provenance import film, reading

PICTURE = a_jpeg()
VERBS = ("create", "remix", "edit", "extend", "stitch")


@pytest.fixture
def seeing(platform: Platform) -> Platform:
    """A model that takes pictures and videos."""
    takes: dict[str, Any] = {"verbs": VERBS, "inputs": ("image", "video")}
    platform.models.models = [a_model(**takes)]
    platform.given(model_stream("sketch-1"), registered(**takes))
    return platform


def sent(platform: Platform, data: bytes = PICTURE, headers: dict[str, str] | None = None, **fields: str) -> Any:
    """As the SDKs do: multipart, the file among the fields."""
    body = {"prompt": "a cat walks in", **fields}
    return platform.client.post(
        "/v1/videos", data=body, files={"input_reference": ("beach.jpg", data, "image/jpeg")}, headers=headers
    )


def reference_of(platform: Platform, video_id: str) -> Reference | None:
    state, _ = asyncio.run(fold(platform.store, VIDEO, video_id))
    assert isinstance(state, Existing)
    return state.request.reference


def error(response: Any, status: int = 400) -> dict[str, Any]:
    assert response.status_code == status, response.text
    told: dict[str, Any] = response.json()["error"]
    return told


def test_a_picture_is_kept_with_the_video_that_it_is_for(seeing: Platform) -> None:
    video = sent(seeing).json()
    digest = hashlib.sha256(PICTURE).hexdigest()
    reference = reference_of(seeing, video["id"])
    assert reference == Reference(
        video_id=video["id"], kind="image", mime="image/jpeg", sha256=digest, bytes=len(PICTURE),
        key=f"a/{OWNER}/{video['id']}/reference-{digest}.jpg",
    )  # fmt: skip
    assert seeing.objects.files == {reference.key: PICTURE}


def test_a_video_is_too(seeing: Platform, tmp_path: Path) -> None:
    clip = a_video(tmp_path / "v.webm", 0.2, codec="libvpx-vp9").read_bytes()
    reference = reference_of(seeing, sent(seeing, clip).json()["id"])
    assert reference
    assert (reference.kind, reference.mime) == ("video", "video/webm")


def test_json_has_it_as_a_data_url(seeing: Platform) -> None:
    url = f"data:image/webp;base64,{b64encode(a_webp()).decode()}"
    body = {"prompt": "a cat", "input_reference": {"image_url": url}}
    reference = reference_of(seeing, seeing.client.post("/v1/videos", json=body).json()["id"])
    assert reference
    assert reference.mime == "image/webp"
    form = {"prompt": "a cat", "input_reference[image_url]": url}
    assert reference_of(seeing, seeing.client.post("/v1/videos", data=form).json()["id"])


@pytest.mark.parametrize(
    "given",
    [{"image_url": "http://169.254.169.254/latest"}, {"image_url": "data:image/png;base64,???"}, {"file_id": "file_1"},
     "beach.jpg", ["x"], {"image_url": "data:text/plain;base64,aGVsbG8="}],
)  # fmt: skip
def test_what_is_no_file_is_refused_and_nothing_is_fetched(seeing: Platform, given: Any) -> None:
    told = error(seeing.client.post("/v1/videos", json={"prompt": "a cat", "input_reference": given}))
    assert (told["code"], told["param"]) == ("unsupported_input", "input_reference")
    assert seeing.client.get("/v1/videos").json()["data"] == []


def test_a_model_that_takes_none_says_so_and_nothing_is_kept(platform: Platform) -> None:
    told = error(sent(platform))
    assert (told["code"], told["param"]) == ("unsupported_input", "input_reference")
    assert "sketch-1 takes no files" in told["message"]
    assert platform.objects.files == {}


def test_of_a_refused_request_nothing_is_kept(seeing: Platform) -> None:
    assert error(sent(seeing, seconds="5"))["param"] == "seconds"
    assert error(sent(seeing, b"no picture"))["message"].startswith("this kind of file is not understood")
    assert seeing.objects.files == {}


def test_a_picture_that_is_too_large_is_told_so(seeing: Platform) -> None:
    large = PICTURE[:-2] + bytes(20 << 20) + PICTURE[-2:]
    assert "20 MB" in error(sent(seeing, large), 413)["message"]


def test_the_same_request_twice_is_one_video_and_one_file(seeing: Platform) -> None:
    key = {"Idempotency-Key": "once"}
    first, again = sent(seeing, headers=key), sent(seeing, headers=key)
    assert first.json()["id"] == again.json()["id"]
    assert len(seeing.objects.files) == 1
    assert sent(seeing, a_jpeg(320, 500), headers=key).status_code == 422
    assert len(seeing.objects.files) == 1


def test_a_film_of_this_platform_is_to_be_remixed_by_its_id(seeing: Platform) -> None:
    """Or who stars in it would be left behind, and what they allow."""
    seeing.provenance.known = [film()]
    told = error(sent(seeing, PICTURE + msgspec.json.encode(reading(manifest=Manifest()))))
    assert "video_1" in told["message"]
    assert "remix" in told["message"]
    assert seeing.objects.files == {}


@pytest.mark.parametrize(
    ("path", "body"),
    [("{}/remix", {}), ("edits", {"video": {}}), ("extensions", {"video": {}}), ("stitch", {"clips": [{}, {}]})],
)
def test_what_is_made_of_it_keeps_its_place(seeing: Platform, path: str, body: dict[str, Any]) -> None:
    parent = sent(seeing).json()["id"]
    seeing.given(parent, completed())
    for value in body.values():
        for each in value if isinstance(value, list) else [value]:
            each["video_id" if isinstance(value, list) else "id"] = parent
    child = seeing.client.post(f"/v1/videos/{path.format(parent)}", json={"prompt": "make it night", **body}).json()
    assert reference_of(seeing, child["id"]) == reference_of(seeing, parent)


@pytest.mark.parametrize("path", ["{}/remix", "edits", "extensions"])
def test_only_a_new_video_takes_one(seeing: Platform, path: str) -> None:
    parent = seeing.completed_video()
    files = {"input_reference": ("p.jpg", PICTURE, "image/jpeg")}
    fields = {"prompt": "make it night", "video[id]": parent}
    told = error(seeing.client.post(f"/v1/videos/{path.format(parent)}", data=fields, files=files))
    assert (told["code"], told["param"]) == ("unsupported_input", "input_reference")


def test_what_lost_its_place_says_so(seeing: Platform) -> None:
    first = sent(seeing).json()["id"]
    seeing.given(first, completed())
    second = seeing.client.post(f"/v1/videos/{first}/remix", json={"prompt": "make it night"}).json()["id"]
    seeing.given(second, completed())
    seeing.given(first, deleted())
    told = error(seeing.client.post(f"/v1/videos/{second}/remix", json={"prompt": "again"}), 409)
    assert told["code"] == "reference_deleted"


def test_a_video_to_edit_is_the_place_of_a_new_one_of_its_length_and_shape(seeing: Platform, tmp_path: Path) -> None:
    clip = a_video(tmp_path / "v.mp4", 5.0, width=256, height=144, rate=10).read_bytes()
    sent_ = {"data": {"prompt": "make it snow"}, "files": {"video": ("v.mp4", clip, "video/mp4")}}
    video = seeing.client.post("/v1/videos/edits", **sent_).json()
    assert (video["seconds"], video["size"], video["parents"]) == ("8", "1280x720", [])
    reference = reference_of(seeing, video["id"])
    assert reference
    assert (reference.kind, seeing.objects.files[reference.key]) == ("video", clip)


@pytest.mark.parametrize("path", ["edits", "extensions"])
def test_a_picture_is_no_video_to_edit(seeing: Platform, path: str) -> None:
    files = {"video": ("p.jpg", PICTURE, "image/jpeg")}
    told = error(seeing.client.post(f"/v1/videos/{path}", data={"prompt": "make it snow"}, files=files))
    assert (told["code"], told["param"]) == ("unsupported_input", "video")
    assert seeing.objects.files == {}


def test_preflight_knows_the_kinds(platform: Platform) -> None:
    asked = {"prompt": "a cat", "input_reference": "image"}
    told = platform.client.post("/v1/preflight", json=asked).json()
    assert (told["allowed"], told["refusal"]["code"]) == (False, "unsupported_input")
    assert platform.client.post("/v1/preflight", json={**asked, "input_reference": "x"}).json()["refusal"]


def test_a_browser_sends_it_too(seeing: Platform) -> None:
    seeing.browser.post("/login", data={"key": KEY}, headers={"origin": "http://testserver"})
    made = seeing.browser.post(
        "/create",
        data={"prompt": "a cat"},
        files={"input_reference": ("p.jpg", PICTURE, "image/jpeg")},
        headers={"origin": "http://testserver"},
    )
    assert made.status_code == 303
    assert len(seeing.objects.files) == 1


def test_a_browser_in_which_no_file_was_chosen_sends_an_empty_one(seeing: Platform) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na cat\r\n--x\r\n'
        b'Content-Disposition: form-data; name="input_reference"; filename=""\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    video = seeing.client.post("/v1/videos", content=body, headers=headers).json()
    assert reference_of(seeing, video["id"]) is None


def test_the_page_asks_for_a_file_where_the_model_takes_one(seeing: Platform) -> None:
    seeing.browser.post("/login", data={"key": KEY}, headers={"origin": "http://testserver"})
    page = seeing.browser.get("/").text
    assert 'type="file" accept="image/png,image/jpeg,image/webp,video/mp4,video/webm"' in page
    assert 'enctype="multipart/form-data"' in page
