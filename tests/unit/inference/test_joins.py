"""Extensions, stitches, edits and characters, made for real at the size of a preview."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from domain.jobs import Cast
from inference import captions
from inference.captions import Cue
from inference.joining import overlap
from inference.pipeline import generate
from inference.ports import BadInput, Given, Job, Result, Unsupported
from inference.reel import PER_FRAME, Reel, fitted, reel_of
from inference.world.dice import derive
from inference.world.scene import SAMPLE_RATE, Scene
from inference.world.sound import loudness

SIZE = {"width": 144, "height": 256}
TALK = 'a girl says "Hello my dear friend." in the park'
FRAME = 1024 / SAMPLE_RATE  # seconds of one AAC frame


def job(prompt: str, **fields: Any) -> Job:
    given = {"video_id": "video_1", "attempt": 1, "model": "sketch-1", "verb": "create", "seed": 7, "seconds": 1.0}
    return Job(prompt=prompt, **{**given, **SIZE, **fields})


def run(given: Job, folder: Path) -> Result:
    folder.mkdir(exist_ok=True)
    return generate(given, folder, lambda share: None, lambda: False)


def paths(result: Result) -> dict[str, Path]:
    return {asset.role: Path(asset.path) for asset in result.assets}


def scene_of(result: Result) -> Scene:
    return msgspec.json.decode(paths(result)["scene"].read_bytes(), type=Scene)


def parent(result: Result, seconds: float, span: tuple[float, float] | None = None) -> Given:
    files = paths(result)
    said = files["captions"].read_text(encoding="utf-8") if "captions" in files else None
    return Given(seconds=seconds, span=span, scene=files["scene"].read_bytes(), video=files["video"], captions=said)


def pictures(path: Path) -> NDArray[np.uint8]:
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def sound(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1).T


def differ(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Mean difference of a channel, 0 to 255."""
    return float(np.abs(a.astype(np.int16) - b.astype(np.int16)).mean())


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """3 s, upright, with a spoken line."""
    return run(job(TALK, seconds=3.0), tmp_path_factory.mktemp("talk"))


