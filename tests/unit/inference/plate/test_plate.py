"""A picture or a video from elsewhere as the place of a clip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from inference import media
from inference.enrol.seeing import frames_of as frames_of_character
from inference.pipeline import generate
from inference.plate.depth import depth_of
from inference.plate.still import still_of
from inference.ports import BadInput, Given, Job, Reference, Result, Unsupported
from inference.world.scene import Scene
from tests.pictures import turned

WIDTH, HEIGHT = 144, 256
Pixels = NDArray[np.uint8]


def a_picture(path: Path, width: int = 300, height: int = 500) -> Path:
    """Sky over a textured ground with a horizon at 0.5."""
    y = np.linspace(0, 1, height)[:, None, None]
    rough = np.random.default_rng(1).integers(-20, 20, (height // 10, width // 10, 1)).repeat(10, 0).repeat(10, 1)
    sky, ground = np.array([120, 170, 230]) - 40 * y, np.array([80, 130, 60]) + 30 * y + rough
    media.write_image(path, np.where(y < 0.5, sky, ground).astype(np.uint8), "mjpeg")
    return path


def a_video(path: Path, seconds: float = 1.0, rise: float = 3) -> Path:
    frames = (np.full((HEIGHT, WIDTH, 3), round(60 + rise * i), np.uint8) for i in range(round(seconds * 30)))
    t = np.arange(round(seconds * 48_000)) / 48_000
    tone = (0.2 * np.sin(2 * np.pi * 3000 * t)).astype(np.float32)
    media.encode_mp4(path, frames, np.stack([tone, tone], 1), width=WIDTH, height=HEIGHT, fps=30)
    return path


def job(prompt: str, reference: Reference | None, **fields: Any) -> Job:
    given = {"verb": "create", "seed": 5, "seconds": 2.0, "width": WIDTH, "height": HEIGHT}
    return Job(
        video_id="video_1", attempt=1, model="sketch-1", prompt=prompt, reference=reference, **{**given, **fields}
    )


def run(given: Job, folder: Path) -> Result:
    folder.mkdir(exist_ok=True)
    return generate(given, folder, lambda share: None, lambda: False)


def file_of(result: Result, role: str) -> Path:
    return next(Path(asset.path) for asset in result.assets if asset.role == role)


def scene_of(result: Result) -> Scene:
    return msgspec.json.decode(file_of(result, "scene").read_bytes(), type=Scene)


def frames_of(result: Result) -> NDArray[np.int16]:
    with av.open(str(file_of(result, "video"))) as container:
        return np.stack([f.to_ndarray(format="rgb24").astype(np.int16) for f in container.decode(video=0)])


def psnr(a: NDArray[Any], b: NDArray[Any]) -> float:
    return float(10 * np.log10(255**2 / np.mean((a.astype(np.float64) - b) ** 2)))


@pytest.mark.parametrize("prompt", ["a girl waves", "a house at night in the rain", "three birds fly, pan left"])
def test_the_first_frame_is_the_picture_and_then_things_happen(tmp_path: Path, prompt: str) -> None:
    picture = a_picture(tmp_path / "p.jpg")
    frames = frames_of(run(job(prompt, Reference(picture, "image")), tmp_path / "out"))
    fitted = still_of(picture, WIDTH, HEIGHT).picture
    assert psnr(frames[0], fitted) >= 30
    assert psnr(frames[45], fitted) < 27


def test_near_parts_move_more_than_far_ones(tmp_path: Path) -> None:
    picture = a_picture(tmp_path / "p.jpg")
    rows = depth_of(still_of(picture, WIDTH, HEIGHT).picture).mean(axis=1)
    assert rows[:100].max() < 0.1
    assert rows[-10:].min() > 0.8
    assert (np.diff(rows[130:]) > -0.05).all()


def test_words_change_the_light_of_a_plate_and_nothing_else_does(tmp_path: Path) -> None:
    picture = Reference(a_picture(tmp_path / "p.jpg"), "image")
    plain, dark = (
        run(job(words, picture), tmp_path / words) for words in ("a snail", "a snail at night")
    )  # fmt: skip
    corner = np.s_[50:, :20, -30:]
    assert abs(float(frames_of(plain)[corner].mean() - frames_of(plain)[0, :20, -30:].mean())) < 12
    assert float(frames_of(dark)[corner].mean()) < 0.7 * float(frames_of(plain)[corner].mean())
    assert (scene_of(plain).time, scene_of(plain).weather) == ("day", "clear")


def test_a_dark_picture_is_a_night_for_its_actors(tmp_path: Path) -> None:
    path = tmp_path / "p.jpg"
    media.write_image(path, np.full((500, 300, 3), 30, np.uint8), "mjpeg")
    assert scene_of(run(job("a cat", Reference(path, "image"), seconds=0.2), tmp_path / "out")).time == "night"


def test_a_video_plays_behind_the_actors_and_is_heard(tmp_path: Path) -> None:
    result = run(
        job('a girl says "Hello there."', Reference(a_video(tmp_path / "v.mp4", 2.0), "video")), tmp_path / "out"
    )
    frames = frames_of(result)
    for i in (0, 20, 50):
        assert float(np.median(frames[i, :60])) == pytest.approx(60 + 3 * i, abs=5)
    with av.open(str(file_of(result, "video"))) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)[0]
    spectrum = np.abs(np.fft.rfft(sound[: 2 * 48_000]))
    assert spectrum[5998:6003].max() > 10 * np.median(spectrum[5000:7000])
    assert file_of(result, "captions").exists()


def test_an_edit_of_an_uploaded_video_has_no_parent(tmp_path: Path) -> None:
    reference = Reference(a_video(tmp_path / "v.mp4"), "video")
    made = run(job("make it snow", reference, verb="edit", seconds=1.0), tmp_path / "out")
    assert scene_of(made).weather == "snow"


def test_a_clip_made_on_a_plate_needs_it_again(tmp_path: Path) -> None:
    picture = Reference(a_picture(tmp_path / "p.jpg"), "image")
    made = run(job("a cat", picture, seconds=0.2), tmp_path / "out")
    parent = Given(seconds=0.2, scene=file_of(made, "scene").read_bytes(), video=file_of(made, "video"))
    with pytest.raises(BadInput, match="reference"):
        run(job("a red cat", None, verb="remix", parents=(parent,), seconds=0.2), tmp_path / "again")
    remixed = run(job("a red cat", picture, verb="remix", parents=(parent,), seconds=0.2), tmp_path / "again")
    assert scene_of(remixed).plate == scene_of(made).plate != ""
    with pytest.raises(Unsupported, match="joined as they are"):
        run(job("", picture, verb="stitch", parents=(parent, parent), seconds=0.4), tmp_path / "third")


def extended(made: Result, words: str, reference: Reference, folder: Path, seconds: float, more: float) -> Result:
    parent = Given(seconds=seconds, scene=file_of(made, "scene").read_bytes(), video=file_of(made, "video"))
    return run(job(words, reference, verb="extend", parents=(parent,), seconds=seconds + more), folder)


def test_an_extension_goes_on_before_the_picture_with_who_is_there(tmp_path: Path) -> None:
    picture = Reference(a_picture(tmp_path / "p.jpg"), "image")
    made = run(job("a red cat in the rain", picture), tmp_path / "first")
    frames = frames_of(extended(made, "the shot continues", picture, tmp_path / "more", 2.0, 1.0))
    assert len(frames) == 90
    assert psnr(frames[60], frames[59]) > 24  # the light does not begin anew
    red = [int((frame[..., 0] > frame[..., 1:].max(axis=2) + 50).sum()) for frame in frames]
    assert red[0] < 50 < red[59] / 4
    assert min(red[59:66]) > 0.7 * red[59]  # nor does the cat come in again


def test_light_that_changes_in_a_shot_that_goes_on_comes_before_our_eyes(tmp_path: Path) -> None:
    picture = Reference(a_picture(tmp_path / "p.jpg"), "image")
    made = run(job("a snail", picture, seconds=1.0), tmp_path / "first")
    frames = frames_of(
        extended(made, "the shot continues, night falls, at night", picture, tmp_path / "more", 1.0, 1.5)
    )
    corner = np.s_[:20, -30:]
    before, seam, after = (float(frames[i][corner].mean()) for i in (29, 30, 70))
    assert seam == pytest.approx(before, abs=8)
    assert after < 0.7 * before


def test_between_two_lights_the_places_own_does_not_flash_up(tmp_path: Path) -> None:
    picture = Reference(a_picture(tmp_path / "p.jpg"), "image")
    made = run(job("a snail in the rain", picture, seconds=1.5), tmp_path / "first")
    words = "the shot continues, night falls, at night"
    frames = frames_of(extended(made, words, picture, tmp_path / "more", 1.5, 1.0))
    sky = [float(frame[:40].mean()) for frame in frames[40:]]
    assert max(sky) < sky[0] + 4 < float(frames[0][:40].mean()) - 20
    assert sky[-1] < sky[0] - 20


@pytest.mark.parametrize("seconds", [2.0, 6.5])
def test_a_video_goes_on_through_cuts_and_extensions(tmp_path: Path, seconds: float) -> None:
    """6.5 seconds are more than one take."""
    video = Reference(a_video(tmp_path / "v.mp4", 9.0, rise=0.6), "video")
    made = run(job("a snail", video, seconds=seconds), tmp_path / "first")
    result = extended(made, "it sleeps", video, tmp_path / "more", seconds, 1.0)
    frames = frames_of(result)
    shown = [float(np.median(frames[i, :60])) for i in range(len(frames))]
    assert shown == pytest.approx([60 + 0.6 * i for i in range(len(frames))], abs=6)
    with av.open(str(file_of(result, "video"))) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)[0]
    spectrum = np.abs(np.fft.rfft(sound[-48_000:]))
    assert spectrum[2998:3003].max() > 10 * np.median(spectrum[2500:3500])


def test_a_video_that_has_ended_shows_its_last_picture(tmp_path: Path) -> None:
    video = Reference(a_video(tmp_path / "v.mp4", 0.5), "video")
    made = run(job("a snail", video, seconds=1.0), tmp_path / "first")
    frames = frames_of(extended(made, "it sleeps", video, tmp_path / "more", 1.0, 0.5))
    assert float(np.median(frames[44, :60])) == pytest.approx(60 + 3 * 14, abs=5)


def test_light_of_a_later_shot_is_its_own(tmp_path: Path) -> None:
    picture = Reference(a_picture(tmp_path / "p.jpg"), "image")
    made = run(job("Shot 1: a snail. Shot 2: a snail at night.", picture, seconds=3.0), tmp_path / "out")
    scene = scene_of(made)
    assert [shot.time for shot in (scene, *scene.shots)] == ["day", "night"]
    frames = frames_of(made)
    corner = np.s_[:20, -30:]
    assert float(frames[80][corner].mean()) < 0.7 * float(frames[40][corner].mean())


@pytest.mark.parametrize("kind", ["image", "video"])
def test_what_cannot_be_read_is_refused_with_what_can(tmp_path: Path, kind: Any) -> None:
    broken = tmp_path / "x.bin"
    broken.write_bytes(b"no picture at all" * 100)
    with pytest.raises(BadInput, match="give a"):
        run(job("a cat", Reference(broken, kind)), tmp_path / "out")


@pytest.mark.parametrize(("orientation", "quarters"), [(6, -1), (8, 1), (3, 2)])
def test_a_picture_of_a_camera_on_its_side_stands_upright(tmp_path: Path, orientation: int, quarters: int) -> None:
    picture = np.zeros((320, 180, 3), np.uint8)
    picture[:80, :90] = 250  # upper left
    lying, plain = tmp_path / "lying.jpg", tmp_path / "plain.jpg"
    lying.write_bytes(turned(media.image_bytes(np.rot90(picture, -quarters), "mjpeg"), orientation))
    plain.write_bytes(media.image_bytes(picture, "mjpeg"))
    one, other = (still_of(path, WIDTH, HEIGHT).picture for path in (lying, plain))
    assert psnr(one, other) > 30
    seen, known = (frames_of_character(path)[0] for path in (lying, plain))
    assert seen.shape == known.shape
    assert psnr(seen, known) > 30


@pytest.mark.parametrize(("width", "height"), [(300, 500), (500, 300), (256, 256)])
def test_a_picture_of_any_shape_is_never_stretched(tmp_path: Path, width: int, height: int) -> None:
    circle = np.hypot(*np.mgrid[-height // 2 : height // 2, -width // 2 : width // 2]) < 60
    path = tmp_path / "p.jpg"
    media.write_image(path, np.where(circle[..., None], 250, 20).astype(np.uint8).repeat(3, 2), "mjpeg")
    seen = still_of(path, WIDTH, HEIGHT).picture[..., 0] > 160
    wide, high = seen.any(axis=0).sum(), seen.any(axis=1).sum()
    assert abs(int(wide) - int(high)) <= 3
