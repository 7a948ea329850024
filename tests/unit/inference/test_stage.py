from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from inference.world import vocabulary as v
from inference.world.scene import SAMPLE_RATE, TRACK, Actor, Instance, Layers, Scene, Utterance, travelling
from inference.world.speech import mouth_of
from inference.world.stage import lips, stage, voices
from inference.world.understand import understand

FPS = 30
LANDSCAPE, PORTRAIT = 16 / 9, 9 / 16


def play(prompt: str, seconds: float = 4.0, aspect: float = LANDSCAPE, seed: int = 7, **changes: object) -> Layers:
    scene = msgspec.structs.replace(understand(prompt, seed).scene, **changes)
    return stage(scene, seconds, FPS, aspect)


def column(layers: Layers, actor: str, name: str, copy: int = 0) -> NDArray[np.float32]:
    return the(layers, actor, copy).track[:, TRACK.index(name)]


def the(layers: Layers, actor: str, copy: int = 0) -> Instance:
    found = [instance for instance in layers.instances if instance.actor.name == actor]
    return sorted(found, key=lambda instance: instance.seed != instance.actor.seed)[copy]


def seen(layers: Layers, instance: Instance) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where the middle of an actor is in the frame: x in -1..1 from edge to edge, y in 0..1 from top to bottom."""
    x, y, scale, lift = (instance.track[:, TRACK.index(name)] for name in ("x", "y", "scale", "lift"))
    centred = v.aloft(instance.actor.subject, instance.actor.action, layers.background.place)
    middle = y - lift - (0.0 if centred else scale / 2)
    zoom = layers.camera[:, 2]
    return (x - layers.camera[:, 0]) * zoom / (layers.aspect / 2), (middle - layers.camera[:, 1]) * zoom + 0.5


def sound(layers: Layers, kind: str) -> list[float]:
    return [event.at for event in layers.sounds if event.kind == kind]


SUBJECTS = st.sampled_from(sorted(v.SUBJECTS))


def cast(seed: int, parts: list[tuple[str, str, int, str]]) -> tuple[Actor, ...]:
    actors = []
    for i, (subject, action, count, manner) in enumerate(parts):
        rig = v.SUBJECTS[subject].rig
        shown = v.staged(rig, action) or "idle"
        actors.append(Actor(f"{subject}-{i}", subject, rig, seed + i, count, action=shown, manner=manner))
    return tuple(actors)


PARTS = st.lists(
    st.tuples(
        st.sampled_from(sorted(v.SUBJECTS)),
        st.sampled_from(sorted(v.ACTIONS)),
        st.integers(1, 9),
        st.sampled_from(["slow", "normal", "fast"]),
    ),
    max_size=4,
)
SCENES = st.builds(
    lambda parts, place, camera, mood, seed: Scene(1, seed, cast(seed, parts), place, "clear", "day", camera, mood),
    PARTS,
    st.sampled_from(sorted(v.PLACES)),
    st.sampled_from(sorted(v.CAMERAS)),
    st.sampled_from(sorted(v.MOODS)),
    st.integers(0, 2**31),
)


@given(
    scene=SCENES,
    seconds=st.sampled_from([1 / 30, 0.1, 1.0, 4.0, 7.3, 12.0]),
    aspect=st.sampled_from([LANDSCAPE, PORTRAIT, 1.0]),
)
@settings(deadline=None, max_examples=250)
def test_any_scene_is_staged_soundly(scene: Scene, seconds: float, aspect: float) -> None:
    layers = stage(scene, seconds, FPS, aspect)
    frames = round(seconds * FPS)
    assert layers.frames == frames
    takes = layers.shots or (layers,)
    assert sum(take.frames for take in takes) == frames
    for take in takes:
        assert_sound_take(take, sum(actor.count for actor in scene.actors))
    times = [event.at for event in layers.sounds]
    assert times == sorted(times)
    for event in layers.sounds:
        assert 0 <= event.at <= seconds
        assert event.kind in v.EFFECTS
        assert -1 <= event.pan <= 1
        assert event.gain > 0
        assert 0.4 <= event.pitch <= 2.5


def assert_sound_take(take: Layers, copies: int) -> None:
    assert take.camera.shape == (take.frames, 3)
    assert take.camera.dtype == np.float32
    assert np.isfinite(take.camera).all()
    assert (take.camera[:, 2] >= 1.0 - 1e-6).all()
    half = 0.5 / take.camera[:, 2]
    assert (take.camera[:, 1] - half >= -1e-4).all(), "the camera never shows what lies above the picture"
    assert (take.camera[:, 1] + half <= 1 + 1e-4).all()
    assert len(take.instances) == copies
    for instance in take.instances:
        assert_sound_track(instance, take.frames)
    depths = [instance.depth for instance in take.instances]
    assert depths == sorted(depths), "instances are listed back to front"


def assert_sound_track(instance: Instance, frames: int) -> None:
    assert instance.track.shape == (frames, len(TRACK))
    assert instance.track.dtype == np.float32
    assert np.isfinite(instance.track).all()
    column = {name: instance.track[:, i] for i, name in enumerate(TRACK)}
    assert ((column["y"] > -0.2) & (column["y"] < 1.2)).all()
    assert (column["scale"] > 0.005).all()
    assert (column["scale"] < 1.0).all()
    assert (column["lift"] > -0.05).all()
    assert (np.abs(column["facing"]) <= 1 + 1e-5).all()
    assert ((column["mouth"] >= 0) & (column["mouth"] <= 1 + 1e-5)).all()
    assert ((column["squash"] > 0.5) & (column["squash"] < 1.6)).all()
    assert 0 <= instance.depth <= 1


@given(scene=SCENES)
@settings(deadline=None, max_examples=40)
def test_the_same_scene_is_the_same_film(scene: Scene) -> None:
    first, second = stage(scene, 4.0, FPS, LANDSCAPE), stage(scene, 4.0, FPS, LANDSCAPE)
    assert [i.track.tobytes() for i in first.instances] == [i.track.tobytes() for i in second.instances]
    assert first.camera.tobytes() == second.camera.tobytes()
    assert first.sounds == second.sounds


PROMPTS = [
    "a cat walks in the park",
    "a dog chases a cat",
    "five children play in the park",
    "three birds fly over the sea",
    "a girl waves",
    "twelve penguins dance on the ice",
    "a train drives through a meadow",
    "a whale and two fish swim underwater",
    "a knight rides a horse",
    "a tree grows in the garden",
    "an astronaut waves in space",
    "a giraffe and a mouse look at a boy holding a balloon",
    "a rocket flies to the moon",
]


@pytest.mark.parametrize("aspect", [LANDSCAPE, PORTRAIT])
@pytest.mark.parametrize("seconds", [4.0, 8.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("prompt", PROMPTS)
def test_actors_stay_in_frame(prompt: str, seed: int, seconds: float, aspect: float) -> None:
    layers = play(prompt, seconds, aspect, seed)
    for instance in layers.instances:
        x, y = seen(layers, instance)
        assert (np.abs(x) < 1.0).mean() > 0.97, instance.actor.name
        assert ((y > 0.0) & (y < 1.0)).mean() > 0.97, instance.actor.name


@pytest.mark.parametrize("aspect", [LANDSCAPE, PORTRAIT])
@pytest.mark.parametrize("camera", sorted(set(v.CAMERAS) - {"close_up"}))
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_no_camera_but_the_close_up_loses_anybody(camera: str, seed: int, aspect: float) -> None:
    layers = play('a cat, a dog and a boy dance. The boy says "hello"', 8.0, aspect, seed, camera=camera)
    for instance in layers.instances:
        x, _ = seen(layers, instance)
        half = v.SUBJECTS[instance.actor.subject].width * instance.track[:, TRACK.index("scale")]
        inner = half * 0.9 * layers.camera[:, 2] / (layers.aspect / 2) / 2
        assert (np.abs(x) + inner < 1.0).all(), instance.actor.name


@pytest.mark.parametrize("aspect", [LANDSCAPE, PORTRAIT])
@pytest.mark.parametrize("subject", ["man", "girl", "cat", "elephant", "mouse", "car", "fish", "flower"])
def test_a_single_subject_is_prominent(subject: str, aspect: float) -> None:
    instance = play(f"a {subject}", aspect=aspect).instances[0]
    height = float(instance.track[:, TRACK.index("scale")].max())
    wide = v.SUBJECTS[subject].width * height / aspect
    assert 0.33 <= height <= 0.72 or wide > 0.6, "tall enough, or as wide as the frame allows"


def test_a_close_up_is_nearer() -> None:
    def shown(prompt: str) -> float:
        layers = play(prompt)
        return float(layers.instances[0].track[-1, TRACK.index("scale")] * layers.camera[-1, 2])

    assert shown("close-up of a girl waving") > 1.6 * shown("static shot of a girl waving")


@pytest.mark.parametrize("prompt", PROMPTS)
def test_nothing_jumps_from_one_frame_to_the_next(prompt: str) -> None:
    layers = play(prompt, 8.0)
    assert np.abs(np.diff(layers.camera, axis=0)).max() < 0.08
    for instance in layers.instances:
        steps = np.abs(np.diff(instance.track, axis=0))
        assert steps[:, TRACK.index("x")].max() < 0.12
        assert steps[:, TRACK.index("y")].max() < 0.08
        assert steps[:, TRACK.index("squash")].max() < 0.25


def test_a_pursuer_stays_behind_and_the_camera_goes_with_them() -> None:
    layers = play("a dog chases a cat", 8.0)
    way = column(layers, "cat", "x") - column(layers, "dog", "x")
    assert (np.sign(way) == np.sign(way[0])).all()
    assert np.abs(way).min() > 0.15
    side = np.sign(column(layers, "cat", "x")[-1] - column(layers, "cat", "x")[0])
    assert side == np.sign(way[0]), "who is chased runs ahead"
    assert abs(layers.camera[-1, 0] - layers.camera[0, 0]) > 1.0


def test_a_still_camera_stays_still() -> None:
    layers = play("static shot of a dog running in the park", 8.0)
    assert np.ptp(layers.camera, axis=0).max() < 1e-6
    assert np.ptp(column(layers, "dog", "x")) > 0.5


def test_the_gait_follows_the_way() -> None:
    layers = play("static shot of a man walking in the park", 8.0)
    x, phase, scale = (column(layers, "man", name) for name in ("x", "phase", "scale"))
    moved, turned = np.abs(np.diff(x)), np.diff(phase)
    fast, slow = moved > 0.9 * moved.max(), moved < 1e-5
    strides = moved[fast] / turned[fast] / scale[0]
    assert np.ptp(strides) < 0.05 * strides.mean(), "feet do not slide"
    assert turned[slow].max() < 0.5 * turned[fast].min()


def test_steps_are_heard_when_a_foot_comes_down() -> None:
    layers = play("static shot of a man walking in the park", 8.0)
    phase = column(layers, "man", "phase")
    steps = sound(layers, "step")
    assert len(steps) > 5
    for at in steps:
        here = np.interp(at, np.arange(len(phase)) / FPS, phase) % 0.5
        assert min(here, 0.5 - here) < 0.02


def test_a_bounce_is_heard_at_the_contact() -> None:
    layers = play("a ball bounces in the room")
    lift = column(layers, "ball", "lift")
    hits = sound(layers, "boing")
    assert len(hits) >= 4
    for at in hits:
        frame = round(at * FPS)
        assert lift[max(0, frame - 1) : frame + 2].min() < 0.2 * lift.max()
    assert lift.max() > 0.2


def test_a_jump_leaves_the_ground_and_lands_with_a_sound() -> None:
    layers = play("a boy jumps")
    lift = column(layers, "boy", "lift")
    assert lift.max() > 0.3 * column(layers, "boy", "scale")[0]
    for at in sound(layers, "land"):
        assert lift[min(len(lift) - 1, round(at * FPS) + 1)] < 0.02


def test_who_acts_in_one_place_enters_first_and_moves_again_in_a_long_clip() -> None:
    layers = play("a girl waves in the garden, static camera", 8.0)
    x = column(layers, "girl", "x")
    assert abs(x[0] - x[45]) > 0.1
    assert np.ptp(x[60:110]) < 0.01
    assert abs(x[-1] - x[110]) > 0.05
    walking = travelling(the(layers, "girl"), FPS)
    assert walking[5] > 0.9
    assert walking[60:110].max() < 0.2


def test_a_long_clip_changes_its_shot() -> None:
    layers = play("a boy dances", 8.0, camera="still")
    first, second = layers.shots
    assert first.frames + second.frames == layers.frames == 240
    assert abs(first.frames - 120) <= 30
    height = [column(take, "boy", "scale")[0] * take.camera[0, 2] for take in (first, second)]
    assert max(height) > 1.15 * min(height), "the camera stands nearer or farther, or it would be no cut"
    assert not np.array_equal(column(first, "boy", "angle")[:90], column(second, "boy", "angle")[:90])


def test_a_rider_and_what_is_held_go_along() -> None:
    layers = play("a knight rides a horse", 8.0)
    assert np.abs(column(layers, "knight", "x") - column(layers, "horse", "x")).max() < 0.1
    assert (column(layers, "knight", "lift") > 0.5 * column(layers, "horse", "scale")).all()
    layers = play("a boy holding a balloon walks", 8.0)
    assert np.abs(column(layers, "balloon", "x") - column(layers, "boy", "x")).max() < 0.25
    assert (column(layers, "balloon", "lift") > 0.1).all()


def test_what_grows_grows() -> None:
    scale = column(play("a flower grows"), "flower", "scale")
    assert scale[0] < 0.4 * scale[-1]


def test_copies_differ_and_do_not_stand_in_each_other() -> None:
    layers = play("five cats dance", 4.0)
    xs = sorted(float(i.track[60, 0]) for i in layers.instances)
    assert np.diff(xs).min() > 0.1
    assert len({i.seed for i in layers.instances}) == 5


def test_changing_one_actor_leaves_the_movements_of_the_other_alone() -> None:
    scene = understand("a red cat and a dog dance", 7).scene
    blue = msgspec.structs.replace(scene.actors[0], look={"body": "blue"})
    other = msgspec.structs.replace(scene, actors=(blue, scene.actors[1]), time="night")
    one, two = stage(scene, 4.0, FPS, LANDSCAPE), stage(other, 4.0, FPS, LANDSCAPE)
    assert [i.track.tobytes() for i in one.instances] == [i.track.tobytes() for i in two.instances]


def line(speaker: str, at: float = 0.5) -> Utterance:
    t = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    loud = np.where((t % 0.4) < 0.2, 0.5, 0.0)
    samples = (np.sin(t * 2 * np.pi * 600) * loud).astype(np.float32)
    return Utterance(at, speaker, "ba ba", samples, 1.0, 1.0, mouth_of(samples))


def test_the_mouth_follows_the_line_of_its_speaker_only() -> None:
    scene = understand('a man says "ba ba" to a woman', 7).scene
    layers = stage(scene, 4.0, FPS, LANDSCAPE, (line("man"),))
    mouth = column(layers, "man", "mouth")
    assert mouth[:14].max() < 1e-6
    assert mouth[round(0.6 * FPS)] > 0.8
    assert mouth[round(0.8 * FPS)] < 0.1
    assert mouth[round(1.8 * FPS) :].max() < 1e-6
    assert column(layers, "woman", "mouth").max() < 0.5


def test_a_narrator_moves_no_mouth() -> None:
    layers = stage(understand("a man stands", 7).scene, 4.0, FPS, LANDSCAPE, (line(""),))
    assert column(layers, "man", "mouth").max() < 1e-6


def test_lips_rest_where_the_line_is_not() -> None:
    said = np.ones((40, 2), np.float32)
    opened, wide = lips(said, 0.5, FPS, 60)
    assert opened[:15].max() == wide[:15].max() == 0
    assert opened[15:30].min() == wide[15:30].min() == 1
    assert opened[30:].max() == 0
    assert lips(said[:0], 0.0, FPS, 30)[0].max() == 0
    assert lips(said, 99.0, FPS, 30)[0].max() == 0


def test_every_speaker_has_a_voice_in_range_and_subjects_sound_apart() -> None:
    scene = understand("a man, a girl, a mouse and an elephant", 7).scene
    of = voices(scene)
    assert set(of) == {"", "man", "girl", "mouse", "elephant"}
    assert of["man"][0] < of["girl"][0] < of["mouse"][0]
    assert all(0.6 <= pitch <= 1.8 and 0.8 <= formant <= 1.25 for pitch, formant in of.values())


def test_a_kicked_ball_flies_off_and_comes_back() -> None:
    layers = play("a boy kicks a ball", 4.0)
    away = np.abs(column(layers, "ball", "x") - column(layers, "boy", "x")) / column(layers, "boy", "scale")
    settled = away[45:]
    assert settled.min() < 0.5
    assert settled.max() > 1.0
    assert sound(layers, "thud")


def test_what_is_pushed_stays_on_the_ground_before_the_hands() -> None:
    layers = play("a man pushes a box", 4.0)
    gap = (column(layers, "cube", "x") - column(layers, "man", "x")) * np.sign(column(layers, "man", "facing"))
    assert (column(layers, "cube", "lift") == 0).all()
    assert (gap > 0.1 * column(layers, "man", "scale")).all()
    assert np.ptp(column(layers, "man", "x")) > 0.1


def test_juggled_things_are_in_the_air_at_different_heights() -> None:
    layers = play("a clown juggles three balls", 4.0)
    lifts = np.stack([i.track[:, TRACK.index("lift")] for i in layers.instances if i.actor.subject == "ball"])
    assert lifts.shape[0] == 3
    assert (np.ptp(lifts, axis=0) > 0.02).mean() > 0.9


def test_who_climbs_gets_higher() -> None:
    lift = column(play("a squirrel climbs a tree", 4.0), "squirrel", "lift")
    assert lift[-1] > lift[0] + 0.1
    assert (np.diff(lift) > -1e-4).all()


def test_what_melts_gets_smaller() -> None:
    scale = column(play("a snowman melts", 4.0), "snowman", "scale")
    assert scale[-1] < 0.7 * scale[0]