@pytest.fixture(scope="module")
def whale(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """1 s, lying, at sea."""
    made = job("a whale jumps in the sea at night", width=256, height=144)
    return run(made, tmp_path_factory.mktemp("whale"))


def test_an_extension_begins_with_its_parent_and_goes_on_with_the_next_shot(talk: Result, tmp_path: Path) -> None:
    given = parent(talk, 3.0, (0.0, 3.0))
    made = run(job("she dances", verb="extend", seconds=4.0, parents=(given,)), tmp_path)
    before, after = pictures(paths(talk)["video"]), pictures(paths(made)["video"])
    assert (len(before), len(after)) == (90, 120)
    assert max(differ(before[i], after[i]) for i in (0, 45, 89)) < 3
    assert differ(after[89], after[90]) > 5  # a cut: another camera
    old, new = scene_of(talk), scene_of(made)
    assert (new.place, new.time, new.weather, new.seed) == (old.place, old.time, old.weather, old.seed)
    assert [(actor.name, actor.seed) for actor in new.actors] == [(actor.name, actor.seed) for actor in old.actors]
    assert new.lines == ()
    assert new.camera != old.camera
    assert [actor.action for actor in new.actors] != [actor.action for actor in old.actors]


def test_an_extension_keeps_sound_and_captions_and_is_as_loud_throughout(talk: Result, tmp_path: Path) -> None:
    given = parent(talk, 3.0, (0.0, 3.0))
    made = run(job('she says "Come with me now."', verb="extend", seconds=6.0, parents=(given,)), tmp_path)
    heard = sound(paths(made)["video"])
    assert len(heard) / SAMPLE_RATE == pytest.approx(6.0, abs=FRAME)
    first, second = (loudness.integrated(half) for half in (heard[: 3 * SAMPLE_RATE], heard[3 * SAMPLE_RATE :]))
    assert abs(first - second) < 3
    cues = captions.read(paths(made)["captions"].read_text(encoding="utf-8"))
    assert [cue.text for cue in cues] == ["Hello my dear friend.", "Come with me now."]
    assert cues[1].start >= 3.0


def test_a_stitch_joins_parts_in_order_at_the_size_of_the_job(talk: Result, whale: Result, tmp_path: Path) -> None:
    clips = (parent(whale, 1.0, (0.0, 0.5)), parent(talk, 3.0, (1.0, 2.0)), parent(whale, 1.0))
    made = run(job("", verb="stitch", seconds=2.0, parents=clips, width=256, height=144), tmp_path)
    frames, sea = pictures(paths(made)["video"]), pictures(paths(whale)["video"])
    assert frames.shape == (15 + 30 + 30, 144, 256, 3)
    assert differ(frames[14], sea[14]) < 3
    assert differ(frames[45], sea[0]) < 3
    assert differ(frames[15 + 30 + 29], sea[29]) < 3
    assert len(sound(paths(made)["video"])) / SAMPLE_RATE == pytest.approx(2.5, abs=FRAME)
    upright = pictures(paths(talk)["video"])[30]
    inner = frames[15][:, 88:169]  # 144 high, so 81 wide, in the middle
    assert inner.shape[1] == 81
    assert abs(float(inner.mean()) - float(upright.mean())) < 6
    assert float(frames[15][:, :60].mean()) < float(inner.mean())  # beside it: dimmed


def test_captions_of_a_stitch_move_with_their_clip(talk: Result, whale: Result, tmp_path: Path) -> None:
    said = captions.read(paths(talk)["captions"].read_text(encoding="utf-8"))[0]
    clips = (parent(whale, 1.0), parent(talk, 3.0))
    made = run(job("", verb="stitch", seconds=4.0, parents=clips), tmp_path)
    [moved] = captions.read(paths(made)["captions"].read_text(encoding="utf-8"))
    assert (moved.start, moved.text) == (pytest.approx(said.start + 1.0, abs=0.002), said.text)


def test_an_edit_changes_what_is_named_and_keeps_the_rest(whale: Result, tmp_path: Path) -> None:
    scene = Given(seconds=1.0, scene=paths(whale)["scene"].read_bytes())
    made = scene_of(run(job("make it snow", verb="edit", parents=(scene,)), tmp_path))
    old = scene_of(whale)
    assert made.weather == "snow" != old.weather
    assert (made.place, made.time, made.actors, made.seed) == (old.place, old.time, old.actors, old.seed)


@pytest.mark.parametrize("verb", ["edit", "remix", "extend", "stitch"])
def test_without_its_parents_nothing_is_made(tmp_path: Path, verb: str) -> None:
    with pytest.raises(BadInput):
        run(job("a cat", verb=verb), tmp_path)
    with pytest.raises(BadInput):
        run(job("a cat", verb=verb, seconds=2.0, parents=(Given(seconds=1.0),)), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_extension_adds_something_and_a_stitch_ends_after_two_minutes(whale: Result, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="longer"):
        run(job("it sings", verb="extend", seconds=1.0, parents=(parent(whale, 1.0, (0.0, 1.0)),)), tmp_path)
    clips = (parent(whale, 61.0), parent(whale, 60.0))
    with pytest.raises(Unsupported, match="120"):
        run(job("", verb="stitch", seconds=120.0, parents=clips), tmp_path)


def laid(reel: Reel) -> NDArray[np.float32]:
    out = np.zeros((reel.frames * PER_FRAME, 2), np.float32)
    for at, samples in reel.heard():
        out[at : at + len(samples)] = samples
    return out


def test_a_part_has_exactly_its_frames_and_its_sound(talk: Result) -> None:
    path = paths(talk)["video"]
    reel = reel_of(path, (1.0, 2.5))
    assert (reel.first, reel.frames) == (30, 45)
    assert len(list(reel.pictures(144, 256))) == 45
    assert np.array_equal(laid(reel), laid(reel_of(path, (0.0, 3.0)))[30 * PER_FRAME : 75 * PER_FRAME])


def test_a_file_that_ends_early_keeps_its_last_picture(whale: Result) -> None:
    shown = list(Reel(paths(whale)["video"], 20, 15).pictures(64, 64))
    assert len(shown) == 15
    assert np.array_equal(shown[9], shown[14])  # 10 frames are left of it


@pytest.mark.parametrize(("width", "height"), [(144, 256), (256, 144), (72, 128), (100, 100)])
def test_a_picture_is_fitted_and_never_stretched(width: int, height: int) -> None:
    drawn = np.full((256, 144, 3), 200, np.uint8)
    frame = av.VideoFrame.from_ndarray(drawn, format="rgb24")
    out = np.asarray(fitted(frame, width, height))
    assert out.shape == (height, width, 3)
    inner = min(width, round(height * 144 / 256))
    bright = (out[height // 2].mean(axis=1) > 190).sum()
    assert abs(int(bright) - inner) <= 2


def test_what_comes_next_is_heard_a_moment_before_and_without_a_click() -> None:
    out = np.zeros((300, 2), np.float32)
    out[:200] = 1
    overlap(out, np.full((150, 2), -1, np.float32), 200)
    assert (out[:150] == 1).all()
    assert (out[200:] == -1).all()
    assert float(np.abs(np.diff(out[:, 0])).max()) < 0.06


def test_captions_are_read_as_written_and_cut_at_the_seams() -> None:
    cues = [Cue(0.5, 1.5, "girl", "Salt & <pepper>"), Cue(2.0, 3.0, "", "The end.")]
    assert captions.read(captions.webvtt(cues)) == cues
    assert captions.cut(cues, 1.0, 2.02, 10.0) == [Cue(10.0, 10.5, "girl", "Salt & <pepper>")]


MARA = Cast(
    character_id="char_mara",
    name="Mara",
    handle="mara",
    description="a woman in a green dress",
    rig="person",
    parameters='{"hair": 16711935, "size": 1.5, "voice_pitch": 1.5, "voice_formant": 1.2, "voice_rate": 1.1}',
)


@pytest.mark.parametrize("prompt", ["Mara dances on the beach", "@mara dances on the beach", "a sunny beach"])
def test_a_character_appears_with_its_own_looks(tmp_path: Path, prompt: str) -> None:
    made = run(job(prompt, seconds=0.2, characters=(MARA,)), tmp_path)
    [actor] = [actor for actor in scene_of(made).actors if actor.seed == derive(0, "character", "char_mara")]
    assert (actor.rig, actor.size, actor.voice) == ("person", 1.5, (1.5, 1.2))
    assert actor.look["hair"] == "#ff00ff"
    assert any(note.startswith("voice_rate:") for note in made.ignored)
    assert "mara" not in made.ignored


def test_the_same_character_looks_the_same_in_another_clip(tmp_path: Path) -> None:
    looks = [
        next(actor for actor in scene_of(run(made, tmp_path)).actors if actor.rig == "person")
        for made in (
            job("Mara walks in the park", seconds=0.2, characters=(MARA,)),
            job("Mara sings in the snow", seconds=0.2, seed=8, characters=(MARA,)),
        )
    ]
    assert (looks[0].look, looks[0].seed, looks[0].size) == (looks[1].look, looks[1].seed, looks[1].size)


def test_words_of_the_prompt_go_over_the_record(tmp_path: Path) -> None:
    made = run(job("Mara with red hair dances on the beach", seconds=0.2, characters=(MARA,)), tmp_path)
    [actor] = [actor for actor in scene_of(made).actors if actor.rig == "person"]
    assert actor.look["hair"] == "red"
