"""Pictures and videos that people send, on the running system: as the place of a clip through the official SDK, and as
whom a character is drawn after."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from openai import BadRequestError, OpenAI
from openai.types import Video

from inference.plate.still import still_of
from tests.e2e.conftest import System
from tests.e2e.test_sdk import SMALL, checked
from tests.pictures import a_jpeg, a_video, an_image_of

pytestmark = pytest.mark.filterwarnings("ignore:The Sora API:DeprecationWarning")
WIDTH, HEIGHT = 144, 256


def film(ada: OpenAI, video: Video, folder: Path) -> tuple[bytes, list[Any]]:
    """The delivered file and its pictures."""
    data = ada.videos.download_content(video.id).read()
    path = folder / f"{video.id}.mp4"
    path.write_bytes(data)
    with av.open(str(path)) as container:
        return data, [frame.to_ndarray(format="rgb24").astype(np.float64) for frame in container.decode(video=0)]


def psnr(one: Any, other: Any) -> float:
    return float(10 * np.log10(255**2 / np.mean((one - other) ** 2)))


@pytest.fixture(scope="module")
def beach(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("given") / "beach.jpg"
    path.write_bytes(a_jpeg(400, 700))
    return path


@pytest.fixture(scope="module")
def dog(ada: OpenAI, beach: Path) -> Video:
    """As the guides of the SDK do it: the path of a file."""
    video = ada.videos.create_and_poll(prompt="a brown dog walks in", seconds="4", size=SMALL, input_reference=beach)
    assert (video.status, video.error) == ("completed", None)
    return video


def test_a_picture_is_the_first_frame_and_is_named(
    system: System, ada: OpenAI, ada_key: str, beach: Path, dog: Video, tmp_path: Path
) -> None:
    data, pictures = film(ada, dog, tmp_path)
    fitted = still_of(beach, WIDTH, HEIGHT).picture
    assert psnr(pictures[0], fitted) >= 30
    assert psnr(pictures[60], fitted) < psnr(pictures[0], fitted)
    said = checked(system, ada_key, data)
    assert said["verdict"] == "unchanged"
    assert all(finding["agrees"] for finding in said["findings"])
    manifest = said["results"][0]
    digest = hashlib.sha256(beach.read_bytes()).hexdigest()
    assert manifest["ingredients"] == [{"title": f"sha256:{digest}", "relation": "componentOf"}]
    assert manifest["digital_source_type"] == "compositeSynthetic"


def test_what_is_made_of_it_stays_there(ada: OpenAI, beach: Path, dog: Video, tmp_path: Path) -> None:
    remix = ada.videos.poll(ada.videos.remix(dog.id, prompt="make the dog black").id)
    body = {"video": {"id": dog.id}, "prompt": "it sits down", "seconds": "4"}
    longer = ada.videos.poll(ada.post("/videos/extensions", body=body, cast_to=Video).id)
    assert [(each.status, each.error) for each in (remix, longer)] == [("completed", None)] * 2
    fitted = still_of(beach, WIDTH, HEIGHT).picture
    assert psnr(film(ada, remix, tmp_path)[1][0], fitted) >= 30
    _, pictures = film(ada, longer, tmp_path)
    assert len(pictures) == 240
    sky = np.s_[20:60, 20:124]  # where no dog comes
    assert psnr(pictures[200][sky], fitted[sky]) > 20


def test_a_video_plays_behind(ada: OpenAI, tmp_path: Path) -> None:
    clip = a_video(tmp_path / "v.webm", 4.0, codec="libvpx-vp9", rise=1)
    video = ada.videos.create_and_poll(prompt="a snail", seconds="4", size=SMALL, input_reference=clip)
    assert (video.status, video.error) == ("completed", None)
    _, pictures = film(ada, video, tmp_path)
    assert [float(np.median(pictures[i][:60])) for i in (0, 40, 100)] == pytest.approx([60, 100, 160], abs=6)


def test_a_video_is_edited_as_the_sdk_sends_it(ada: OpenAI, tmp_path: Path) -> None:
    """Words, file, and nothing else: length and shape are those of the file."""
    clip = a_video(tmp_path / "v.mp4", 3.0, width=256, height=144, rise=1)
    video = ada.videos.poll(ada.videos.edit(prompt="make it snow", video=clip).id)
    assert (video.status, video.error, video.seconds, video.size) == ("completed", None, "4", "256x144")
    assert "snow" in (video.model_extra or {})["understood"]


def test_a_film_of_this_platform_and_what_is_no_picture_are_refused(ada: OpenAI, dog: Video, tmp_path: Path) -> None:
    own = ada.videos.download_content(dog.id).read()
    for given, told in ((own, dog.id), (b"GIF89a", "send a PNG")):
        with pytest.raises(BadRequestError, match=told) as caught:
            ada.videos.create(prompt="a cat", size=SMALL, input_reference=given)
        assert caught.value.param == "input_reference"


def test_a_character_out_of_a_picture_stars_in_a_film(system: System, ada_key: str, ada: OpenAI) -> None:
    with system.http(ada_key) as http:
        picture = {"file": ("rex.jpg", an_image_of("rabbit", {"body": "#c03080"}), "image/jpeg")}
        response = http.post("/v1/characters/enrolments", files=picture, timeout=120)
        assert response.status_code == 200, response.text
        found = response.json()
        assert (found["rig"], found["description"], found["sure"]) == ("quadruped", "a rabbit", True)
        assert abs((int(found["parameters"]["body"]) >> 16) - 0xC0) < 40
        assert any("not a likeness" in note for note in found["notes"])
        fields = {name: found[name] for name in ("rig", "rig_version", "description", "parameters")}
        made = http.post("/v1/characters", json={"kind": "persona", "handle": "e2erex", "name": "Rex", **fields}).json()
    body = {"prompt": "Rex hops in the park", "size": SMALL, "characters": [{"id": made["id"]}]}
    video = ada.videos.poll(ada.post("/videos", body=body, cast_to=Video).id)
    assert (video.status, video.error) == ("completed", None)
