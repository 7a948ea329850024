from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from inference import digest, media, pipeline, world
from inference.film import AHEAD, Stopwatch
from inference.pipeline import generate
from inference.ports import (
    BadInput,
    Cancelled,
    EngineCrash,
    Generate,
    Given,
    Job,
    OutOfMemory,
    Rejected,
    Result,
    Unsupported,
)
from inference.world.picture.painter import Painter
from inference.world.scene import TRACK, WORLD_VERSION, Scene
from inference.world.sound import loudness, stems

PROMPT = "a red cat dances on the beach"
TALK = 'a girl says "Hello my dear friend." in the park'


def job(prompt: str = PROMPT, **fields: Any) -> Job:
    given = {
        "video_id": "video_1", "attempt": 1, "model": "sketch-1", "verb": "create", "seed": 7, "seconds": 1.0,
        "width": 144, "height": 256,
    }  # fmt: skip
    return Job(prompt=prompt, **{**given, **fields})


def of(scene: bytes) -> Given:
    return Given(seconds=1.0, scene=scene)


def run(given: Job, folder: Path) -> Result:
    folder.mkdir(exist_ok=True)
    return generate(given, folder, lambda share: None, lambda: False)


def roles(result: Result) -> dict[str, Path]:
    return {asset.role: Path(asset.path) for asset in result.assets}


def scene_of(result: Result) -> Scene:
    return msgspec.json.decode(roles(result)["scene"].read_bytes(), type=Scene)


