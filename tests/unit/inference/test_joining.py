"""Parts of files in a row: frames, sound, seams, sizes and captions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from inference import captions, media
from inference.captions import Cue
from inference.pipeline import generate
from inference.ports import BadInput, Cancelled, Given, Job, Result, Unsupported
from inference.reel import reel_of
from inference.script import script
from inference.world.scene import Scene
from inference.world.sound import loudness

WIDTH, HEIGHT = 144, 256
TONE, HERTZ = 0.2, 441.25


def a_file(path: Path, seconds: float, size: tuple[int, int] = (WIDTH, HEIGHT), start: int = 0, fps: int = 30) -> Path:
    """Every frame is plain, each a little brighter than the one before, with a tone all along."""
    width, height = size
    count = round(seconds * fps)
    frames = (np.full((height, width, 3), start + i, np.uint8) for i in range(count))
    t = np.arange(round(seconds * 48_000)) / 48_000
    tone = (TONE * np.sin(2 * np.pi * HERTZ * t)).astype(np.float32)
    media.encode_mp4(path, frames, np.stack([tone, tone], axis=1), width=width, height=height, fps=fps)
    return path


def job(verb: str, parents: tuple[Given, ...], **fields: Any) -> Job:
    given = {"prompt": "", "seed": 9, "seconds": 2.0, "width": WIDTH, "height": HEIGHT}
    return Job(video_id="video_1", attempt=1, model="sketch-1", verb=verb, parents=parents, **{**given, **fields})


def run(given: Job, folder: Path) -> Result:
    folder.mkdir(exist_ok=True)
    return generate(given, folder, lambda share: None, lambda: False)


def roles(result: Result) -> dict[str, Path]:
    return {asset.role: Path(asset.path) for asset in result.assets}


def levels(path: Path) -> list[int]:
    """The brightness of each frame, at its middle."""
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return [int(frame[frame.shape[0] // 2, frame.shape[1] // 2].mean()) for frame in frames]


def sound_of(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1).T


def rms(sound: NDArray[np.float32], first: float, last: float) -> float:
    part = sound[round(first * 48_000) : round(last * 48_000)]
    return float(np.sqrt(np.square(part).mean()))


def stitched(tmp_path: Path, *parents: Given, **fields: Any) -> Result:
    return run(job("stitch", parents, **fields), tmp_path / "out")


# stitch --------------------------------------------------------------------------------------------------------------
def test_clips_are_cut_to_the_frame_and_follow_each_other_without_a_gap(tmp_path: Path) -> None:
    one, two = a_file(tmp_path / "1.mp4", 2.0), a_file(tmp_path / "2.mp4", 2.0, start=100)
    result = stitched(
        tmp_path, Given(seconds=2.0, span=(0.5, 1.5), video=one), Given(seconds=2.0, span=(1.1, 2.0), video=two)
    )
    video = roles(result)["video"]
    wanted = [*range(15, 45), *range(133, 160)]
    assert levels(video) == pytest.approx(wanted, abs=1)
    with av.open(str(video)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([i / 30 for i in range(57)])
    assert len(sound_of(video)) / 48_000 == pytest.approx(57 / 30, abs=1024 / 48_000)


def test_a_seam_is_neither_silent_nor_does_it_click(tmp_path: Path) -> None:
    one, two = a_file(tmp_path / "1.mp4", 2.0), a_file(tmp_path / "2.mp4", 2.0)
    spans = ((0.0, 1.0), (0.7, 1.7))  # from a crest to a trough
    parents = tuple(Given(seconds=2.0, span=span, video=file) for span, file in zip(spans, (one, two), strict=True))
    sound = sound_of(roles(stitched(tmp_path, *parents))["video"])
    steady = rms(sound, 0.3, 0.7)
    assert rms(sound, 0.94, 0.98) == pytest.approx(steady, rel=0.05)
    assert rms(sound, 1.02, 1.06) == pytest.approx(steady, rel=0.05)
    assert rms(sound, 0.985, 1.015) > 0.4 * steady
    steps = np.abs(np.diff(sound[:, 0]))
    assert steps[round(0.9 * 48_000) : round(1.1 * 48_000)].max() < 1.3 * steps[4800:9600].max()


def test_a_clip_of_another_size_stands_whole_before_a_dim_copy_of_itself(tmp_path: Path) -> None:
    tall, wide = a_file(tmp_path / "1.mp4", 1.0), a_file(tmp_path / "2.mp4", 1.0, (HEIGHT, WIDTH), start=150)
    parents = (Given(seconds=1.0, video=tall), Given(seconds=1.0, video=wide))
    with av.open(str(roles(stitched(tmp_path, *parents))["video"])) as container:
        frame = list(container.decode(video=0))[45].to_ndarray(format="rgb24")
    assert frame.shape == (HEIGHT, WIDTH, 3)
    inner = round(WIDTH * WIDTH / HEIGHT)
    top = (HEIGHT - inner) // 2
    assert frame[top + 3 : top + inner - 3].mean() == pytest.approx(165, abs=3)
    assert frame[: top - 3].mean() == pytest.approx(165 * 0.55, abs=4)


def test_a_file_of_another_frame_rate_keeps_its_pace(tmp_path: Path) -> None:
    slow = a_file(tmp_path / "1.mp4", 2.0, fps=15)
    parents = (Given(seconds=2.0, span=(0.0, 1.0), video=slow), Given(seconds=2.0, span=(1.0, 2.0), video=slow))
    shown = levels(roles(stitched(tmp_path, *parents))["video"])
    assert shown == pytest.approx([i // 2 for i in range(60)], abs=1)


def test_a_file_that_ends_early_keeps_its_last_picture_and_is_silent(tmp_path: Path) -> None:
    reel = reel_of(a_file(tmp_path / "1.mp4", 1.0), (0.5, 2.0))
    pictures = list(reel.pictures(WIDTH, HEIGHT))
    assert len(pictures) == 45
    ends = [at + len(samples) for at, samples in reel.heard()]
    assert 0.5 * 48_000 <= max(ends) < 0.55 * 48_000


def test_captions_of_the_clips_are_cut_and_moved(tmp_path: Path) -> None:
    file = a_file(tmp_path / "1.mp4", 2.0)
    said = captions.webvtt([Cue(0.2, 0.8, "cat", "Fish & <chips>"), Cue(1.2, 1.9, "", "Later.")])
    parents = (
        Given(seconds=2.0, span=(0.5, 1.5), video=file, captions=said),
        Given(seconds=2.0, span=(0.0, 1.0), video=file, captions=said),
    )
    merged = captions.read(roles(stitched(tmp_path, *parents))["captions"].read_text(encoding="utf-8"))
    assert merged == [
        Cue(0.0, 0.3, "cat", "Fish & <chips>"),
        Cue(0.7, 1.0, "", "Later."),
        Cue(1.2, 1.8, "cat", "Fish & <chips>"),
    ]


def test_a_stitch_has_the_scene_of_its_first_clip_and_ignores_words(tmp_path: Path) -> None:
    file = a_file(tmp_path / "1.mp4", 1.0)
    parents = (Given(seconds=1.0, video=file, scene=b'{"first":1}'), Given(seconds=1.0, video=file, scene=b"{}"))
    result = stitched(tmp_path, *parents, prompt="a red cat")
    assert roles(result).keys() == {"video", "thumbnail", "spritesheet", "scene"}
    assert roles(result)["scene"].read_bytes() == b'{"first":1}'
    assert (result.understood, result.ignored) == ([], ["red", "cat"])
    assert "scene" not in roles(run(job("stitch", (Given(seconds=1.0, video=file),) * 2), tmp_path / "other"))


def test_a_stitch_is_cancelled_between_frames_and_tells_how_far_it_is(tmp_path: Path) -> None:
    file = a_file(tmp_path / "1.mp4", 2.0)
    told: list[float] = []
    given = job("stitch", (Given(seconds=2.0, video=file),) * 2)
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(Cancelled):
        generate(given, folder, told.append, lambda: len(told) > 6)
    assert told == sorted(told)
    assert 0 < told[-1] < 0.5
    assert list(folder.iterdir()) == []


def test_a_crossfade_takes_nothing_from_the_length_and_lies_over_the_cut(tmp_path: Path) -> None:
    one, two = a_file(tmp_path / "1.mp4", 2.0), a_file(tmp_path / "2.mp4", 2.0, start=150)
    parents = (Given(seconds=2.0, span=(0.0, 1.0), video=one), Given(seconds=2.0, span=(1.0, 2.0), video=two))
    result = stitched(tmp_path, *parents, prompt="with a crossfade, please hurry")
    shown = levels(roles(result)["video"])
    assert len(shown) == 60
    assert shown[:22] == pytest.approx(list(range(22)), abs=1)
    assert shown[38:] == pytest.approx(list(range(188, 210)), abs=1)
    assert (np.diff(shown[22:38]) > 5).all()  # what the files have beyond their spans, mixed
    assert (result.understood, result.ignored) == (["crossfade"], ["hurry"])


def test_at_the_ends_of_a_file_a_crossfade_holds_its_pictures(tmp_path: Path) -> None:
    one, two = a_file(tmp_path / "1.mp4", 1.0), a_file(tmp_path / "2.mp4", 1.0, start=100)
    parents = (Given(seconds=1.0, video=one), Given(seconds=1.0, video=two), Given(seconds=1.0, video=one))
    shown = levels(roles(stitched(tmp_path, *parents, prompt="dissolve", seconds=3.0))["video"])
    assert len(shown) == 90
    assert 29 < shown[30] < 100
    assert shown[45] == pytest.approx(115, abs=2)


def test_the_whole_is_as_loud_as_agreed_once(tmp_path: Path) -> None:
    file = a_file(tmp_path / "1.mp4", 2.0)
    sound = sound_of(roles(stitched(tmp_path, *(Given(seconds=2.0, video=file),) * 2))["video"])
    assert loudness.integrated(sound) == pytest.approx(-16, abs=0.3)
    assert loudness.true_peak(sound) <= -1


def test_each_clip_is_a_chapter_and_chapters_of_clips_stay(tmp_path: Path) -> None:
    def chapters(path: Path) -> list[tuple[float, float]]:
        with av.open(str(path)) as container:
            return [
                (float(c["start"] * c["time_base"]), float(c["end"] * c["time_base"])) for c in container.chapters()
            ]

    file = a_file(tmp_path / "1.mp4", 2.0)
    first = roles(stitched(tmp_path, Given(seconds=2.0, video=file), Given(seconds=2.0, span=(0.0, 1.0), video=file)))
    assert chapters(first["video"]) == [(0.0, 2.0), (2.0, 3.0)]
    both = (Given(seconds=3.0, span=(1.0, 3.0), video=first["video"]), Given(seconds=2.0, video=file))
    again = roles(run(job("stitch", both), tmp_path / "again"))
    assert chapters(again["video"]) == [(0.0, 1.0), (1.0, 2.0), (2.0, 4.0)]


def test_the_sound_of_a_long_stitch_is_not_kept(tmp_path: Path) -> None:
    file = a_file(tmp_path / "1.mp4", 1.0)
    stitched(tmp_path, *(Given(seconds=1.0, video=file),) * 2)
    assert not list((tmp_path / "out").glob("*.sound"))


# extend --------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Given:
    words = 'a girl with red hair stands on the beach at sunset and says "Hello."'
    made = run(job("create", (), prompt=words, seed=7), tmp_path_factory.mktemp("parent"))
    files = roles(made)
    return Given(
        seconds=2.0,
        span=(0.0, 2.0),
        scene=files["scene"].read_bytes(),
        video=files["video"],
        captions=files["captions"].read_text(encoding="utf-8"),
    )


@pytest.fixture(scope="module")
def extension(parent: Given, tmp_path_factory: pytest.TempPathFactory) -> Result:
    asked = job("extend", (parent,), prompt='she jumps and says "Look at me."', seconds=5.0)
    return run(asked, tmp_path_factory.mktemp("extended"))


def scene_of(data: bytes) -> Scene:
    return msgspec.json.decode(data, type=Scene)


def test_an_extension_is_the_parent_and_a_next_shot_in_one_file(parent: Given, extension: Result) -> None:
    assert parent.video
    video = roles(extension)["video"]
    before, whole = levels(parent.video), levels(video)
    assert (len(before), len(whole)) == (60, 150)
    assert np.abs(np.subtract(whole[:60], before)).mean() < 2
    assert len(sound_of(video)) / 48_000 == pytest.approx(5.0, abs=1024 / 48_000)
    data = video.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_new_shot_is_heard_at_once_and_as_loud_as_agreed(extension: Result) -> None:
    sound = sound_of(roles(extension)["video"])
    assert rms(sound, 1.8, 1.95) > 0.005
    assert rms(sound, 2.02, 2.2) > 0.005
    assert -18 <= loudness.integrated(sound[96_000:]) <= -14


def test_the_next_shot_keeps_people_place_and_light_and_changes_the_camera(parent: Given, extension: Result) -> None:
    assert parent.scene
    before, after = scene_of(parent.scene), scene_of(roles(extension)["scene"].read_bytes())
    assert (after.place, after.time, after.weather, after.seed) == ("beach", "sunset", before.weather, before.seed)
    assert after.camera != before.camera
    [girl], [still] = after.actors, before.actors
    assert (girl.name, girl.look, girl.seed, girl.action) == (still.name, still.look, still.seed, "jump")
    assert [line.text for line in after.lines] == ["Look at me."]
    assert before.ending
    assert after.ending
    assert after.ending.at == pytest.approx(before.ending.at + 3.0)


def test_what_was_said_is_not_said_again(parent: Given) -> None:
    shot = script(job("extend", (parent,), prompt="she waves", seconds=4.0)).scene
    assert [line.text for line in shot.lines] == []


def test_what_found_no_time_is_said_first_in_the_next_shot_and_its_caption_moves(parent: Given, tmp_path: Path) -> None:
    words = 'a girl says "Hello there. This sentence is far too long to be said in what is left of it."'
    made = roles(run(job("create", (), prompt=words), tmp_path / "first"))
    scene = scene_of(made["scene"].read_bytes())
    [unsaid] = scene.unsaid
    assert unsaid.text.startswith("This sentence")
    given = Given(
        seconds=2.0, span=(0.0, 2.0), scene=made["scene"].read_bytes(), video=made["video"],
        captions=made["captions"].read_text(encoding="utf-8"),
    )  # fmt: skip
    result = run(job("extend", (given,), prompt='she waves and says "Bye."', seconds=9.0), tmp_path / "second")
    assert [line.text for line in scene_of(roles(result)["scene"].read_bytes()).lines] == [unsaid.text, "Bye."]
    cues = captions.read(roles(result)["captions"].read_text(encoding="utf-8"))
    assert [(cue.text, cue.start >= 2.0) for cue in cues] == [
        ("Hello there.", False), (unsaid.text, True), ("Bye.", True),
    ]  # fmt: skip


def steps(path: Path) -> NDArray[np.float64]:
    with av.open(str(path)) as container:
        frames = np.stack([f.to_ndarray(format="rgb24").astype(np.int16) for f in container.decode(video=0)])
    return np.abs(np.diff(frames, axis=0)).mean(axis=(1, 2, 3))


@pytest.mark.parametrize("words", ["The shot continues, she dances.", "no cut: it begins to rain"])
def test_a_shot_that_goes_on_has_no_cut(parent: Given, tmp_path: Path, words: str) -> None:
    result = run(job("extend", (parent,), prompt=words, seconds=4.0), tmp_path)
    moved = steps(roles(result)["video"])
    assert moved[59] <= 1.5 * float(np.median(moved))
    assert not {"shot", "continues", "cut"} & set(result.ignored)
    assert parent.scene
    assert scene_of(roles(result)["scene"].read_bytes()).camera == scene_of(parent.scene).camera


@pytest.mark.parametrize(("words", "camera"), [("close-up of her", "close_up"), ("zoom in on her", "zoom_in")])
def test_words_about_the_camera_decide(parent: Given, words: str, camera: str) -> None:
    assert parent.scene
    before = msgspec.structs.replace(scene_of(parent.scene), camera=camera)
    asked = msgspec.structs.replace(parent, scene=msgspec.json.encode(before))
    for seed in range(4):
        assert script(job("extend", (asked,), prompt=words, seed=seed, seconds=4.0)).scene.camera == camera


def test_captions_of_the_parent_stay_and_new_ones_follow(parent: Given, extension: Result) -> None:
    before = captions.read(parent.captions or "")
    after = captions.read(roles(extension)["captions"].read_text(encoding="utf-8"))
    assert after[: len(before)] == before
    assert [cue.text for cue in after] == ["Hello.", "Look at me."]
    assert after[1].start >= 2.0


def test_an_edit_is_made_as_a_remix(parent: Given, tmp_path: Path) -> None:
    made = [run(job(verb, (parent,), prompt="make it night"), tmp_path / verb) for verb in ("remix", "edit")]
    assert made[0].assets[0].sha256 == made[1].assets[0].sha256


@pytest.mark.parametrize(
    ("verb", "changes", "fields", "error"),
    [
        ("extend", {"video": None}, {"prompt": "more", "seconds": 4.0}, BadInput),
        ("extend", {"scene": None}, {"prompt": "more", "seconds": 4.0}, BadInput),
        ("extend", {}, {"prompt": "more", "seconds": 2.0}, BadInput),
        ("extend", {}, {"prompt": " ", "seconds": 4.0}, BadInput),
        ("stitch", {"video": None}, {}, BadInput),
        ("stitch", {"span": (0.0, 121.0)}, {}, Unsupported),
        ("extend", {}, {"prompt": "more", "seconds": 121.0}, Unsupported),
    ],
)
def test_what_cannot_be_joined_is_refused(
    parent: Given, tmp_path: Path, verb: str, changes: dict[str, Any], fields: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        run(job(verb, (msgspec.structs.replace(parent, **changes),), **fields), tmp_path)
    assert list(tmp_path.iterdir()) == []
