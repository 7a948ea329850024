"""A job to files, with networks that nobody has trained: everything is as it is but what the pictures mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest

from domain.jobs import Cast
from inference.film import Control, Stopwatch
from inference.ports import BadInput, Cancelled, EngineCrash, Given, Job, Result, Unsupported
from inference.recut1 import latents, planning
from inference.recut1.config import Config
from inference.recut1.latents import Latents
from inference.recut1.maker import Draft, Maker, open_maker
from inference.recut1.pipeline import Recut1
from inference.recut1.planning import Plan, known, plan_of
from inference.recut1.shape import bucket_of
from inference.recut1.studio import Studio
from inference.world.scene import Scene
from inference.world.understand import understand
from tests.batching import check_rows_apart
from tests.recut1_weights import untrained

SMALL: dict[str, Any] = {"width": 64, "height": 96}
PROMPT = "A red ball bounces on the beach"
HALF = 1 / 512  # of a number around one, in half precision


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    home = tmp_path_factory.mktemp("recut-1")
    weights = untrained(home / "weights.safetensors")
    return open_maker(Config(weights=weights, networks=home / "networks", plans=home / "plans", threads=1))


class Blind(Studio):
    """Decodes no sprites, which is most of the work: for what is asked of tokens only."""

    def frames(self, numbers: np.ndarray, at_once: int = 1) -> np.ndarray:
        return np.zeros((len(numbers), 192, 144, 4), np.uint8)


@pytest.fixture(scope="module")
def blind(maker: Maker) -> Maker:
    studio = maker.studio
    return Maker(Blind(studio.sessions, studio.codec, studio.metadata), maker.engine, maker.digest)


def job(prompt: str = PROMPT, **more: Any) -> Job:
    return Job(**{
        "video_id": "v", "attempt": 1, "model": "recut-1", "verb": "create", "prompt": prompt, "seed": 4,
        "seconds": 0.5, **SMALL, **more,
    })  # fmt: skip


def run(maker: Maker, one: Job, folder: Path, cancelled: Callable[[], bool] = lambda: False) -> Result:
    folder.mkdir(exist_ok=True)
    model = Recut1(maker.studio, maker.engine, maker.digest)
    return model(one, folder, lambda share: None, cancelled)


def draft(maker: Maker, one: Job, folder: Path) -> Draft:
    folder.mkdir(exist_ok=True)
    model = Recut1(maker.studio, maker.engine, maker.digest)
    made = model.draft(one, folder, Control(lambda share: None, lambda: False), Stopwatch())
    assert isinstance(made, Draft)
    return made


def parent(made: Draft, folder: Path, seconds: float) -> Given:
    """As a worker finds it: the scene and the latents of a clip."""
    folder.mkdir(exist_ok=True)
    latents.write(folder / latents.FILE[0], made.latents)
    scene = msgspec.json.encode(made.plan.scene)
    return Given(seconds=seconds, scene=scene, latents=folder / latents.FILE[0])


# files ------------------------------------------------------------
def test_a_prompt_becomes_files(maker: Maker, tmp_path: Path) -> None:
    result = run(maker, job(), tmp_path)
    assert {asset.role for asset in result.assets} == {"video", "thumbnail", "spritesheet", "scene", "latents"}
    assert (result.seed, result.engine, result.model_digest) == (4, "onnxruntime", maker.digest)
    with av.open(str(tmp_path / "video.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 15
        assert container.streams.audio[0].rate == 48_000
    assert {path.name for path in tmp_path.iterdir()} == {Path(asset.path).name for asset in result.assets}


def test_a_line_is_spoken_as_it_is_and_shown(maker: Maker, tmp_path: Path) -> None:
    result = run(maker, job('A woman says "hello" in a room', seconds=1.5), tmp_path)
    assert "captions" in {asset.role for asset in result.assets}
    assert "hello" in (tmp_path / "captions.vtt").read_text()


def test_an_extension_begins_with_the_parents_file(maker: Maker, tmp_path: Path) -> None:
    run(maker, job('A woman says "hello" in a room', seconds=2.0), tmp_path / "a")
    first = tmp_path / "a"
    given = Given(
        seconds=2.0, scene=(first / "scene.json").read_bytes(), video=first / "video.mp4",
        captions=(first / "captions.vtt").read_text(), latents=first / latents.FILE[0],
    )  # fmt: skip
    longer = job('the woman says "and goodbye"', verb="extend", seconds=4.0, parents=(given,))
    result = run(maker, longer, tmp_path / "b")
    with av.open(str(tmp_path / "b" / "video.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 120
    said = (tmp_path / "b" / "captions.vtt").read_text()
    assert said.index("hello") < said.index("goodbye")
    assert result.seed == 4


def test_clips_are_stitched_without_a_network(maker: Maker, tmp_path: Path) -> None:
    run(maker, job(), tmp_path / "a")
    clip = Given(seconds=0.5, video=tmp_path / "a" / "video.mp4", span=(0.0, 0.5))
    both = job("crossfade", verb="stitch", seconds=1.0, parents=(clip, clip))
    assert bucket_of(both).steps == 0
    result = run(maker, both, tmp_path / "b")
    assert (result.engine, result.model_digest) == ("onnxruntime", maker.digest)
    with av.open(str(tmp_path / "b" / "video.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 30


def test_a_cancelled_or_broken_job_leaves_no_files(
    maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Cancelled):
        run(maker, job(), tmp_path, cancelled=lambda: True)

    def broken(*_: object) -> Plan:
        raise ValueError("secret words")

    monkeypatch.setattr(planning, "plan_of", broken)
    with pytest.raises(EngineCrash) as crash:
        run(maker, job(), tmp_path)
    assert "secret" not in str(crash.value)
    assert not list(tmp_path.iterdir())


# what a job knows of others ------------------------------------------------------------
def sprite(made: Draft) -> np.ndarray:
    [subject] = made.latents.subjects.values()
    return subject.sprite


def test_a_remix_leaves_alone_what_it_does_not_name(blind: Maker, tmp_path: Path) -> None:
    before = draft(blind, job("A red cat walks on the beach at noon", seconds=2.0), tmp_path / "a")
    given = parent(before, tmp_path / "a", 2.0)
    night = draft(blind, job("make it night", verb="remix", seconds=2.0, parents=(given,)), tmp_path / "b")
    assert night.plan.scene.time == "night"
    np.testing.assert_array_equal(sprite(night), sprite(before))
    assert not np.array_equal(night.background, before.background)
    blue = draft(blind, job("make the cat blue", verb="remix", seconds=2.0, parents=(given,)), tmp_path / "c")
    np.testing.assert_array_equal(blue.background, before.background)
    np.testing.assert_array_equal(blue.mels[0], before.mels[0])
    assert not np.array_equal(sprite(blue), sprite(before))


def test_tokens_of_other_weights_are_no_tokens(blind: Maker, tmp_path: Path) -> None:
    before = draft(blind, job(), tmp_path / "a")
    strange = before._replace(latents=before.latents._replace(digest="0" * 64))
    given = parent(strange, tmp_path / "a", 0.5)
    plan = plan_of(job("make it night", verb="remix", parents=(given,)), blind.digest)
    assert not plan.copies[0].known
    assert plan.copies[0].words[0] == before.plan.copies[0].words[0]


def test_an_extension_begins_with_the_last_third_of_its_parent(blind: Maker, tmp_path: Path) -> None:
    before = draft(blind, job("A red cat walks on the beach", seconds=4.0), tmp_path / "a")
    given = msgspec.structs.replace(parent(before, tmp_path / "a", 4.0), video=tmp_path / "video.mp4")
    plan = plan_of(job("the cat jumps", verb="extend", seconds=8.0, parents=(given,)), blind.digest)
    [old], [copy] = before.latents.subjects.values(), plan.copies
    np.testing.assert_array_equal(copy.known["sprite"], old.sprite[-24:])
    np.testing.assert_array_equal(copy.known["sound"], old.sound[-8:])
    np.testing.assert_array_equal(copy.motion[:4], old.motion[-4:])
    np.testing.assert_array_equal(plan.background, before.latents.background)
    assert np.abs(copy.motion[4].reshape(4, 12)[0, :3] - old.motion[-1].reshape(4, 12)[-1, :3]).max() < 0.1
    assert plan.windows == 2


def test_a_part_of_a_parent_is_extended_from_where_it_ends(blind: Maker, tmp_path: Path) -> None:
    before = draft(blind, job("A red cat walks on the beach", seconds=4.0), tmp_path / "a")
    given = parent(before, tmp_path / "a", 4.0)
    given = msgspec.structs.replace(given, video=tmp_path / "video.mp4", span=(0.0, 3.0))
    plan = plan_of(job("the cat jumps", verb="extend", seconds=7.0, parents=(given,)), blind.digest)
    [old] = before.latents.subjects.values()
    np.testing.assert_array_equal(plan.copies[0].motion[:4], old.motion[5:9])


def test_a_longer_clip_goes_on_from_its_own_last_third(blind: Maker, tmp_path: Path) -> None:
    one = job("A red cat walks on the beach", seconds=8.0)
    assert bucket_of(one).steps == 12
    [kept] = draft(blind, one, tmp_path).latents.subjects.values()
    assert (kept.slots, len(kept.sprite), len(kept.sound)) == (24, 144, 48)
    short = msgspec.structs.replace(one, seconds=4.0)
    [first] = draft(blind, short, tmp_path).latents.subjects.values()
    plan = plan_of(one, blind.digest)
    assert [len(part) for part in plan.copies[0].plans] == [10, 10, 10]
    assert first.slots == 12


def test_latents_come_back_as_they_were(blind: Maker, tmp_path: Path) -> None:
    kept = draft(blind, job("Two dogs walk in the city"), tmp_path).latents
    latents.write(tmp_path / "kept", kept)
    again = latents.read(tmp_path / "kept")
    assert isinstance(again, Latents)
    assert (again.digest, again.aspect, set(again.subjects)) == (kept.digest, kept.aspect, set(kept.subjects))
    for seed, subject in kept.subjects.items():
        for field in ("words", "key", "sprite", "motion", "sound"):
            np.testing.assert_array_equal(getattr(again.subjects[seed], field), getattr(subject, field))


def test_a_character_looks_as_its_parameters_say(blind: Maker, tmp_path: Path) -> None:
    mara = Cast(character_id="char_1", name="Mara", handle="mara", description="a woman in a green coat",
                rig="person", parameters="{}")  # fmt: skip
    making = blind.start(bucket_of(job()), [job("Mara waves in the room", characters=(mara,)), job()])
    row, other = making._rows
    pinned, free = row.requests(0)[0], other.requests(0)[0]  # type: ignore[union-attr]
    assert pinned.given["key"].tokens == 12
    assert "key" not in free.given
    assert np.abs(pinned.given["key"].values).max() > 0


# batches ------------------------------------------------------------
class Tokens:
    """The maker, with all that a clip is made of in place of the pictures."""

    def __init__(self, maker: Maker, folder: Path) -> None:
        self._maker, self._folder = maker, folder

    def start(self, bucket: Any, jobs: Any) -> Any:
        making = self._maker.start(bucket, jobs)
        finish = making.finish

        def all_tokens(row: int, chunks: int, folder: Path) -> np.ndarray:
            made = finish(row, chunks, self._folder)
            subjects = made.latents.subjects.values()  # type: ignore[union-attr]
            parts = [part.ravel() for each in subjects for part in (each.key, each.sprite, each.sound)]
            return np.concatenate([made.latents.background.ravel(), *parts])  # type: ignore[union-attr]

        making.finish = all_tokens  # type: ignore[assignment]
        return making


def test_no_clip_knows_of_the_others_in_its_batch(blind: Maker, tmp_path: Path) -> None:
    """To the rounding of half precision: matrices of another height are added up in another order."""
    prompts = ("A red cat walks on the beach", "Two dogs run in the city", "A boy waves in a room", PROMPT)
    jobs = [job(prompt, seed=number, seconds=4.0) for number, prompt in enumerate(prompts)]
    check_rows_apart(
        Tokens(blind, tmp_path), bucket_of(jobs[0]), jobs, order=[2, 0, 3, 1], ends=[None, 2, None, None],
        tolerance=4 * HALF,
    )  # fmt: skip


def test_clips_of_all_sizes_are_made_together_and_of_all_lengths_not() -> None:
    assert bucket_of(job(width=1280, height=720)) == bucket_of(job())
    assert bucket_of(job(seconds=8.0)) != bucket_of(job())


def test_who_cannot_be_made_does_not_disturb_the_others(blind: Maker, tmp_path: Path) -> None:
    jobs = [job("A dragon on the beach"), job()]
    making = blind.start(bucket_of(jobs[0]), jobs)
    for _ in range(making.steps):
        making.step([True, True])
    refused, made = (making.finish(row, 1, tmp_path) for row in range(2))
    assert isinstance(refused.error, Unsupported)  # type: ignore[union-attr]
    assert isinstance(made, Draft)


def test_decoded_in_parts_it_is_the_same(maker: Maker, tmp_path: Path) -> None:
    making = maker.start(bucket_of(job()), [job()])
    for _ in range(making.steps):
        making.step([True])
    whole = np.load(making.finish(0, 1, tmp_path).sprites[0])  # type: ignore[union-attr]
    parts = np.load(making.finish(0, 8, tmp_path).sprites[0])  # type: ignore[union-attr]
    assert np.abs(whole.astype(int) - parts).max() <= 1


# words ------------------------------------------------------------
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


def test_what_nobody_asked_for_is_not_named_as_missing(maker: Maker) -> None:
    plans = [plan_of(job("A cat walks in the meadow", seed=seed), maker.digest) for seed in range(12)]
    assert {plan.scene.weather for plan in plans} == {"clear"}
    assert not any(plan.unshown for plan in plans)


def test_one_shot_is_shown_and_the_others_are_named(maker: Maker) -> None:
    plan = plan_of(job("Shot 1: a cat walks on the beach. Shot 2: a dog runs in the city"), maker.digest)
    assert not plan.scene.shots
    assert any(note.startswith("shot 2") for note in plan.unshown)


def test_a_scene_of_which_nothing_can_be_shown_is_refused() -> None:
    with pytest.raises(Unsupported, match="subjects"):
        known(scene("A dragon on the beach"))
    with pytest.raises(Unsupported, match="places"):
        known(scene("A cat in a castle"))


def test_every_copy_is_planned_with_its_own_motion(maker: Maker) -> None:
    one, two = plan_of(job("Two dogs walk in the city", seconds=4.0), maker.digest).copies
    assert one.words.tolist() == two.words.tolist()
    assert one.seed != two.seed
    assert not np.array_equal(one.motion, two.motion)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"prompt": " "}, BadInput),
        ({"model": "sketch-1"}, Unsupported),
        ({"verb": "stitch"}, BadInput),
        ({"verb": "remix"}, BadInput),
        ({"seconds": 21.0}, Unsupported),
        ({"width": 145}, Unsupported),
    ],
)
def test_what_cannot_succeed_is_refused_at_once(
    maker: Maker, tmp_path: Path, changed: dict[str, object], error: type
) -> None:
    with pytest.raises(error):
        run(maker, msgspec.structs.replace(job(), **changed), tmp_path)
