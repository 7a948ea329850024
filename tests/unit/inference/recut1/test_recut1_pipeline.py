"""A job to files, with a studio that paints plain layers instead of networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import av
import msgspec
import numpy as np
import pytest

from inference.ports import BadInput, Cancelled, EngineCrash, Job, Unsupported
from inference.recut1.pipeline import Recut1, known, planned
from inference.recut1.sampler import STREAMS, Request
from inference.recut1.studio import Made, Studio
from inference.world.scene import Scene
from inference.world.stage import stage
from inference.world.understand import understand

GREEN, RED = (20, 160, 60), (230, 30, 30)


class PlainStudio:
    """A green place and a red square, which is as large as the frame of the sprite."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def make(self, requests: Sequence[Request], go_on: Callable[[], None]) -> list[Made]:
        go_on()
        self.asked += requests
        return [self._made(request) for request in requests]

    def _made(self, request: Request) -> Made:
        tokens = {name: np.zeros(shape, np.float32) for name, shape in STREAMS.items()}
        tokens["motion"] = request.given["motion"].values
        sprites = np.zeros((48, 32, 24, 4), np.uint8)
        sprites[:] = (*RED, 255)
        place = np.full((192, 192, 3), GREEN, np.uint8)
        mels = np.full((240, 48), 0.3, np.float32)
        return Made(tokens, place, sprites, request.given["motion"].values.reshape(48, 12), mels)


def job(prompt: str, seconds: float = 0.5) -> Job:
    return Job(
        video_id="v", attempt=1, model="recut-1", verb="create", prompt=prompt, seed=4, seconds=seconds, width=144,
        height=256,
    )  # fmt: skip


def run(one: Job, folder: Path, studio: PlainStudio | None = None, cancelled: Callable[[], bool] = lambda: False):
    model = Recut1(cast("Studio", studio or PlainStudio()), "onnxruntime", "d" * 64)
    return model(one, folder, lambda share: None, cancelled)


def test_a_prompt_becomes_a_file_of_the_layers(tmp_path: Path) -> None:
    result = run(job("A red ball bounces on the beach"), tmp_path)
    assert {asset.role for asset in result.assets} == {"video", "thumbnail", "spritesheet", "scene"}
    assert result.seed == 4
    with av.open(str(tmp_path / "video.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        assert container.streams.audio[0].rate == 48_000
    assert len(frames) == 15
    picture = frames[7].astype(int)
    red = (np.abs(picture - RED).sum(-1) < 140).mean()
    green = (np.abs(picture - GREEN).sum(-1) < 40).mean()
    assert 0.02 < red < 0.4
    assert green > 0.5


def test_a_longer_clip_goes_on_with_the_same_subject_and_place() -> None:
    studio = PlainStudio()
    shown, _ = known(scene("A red ball bounces on the beach"))
    plan = planned(stage(shown, 5.0, 12, 9 / 16), 4)[0]
    made = Recut1(cast("Studio", studio), "onnxruntime", "d" * 64).units(plan, lambda: None)
    assert len(made) == 2
    first, second = studio.asked
    assert set(first.given) == {"motion"}
    assert set(second.given) == {"motion", "background", "key"}
    assert not np.array_equal(first.given["motion"].values, second.given["motion"].values)


def test_a_line_is_spoken_as_it_is_and_shown(tmp_path: Path) -> None:
    result = run(job('A woman says "hello" in a room', 1.5), tmp_path)
    assert "captions" in {asset.role for asset in result.assets}
    assert "hello" in (tmp_path / "captions.vtt").read_text()


def scene(prompt: str) -> Scene:
    return understand(prompt, 3).scene


def test_nobody_is_replaced_by_somebody_else() -> None:
    shown, unshown = known(scene("A red cat and a dragon on the beach at night"))
    assert [actor.subject for actor in shown.actors] == ["cat"]
    assert any("dragon" in note for note in unshown)


def test_what_cannot_be_shown_of_somebody_is_named() -> None:
    shown, unshown = known(scene("A striped cat with a hat sleeps in the forest in the rain"))
    assert shown.actors[0].action == "idle"
    assert shown.weather == "clear"
    assert {note.split(":")[0] for note in unshown} >= {"pattern of the cat", "hat of the cat", "sleep", "rain"}


def test_a_scene_of_which_nothing_can_be_shown_is_refused() -> None:
    with pytest.raises(Unsupported, match="subjects"):
        known(scene("A dragon on the beach"))
    with pytest.raises(Unsupported, match="places"):
        known(scene("A cat in a castle"))


def test_every_copy_is_planned_with_its_own_motion() -> None:
    shown, _ = known(scene("Two dogs walk in the city"))
    plans = planned(stage(shown, 4.0, 12, 9 / 16), 4)
    assert len(plans) == 2
    one, two = (plan[0] for plan in plans)
    assert one.words.tolist() == two.words.tolist()
    assert one.seed != two.seed
    assert not np.array_equal(one.given["motion"].values, two.given["motion"].values)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"prompt": " "}, BadInput),
        ({"model": "sketch-1"}, Unsupported),
        ({"verb": "stitch"}, Unsupported),
        ({"seconds": 21.0}, Unsupported),
        ({"width": 145}, Unsupported),
    ],
)
def test_what_cannot_succeed_is_refused_at_once(tmp_path: Path, changed: dict[str, object], error: type) -> None:
    with pytest.raises(error):
        run(msgspec.structs.replace(job("A red ball bounces"), **changed), tmp_path)


def test_a_cancelled_or_broken_job_leaves_no_files(tmp_path: Path) -> None:
    class Broken(PlainStudio):
        def make(self, requests: Sequence[Request], go_on: Callable[[], None]) -> list[Made]:
            raise ValueError("secret words")

    with pytest.raises(Cancelled):
        run(job("A red ball bounces on the beach"), tmp_path, cancelled=lambda: True)
    with pytest.raises(EngineCrash) as crash:
        run(job("A red ball bounces on the beach"), tmp_path, Broken())
    assert "secret" not in str(crash.value)
    assert not list(tmp_path.iterdir())