def decoded_audio(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1).T


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A clip of 3 s in which somebody speaks."""
    return run(job(TALK, seconds=3.0), tmp_path_factory.mktemp("talk"))


def test_generate_fits_the_port() -> None:
    port: Generate = generate
    assert callable(port)


@pytest.mark.parametrize(("width", "height", "seconds"), [(144, 256, 1.0), (256, 144, 0.5)])
def test_a_clip_has_exactly_the_frames_the_size_and_the_length_asked_for(
    tmp_path: Path, width: int, height: int, seconds: float
) -> None:
    result = run(job(width=width, height=height, seconds=seconds), tmp_path)
    with av.open(str(roles(result)["video"])) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", width, height)
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == round(seconds * 30)
    assert frames[3].std() > 10  # a picture, not a plain colour
    assert any(not np.array_equal(frames[0], frame) for frame in frames[1:])
    sound = decoded_audio(roles(result)["video"])
    assert len(sound) / 48_000 == pytest.approx(seconds, abs=1024 / 48_000)


def test_every_asset_is_named_with_its_kind_size_and_hash(talk: Result) -> None:
    kinds = {asset.role: asset.mime for asset in talk.assets}
    assert kinds == {
        "video": "video/mp4",
        "thumbnail": "image/webp",
        "spritesheet": "image/jpeg",
        "captions": "text/vtt",
        "scene": "application/json",
    }
    for asset in talk.assets:
        assert Path(asset.path).stat().st_size == asset.bytes > 0
        assert media.sha256_file(Path(asset.path)) == asset.sha256
    assert (talk.engine, talk.seed) == ("sketch", 7)
    assert len(talk.model_digest) == 64


def test_a_clip_without_words_has_no_captions(tmp_path: Path) -> None:
    assert "captions" not in roles(run(job(), tmp_path))


def test_the_scene_is_stored_with_its_version_and_seed(talk: Result) -> None:
    data = json.loads(roles(talk)["scene"].read_bytes())
    assert (data["world_version"], data["seed"]) == (WORLD_VERSION, 7)
    assert scene_of(talk).lines[0].text == "Hello my dear friend."


def test_the_sound_in_the_file_is_as_loud_as_agreed(talk: Result) -> None:
    sound = decoded_audio(roles(talk)["video"])
    assert -18 <= loudness.integrated(sound) <= -14
    assert loudness.true_peak(sound) <= -1


def test_a_line_is_heard_where_its_caption_is_shown(talk: Result) -> None:
    recital = pipeline.recite(scene_of(talk), 3.0)
    assert (recital.unspoken, recital.unsaid) == ({}, ())
    line = recital.speech[0]
    heard = decoded_audio(roles(talk)["video"]).mean(axis=1)
    scores = np.correlate(heard[: round((line.at + 0.6) * 48_000) + len(line.samples)], line.samples, "valid")
    assert int(np.argmax(np.abs(scores))) / 48_000 == pytest.approx(line.at, abs=1 / 30)
    captions = roles(talk)["captions"].read_text(encoding="utf-8")
    assert "Hello my dear friend." in captions
    assert f"00:00:00.{round(line.at * 1000):03d} --> 00:00:0" in captions


def test_the_mouth_opens_with_the_voice_in_the_mix(talk: Result) -> None:
    scene = scene_of(talk)
    speech = pipeline.recite(scene, 3.0).speech
    layers = pipeline.stage(scene, 3.0, 30, 9 / 16, speech)
    speaker = next(instance for instance in layers.instances if instance.actor.name == speech[0].speaker)
    mouth = speaker.track[:, TRACK.index("mouth")]
    voice = np.sqrt(np.square(stems(layers).speech).mean(axis=1).reshape(90, 1600).mean(axis=1))
    assert np.corrcoef(mouth, voice)[0, 1] > 0.8
    assert np.corrcoef(np.roll(mouth, 20), voice)[0, 1] < 0.5


def test_a_line_that_cannot_be_said_is_reported_and_the_clip_is_made(tmp_path: Path) -> None:
    long = "This sentence is far too long to be said in a single second, however fast one speaks."
    result = run(job(f'a girl says a sentence: "{long}"'), tmp_path)
    assert result.ignored[-1] == f'"{long}" (too long for 1 s: shown as a caption)'
    assert "girl" in result.understood
    assert "single" in result.ignored  # a word of the line only
    assert not set(result.understood) & set(result.ignored)
    assert long in roles(result)["captions"].read_text(encoding="utf-8")
    assert [line.text for line in scene_of(result).unsaid] == [long]


def test_what_was_understood_and_what_was_not_is_told(tmp_path: Path) -> None:
    result = run(job("a red cat dances with a xylotroph"), tmp_path)
    assert any("cat" in word for word in result.understood)
    assert any("xylotroph" in word for word in result.ignored)


def test_the_same_job_gives_the_same_files_and_another_seed_others(tmp_path: Path) -> None:
    one, two, other = (run(job(seed=seed), tmp_path / name) for name, seed in (("a", 7), ("b", 7), ("c", 8)))
    assert [asset.sha256 for asset in one.assets] == [asset.sha256 for asset in two.assets]
    assert one.assets[0].sha256 != other.assets[0].sha256


# remix ---------------------------------------------------------------------------------------------------------------
def test_a_remix_changes_what_is_named_and_keeps_the_rest_the_seed_included(tmp_path: Path) -> None:
    parent = run(job("a red cat dances on the beach by day"), tmp_path / "parent")
    child = run(
        job("make it night", verb="remix", seed=99, parents=(of(roles(parent)["scene"].read_bytes()),)),
        tmp_path / "child",
    )
    before, after = scene_of(parent), scene_of(child)
    assert (before.time, after.time, child.seed) == ("day", "night", 7)
    assert msgspec.structs.replace(after, time=before.time, fixed=before.fixed) == before


def test_a_scene_of_another_world_version_is_unsupported(talk: Result, tmp_path: Path) -> None:
    data = {**json.loads(roles(talk)["scene"].read_bytes()), "world_version": WORLD_VERSION + 1, "new_field": 1}
    with pytest.raises(Unsupported, match="world version 2"):
        run(job("make it night", verb="remix", parents=(of(json.dumps(data).encode()),)), tmp_path)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff", b'{"world_version": 1}'])
def test_a_scene_that_cannot_be_read_is_bad_input(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadInput):
        run(job("make it night", verb="remix", parents=(of(data),)), tmp_path)


@pytest.mark.parametrize(
    "change", [{"place": "atlantis"}, {"mood": "purple"}, {"lines": [{"speaker": "x", "text": "Hi"}]}]
)
def test_a_scene_that_cannot_be_staged_is_bad_input_and_not_a_crash(
    talk: Result, tmp_path: Path, change: dict[str, Any]
) -> None:
    data = {**json.loads(roles(talk)["scene"].read_bytes()), **change}
    with pytest.raises(BadInput):
        run(job("make it night", verb="remix", parents=(of(json.dumps(data).encode()),)), tmp_path)


# refusals, cancellation, crashes -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"model": "recut-1"}, Unsupported),
        ({"verb": "upscale"}, Unsupported),
        ({"verb": "stitch"}, BadInput),
        ({"width": 145}, Unsupported),
        ({"height": 9000}, Unsupported),
        ({"seconds": 0.0}, Unsupported),
        ({"seconds": 600.0}, Unsupported),
        ({"seconds": float("nan")}, Unsupported),
        ({"prompt": "  "}, BadInput),
        ({"verb": "remix"}, BadInput),
        ({"parents": (of(b"{}"),)}, BadInput),
    ],
)
def test_what_cannot_succeed_is_refused_before_anything_is_drawn(
    tmp_path: Path, fields: dict[str, Any], error: type[Rejected]
) -> None:
    with pytest.raises(error):
        run(job(**fields), tmp_path)
    assert list(tmp_path.iterdir()) == []


class Counting(Painter):
    drawn = 0

    def frame(self, index: int) -> NDArray[np.uint8]:
        Counting.drawn += 1
        return super().frame(index)


def test_cancelling_stops_within_a_few_frames_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.film.Painter", Counting)
    Counting.drawn = 0
    with pytest.raises(Cancelled):
        generate(job(seconds=4.0), tmp_path, lambda share: None, lambda: Counting.drawn >= 10)
    assert 10 <= Counting.drawn <= 10 + AHEAD + 2
    assert list(tmp_path.iterdir()) == []


def test_a_job_cancelled_before_it_starts_does_nothing(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        generate(job(), tmp_path, lambda share: None, lambda: True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("raised", "expected"), [(MemoryError(), OutOfMemory), (RuntimeError(PROMPT), EngineCrash)])
def test_a_crash_while_drawing_is_retryable_names_the_stage_and_not_the_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: Exception, expected: type[Exception]
) -> None:
    class Broken(Painter):
        def frame(self, index: int) -> NDArray[np.uint8]:
            if index == 12:
                raise raised
            return super().frame(index)

    monkeypatch.setattr("inference.film.Painter", Broken)
    with pytest.raises(expected, match="frames") as caught:
        run(job(), tmp_path)
    assert PROMPT not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_progress_rises_from_nothing_to_one_every_few_frames(tmp_path: Path) -> None:
    seen: list[float] = []
    asked: list[None] = []
    generate(job(), tmp_path, seen.append, lambda: asked.append(None) is not None)
    assert len(asked) > 30  # whether to go on: before every frame
    assert (seen[0], seen[-1]) == (0.0, 1.0)
    assert seen == sorted(seen)
    assert len(seen) >= 30 / 5 + 3


# the build -----------------------------------------------------------------------------------------------------------
def test_a_changed_engine_is_another_model(tmp_path: Path) -> None:
    copy = tmp_path / "world"
    shutil.copytree(Path(world.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    assert digest.digest_of(copy) == digest.model_digest()
    with (copy / "sound" / "animals.py").open("a") as file:
        file.write("# louder\n")
    assert digest.digest_of(copy) != digest.model_digest()


def test_the_stopwatch_tells_the_stages_apart(tmp_path: Path) -> None:
    watch = Stopwatch()
    generate(job(), tmp_path, lambda share: None, lambda: False, watch)
    assert {"understand", "speech", "stage", "sound", "encode", "draw", "stills", "files"} <= watch.seconds.keys()


def test_the_command_line_makes_a_clip_and_a_remix_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--size", "144x256", "--seconds", "0.5"]
    pipeline.main([PROMPT, *options, "--out", str(tmp_path / "a")])
    pipeline.main(["at night", *options, "--parent", str(tmp_path / "a" / "scene.json"), "--out", str(tmp_path / "b")])
    printed = capsys.readouterr().out
    assert "encode" in printed
    assert "cores" in printed
    assert (tmp_path / "b" / "video.mp4").stat().st_size > 0
