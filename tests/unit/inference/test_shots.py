"""Prompts that tell several shots, and the takes that a shot is made of."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from domain.jobs import Cast
from inference.ports import BadInput
from inference.script import read_scene
from inference.world.casting import perform
from inference.world.cutting import line_spans, spans, takes
from inference.world.picture.painter import Painter
from inference.world.scene import FPS, SAMPLE_RATE, Scene, Utterance
from inference.world.shots import retell, split, tell
from inference.world.sound.ambience import ambience, bed
from inference.world.stage import stage

SEED = 3
THREE = "Shot 1: a white dog runs in the park. Shot 2: a black cat climbs a tree at night. Shot 3: close-up, it smiles."


def shots(scene: Scene) -> list[Scene]:
    return [scene, *scene.shots]


@pytest.mark.parametrize(
    ("prompt", "texts", "shares"),
    [
        ("a cat sits", ["a cat sits"], [1]),
        ("a cat (2) sits", ["a cat (2) sits"], [1]),
        ("Shot 1: a cat. Shot 2: a dog.", ["a cat.", "a dog."], [1, 1]),
        ("In a park. Shot 1: a cat. Shot 2: a dog.", ["In a park.\na cat.", "a dog."], [1, 1]),
        ("First shot: a cat. Second shot: a dog.", ["a cat.", "a dog."], [1, 1]),
        ("a cat. Cut to: a dog.", ["a cat.", "a dog."], [1, 1]),
        ("[0s] a cat [2s] a dog [8s] a cow", ["a cat", "a dog", "a cow"], [2, 6, 6]),
        ("(0:00-0:03) a cat (0:03-0:04) a dog", ["a cat", "a dog"], [3, 1]),
        ('a man says "Shot 1: go. Shot 2: stop."', ['a man says "Shot 1: go. Shot 2: stop."'], [1]),
    ],
)
def test_marks_tell_shots_apart(prompt: str, texts: list[str], shares: list[float]) -> None:
    parts, _ = split(prompt)
    assert [part.text for part in parts] == texts
    assert [part.share for part in parts] == shares


def test_a_later_shot_keeps_what_it_does_not_say() -> None:
    told = tell(THREE, SEED)
    first, second, third = shots(told.scene)
    assert (first.place, second.place, third.place) == ("park", "park", "park")
    assert (first.time, second.time, third.time) == ("day", "night", "night")
    assert [actor.name for actor in third.actors] == [actor.name for actor in second.actors]
    assert third.actors[0].look == {"body": "black", "face": "happy"}
    assert third.camera == "close_up"
    assert told.ignored == ()


def test_who_comes_back_looks_the_same() -> None:
    scene = tell("Shot 1: a red fox. Shot 2: an owl. Shot 3: the fox dances.", SEED).scene
    first, third = scene.actors[0], scene.shots[1].actors[0]
    assert (third.seed, third.look) == (first.seed, first.look)
    assert third.action == "dance"


def test_lines_stay_in_their_shot() -> None:
    scene = tell('Shot 1: a fox says "one". Shot 2: an owl says "two".', SEED).scene
    assert [(line.speaker, line.text, line.shot) for line in scene.lines] == [("fox", "one", 0), ("owl", "two", 1)]
    assert line_spans(scene, 8.0) == spans(scene, 8.0) == [(0.0, 4.0), (4.0, 8.0)]


def test_a_remix_reaches_all_shots_or_the_one_that_is_named() -> None:
    parent = tell(THREE, SEED).scene
    assert [shot.weather for shot in shots(retell(parent, "let it snow").scene)] == ["snow"] * 3
    only = shots(retell(parent, "in shot 2, make it sunset").scene)
    assert [shot.time for shot in only] == ["day", "sunset", "night"]
    assert msgspec.structs.replace(only[1], time="night", fixed=()) == msgspec.structs.replace(
        parent.shots[0], fixed=()
    )


@pytest.mark.parametrize("change", [{"place": "limbo"}, {"subject": "unicorpse"}, {"rig": "bird"}, {"then": "implode"}])
@pytest.mark.parametrize("nth", [0, 1])
def test_a_scene_that_names_in_any_shot_what_cannot_be_shown_is_refused(change: dict[str, str], nth: int) -> None:
    scene = tell("Shot 1: a fox runs on the beach. Shot 2: the fox sleeps on the beach.", SEED).scene
    assert read_scene(msgspec.json.encode(scene)) == scene
    shot = shots(scene)[nth]
    fields: dict[str, Any] = dict(change)
    if "place" not in change:
        fields = {"actors": (msgspec.structs.replace(shot.actors[0], **change),)}
    broken = msgspec.structs.replace(shot, **fields)
    if nth:
        broken = msgspec.structs.replace(scene, shots=(broken,))
    with pytest.raises(BadInput, match="cannot show"):
        read_scene(msgspec.json.encode(broken))


def test_a_stored_scene_without_shots_is_read() -> None:
    scene = tell("a cat dances", SEED).scene
    data = msgspec.json.decode(msgspec.json.encode(scene))
    for name in ("shots", "share"):
        del data[name]
    for actor in data["actors"]:
        del actor["then"]
    assert read_scene(msgspec.json.encode(data)) == scene


@pytest.mark.parametrize("prompt", ["a fox dances", "a girl and a robot talk", "a dog chases a cat", "a beach", THREE])
@pytest.mark.parametrize("seconds", [8.0, 12.0, 20.0])
def test_eight_seconds_have_two_takes_that_stand_apart(prompt: str, seconds: float) -> None:
    layers = stage(tell(prompt, SEED).scene, seconds, FPS, 16 / 9)
    assert len(layers.shots) >= seconds / 8 * 2 - 1e-9 or len(layers.shots) >= 2 * int(seconds / 8)
    assert sum(take.frames for take in layers.shots) == layers.frames
    assert all(take.frames >= FPS for take in layers.shots)
    assert all(0 <= event.at <= seconds for event in layers.sounds)


def test_a_named_camera_or_one_take_is_not_cut() -> None:
    for prompt in ("the camera pans left over a beach", "a fox dances, one take"):
        assert stage(tell(prompt, SEED).scene, 8.0, FPS, 16 / 9).shots == ()


def test_short_clips_are_one_take_unless_somebody_does_two_things() -> None:
    assert stage(tell("a fox dances", SEED).scene, 4.0, FPS, 16 / 9).shots == ()
    layers = stage(tell("a fox sits and then dances", SEED).scene, 4.0, FPS, 16 / 9)
    assert [take.instances[0].actor.action for take in layers.shots] == ["sit", "dance"]


def test_a_cut_waits_for_a_word_to_end() -> None:
    scene = tell("a fox dances", SEED).scene
    plain = takes(scene, 8.0, FPS, ())[1].first / FPS
    samples = np.ones(round(0.8 * 48_000), np.float32)
    line = Utterance(plain - 0.4, "fox", "hello", samples, 1.0, 1.0, np.zeros((80, 2), np.float32))
    cut = takes(scene, 8.0, FPS, (line,))[1].first / FPS
    assert not line.at < cut < line.at + 0.8
    assert abs(cut - plain) <= 1.05


def test_frames_come_from_the_take_they_belong_to() -> None:
    layers = stage(tell("a red fox dances in the forest", SEED).scene, 6.0, FPS, 16 / 9)
    first, second = layers.shots
    with Painter(layers, 128, 72) as painter, Painter(second, 128, 72) as alone:
        assert (painter.frame(first.frames) == alone.frame(0)).all()
        before, after = (painter.frame(first.frames + k).astype(int) for k in (-1, 0))
    assert np.abs(before - after).mean() > 8, "a cut is seen"


def test_the_bed_of_each_shot_is_that_of_its_place() -> None:
    layers = stage(tell("Shot 1: the sea in a storm. Shot 2: a girl in a library.", SEED).scene, 4.0, FPS, 16 / 9)
    both = bed(layers)
    assert both.shape == (round(4.0 * SAMPLE_RATE), 2)
    loud, quiet = (float(np.sqrt(np.mean(part**2))) for part in (both[:48_000], both[-48_000:]))
    assert loud > 3 * quiet > 0
    cut = round(layers.shots[0].seconds * SAMPLE_RATE)
    assert np.abs(np.diff(both[cut - 100 : cut + 100], axis=0)).max() < 0.2, "no click"


def test_the_bed_of_one_shot_goes_on_over_its_cuts() -> None:
    layers = stage(tell("a fox dances in the forest", SEED).scene, 8.0, FPS, 16 / 9)
    assert len(layers.shots) > 1
    assert np.array_equal(bed(layers), ambience(layers.background, 8.0))


def test_a_character_of_a_later_shot_is_dressed_there() -> None:
    mara = Cast(
        character_id="char_1", name="Mara", handle="mara", rig="person", parameters="{}",
        description="A girl with red hair.",
    )  # fmt: skip
    told = perform("Shot 1: a dog sleeps. Shot 2: @mara dances. Shot 3: Mara waves.", SEED, None, [mara])
    dances, waves = (shot.actors[0] for shot in told.scene.shots)
    assert (dances.look, dances.action) == ({"hair": "red"}, "dance")
    assert (waves.look, waves.seed, waves.action) == (dances.look, dances.seed, "wave")
    assert told.ignored == ()
