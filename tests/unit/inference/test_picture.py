"""The painter: every name of the vocabulary is drawn, the same layers give the same bytes, and the picture lives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from inference.world import vocabulary as v
from inference.world.picture.actors import key_lit
from inference.world.picture.canvas import Canvas
from inference.world.picture.painter import Painter
from inference.world.picture.palette import HOURS, light_of
from inference.world.picture.path import Path, curve, rect
from inference.world.picture.places import PLACES
from inference.world.picture.rigs import RIGS
from inference.world.picture.rigs.beast import ACTIONS as BEARINGS
from inference.world.picture.rigs.bird import INSECTS, KINDS
from inference.world.picture.rigs.fish import BODIES as FISH
from inference.world.picture.rigs.plant import PLANTS
from inference.world.picture.rigs.species import SPECIES
from inference.world.picture.rigs.stance import ACTIONS as STANCES
from inference.world.picture.rigs.thing import THINGS
from inference.world.picture.rigs.vehicle import BODIES as VEHICLES
from inference.world.picture.rigs.wardrobe import HATS
from inference.world.scene import FPS, TRACK, Actor, Background, Instance, Layers, Relation, SoundEvent

SMALL = (144, 256)
Frame = np.ndarray


def test_whoever_is_seen_at_night_keeps_more_colour_than_the_place() -> None:
    lit = light_of("night", "rain")
    assert key_lit(lit).grey < 0.5 * lit.grey
    assert key_lit(light_of("day", "clouds")) == light_of("day", "clouds")


def acting(subject: str, action: str = "idle", look: dict[str, str] | None = None, seed: int = 3) -> Instance:
    """One actor on the spot, in the middle of the frame, with every column of its track in use."""
    t = np.arange(30) / FPS
    track = np.zeros((30, len(TRACK)), np.float32)
    up = action in v.AFLOAT or v.SUBJECTS[subject].rig == "fish"
    track[:, TRACK.index("y")] = 0.5 if up else 0.86
    track[:, TRACK.index("scale")] = 0.34
    track[:, TRACK.index("facing")] = np.cos(t * 2)
    track[:, TRACK.index("phase")] = t * 0.9
    track[:, TRACK.index("squash")] = 1.0
    track[:, TRACK.index("mouth")] = np.abs(np.sin(t * 5))
    actor = Actor(subject, subject, v.SUBJECTS[subject].rig, seed, look=look or {}, action=action)
    return Instance(actor, seed, 0.6, track)


def scene(
    *instances: Instance,
    place: str = "meadow",
    weather: str = "clear",
    time: str = "day",
    size: tuple[int, int] = SMALL,
    camera: tuple[float, float, float] = (0.0, 0.5, 1.0),
    sounds: tuple[SoundEvent, ...] = (),
) -> Layers:
    track = np.tile(np.array(camera, np.float32), (30, 1))
    background = Background(place, weather, time, 7)
    return Layers(1.0, FPS, size[0] / size[1], background, instances, track, sounds, ())


def painted(layers: Layers, index: int = 10, size: tuple[int, int] = SMALL) -> Frame:
    with Painter(layers, *size) as painter:
        return painter.frame(index)


def apart(a: Frame, b: Frame) -> float:
    """Mean difference of two frames, 0..255."""
    return float(np.abs(a.astype(np.int16) - b.astype(np.int16)).mean())


# Vocabulary ---------------------------------------------------------------------------------------------------------


def names(rig: str) -> set[str]:
    return {subject.name for subject in v.SUBJECTS.values() if subject.rig == rig}


def test_every_subject_has_a_body() -> None:
    assert set(RIGS) == {subject.rig for subject in v.SUBJECTS.values()}
    assert set(SPECIES) == names("quadruped")
    assert set(KINDS) | set(INSECTS) == names("bird")
    assert set(FISH) == names("fish")
    assert set(VEHICLES) == names("vehicle")
    assert set(PLANTS) == names("plant")
    assert set(THINGS) == names("thing")


def test_every_place_time_and_weather_is_known() -> None:
    assert set(PLACES) == set(v.PLACES)
    assert set(HOURS) == set(v.TIMES)
    for time in v.TIMES:
        for weather in v.WEATHERS:
            assert light_of(time, weather).sky


def test_every_pose_and_hat_is_known() -> None:
    assert set(STANCES) >= v.POSES["person"]
    assert set(BEARINGS) >= {v.drawn("quadruped", action) for action in v.POSES["quadruped"]}
    assert set(HATS) == set(v.HAT_STYLES)


@pytest.mark.parametrize("rig", sorted(RIGS))
def test_subjects_of_a_rig_look_different(rig: str) -> None:
    frames = {name: painted(scene(acting(name))) for name in sorted(names(rig))}
    empty = painted(scene())
    for name, frame in frames.items():
        assert apart(frame, empty) > 0.2, f"{name} is not seen"
    listed = list(frames.items())
    for i, (name, frame) in enumerate(listed):
        for other, against in listed[i + 1 :]:
            assert apart(frame, against) > 0.1, f"{name} and {other} look the same"


@pytest.mark.parametrize(("rig", "subject"), [
    ("person", "wizard"), ("quadruped", "fox"), ("bird", "bird"), ("bird", "bee"), ("fish", "crab"), ("fish", "whale"),
    ("vehicle", "boat"), ("vehicle", "rocket"), ("plant", "flower"), ("thing", "star"),
])  # fmt: skip
def test_every_pose_is_drawn(rig: str, subject: str) -> None:
    empty = painted(scene())
    for action in sorted(v.POSES[rig]):
        assert apart(painted(scene(acting(subject, action))), empty) > 0.2, action


EXAMPLES = {
    "person": "man", "quadruped": "cat", "bird": "parrot", "fish": "fish", "vehicle": "car", "plant": "flower",
    "thing": "ball",
}  # fmt: skip


@pytest.mark.parametrize("rig", sorted(RIGS))
def test_every_look_of_a_rig_shows(rig: str) -> None:
    """Each thing that can be worn shows, and the values of a choice differ from one another."""

    def dressed(**look: str) -> Frame:
        return painted(scene(acting(EXAMPLES[rig], look=look)), 0)

    for key in v.LOOKS[rig]:
        if key in v.CHOICES:
            frames = {dressed(**{key: value}).tobytes() for value in v.CHOICES[key]}
            assert len(frames) == len(v.CHOICES[key]), key
            assert frames - {dressed().tobytes()}, key
        else:
            assert apart(dressed(**{key: "yes"}), dressed(**{key: "no"})) > 0.004, key


def test_words_decide_colours_and_what_is_taken_off() -> None:
    red, blue = (painted(scene(acting("cat", look={"body": c}))) for c in ("red", "blue"))
    assert apart(red, blue) > 0.5
    with_hat, without = painted(scene(acting("wizard"))), painted(scene(acting("wizard", look={"hat": "no"})))
    assert apart(with_hat, without) > 0.2


# Bytes --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [
    (720, 1280), (1280, 720), (1024, 1792), (1792, 1024), (1080, 1920), (1920, 1080), (144, 256), (256, 144),
])  # fmt: skip
def test_frames_have_exactly_the_asked_size(size: tuple[int, int]) -> None:
    frame = painted(scene(acting("girl"), size=size), size=size)
    assert frame.shape == (size[1], size[0], 3)
    assert frame.dtype == np.uint8
    assert frame.flags["C_CONTIGUOUS"]


def test_a_ball_stays_round_in_every_format() -> None:
    """Never stretched."""
    for size in ((288, 512), (512, 288)):
        ball = acting("ball", "float")
        ball.track[:, TRACK.index("facing")] = 1
        with_ball, without = (painted(scene(*who, place="sky", size=size), size=size) for who in ((ball,), ()))
        seen = np.abs(with_ball.astype(np.int16) - without.astype(np.int16)).max(axis=2) > 12
        rows, columns = np.nonzero(seen.any(axis=1))[0], np.nonzero(seen.any(axis=0))[0]
        assert abs((rows[-1] - rows[0]) - (columns[-1] - columns[0])) <= 2


@pytest.mark.parametrize("place", sorted(v.PLACES))
def test_the_order_of_frames_does_not_matter(place: str) -> None:
    layers = scene(acting("fox", "run"), place=place, weather="storm")
    with Painter(layers, *SMALL) as painter:
        forwards = [painter.frame(i).tobytes() for i in (2, 9, 21)]
    with Painter(layers, *SMALL) as painter:
        backwards = [painter.frame(i).tobytes() for i in (21, 9, 2)]
    assert forwards == backwards[::-1]


def test_threads_draw_the_same_frames_in_order() -> None:
    layers = scene(acting("knight", "walk"), acting("dragon", "fly"), place="castle", weather="snow")
    with Painter(layers, *SMALL) as painter:
        alone = [painter.frame(i).tobytes() for i in range(layers.frames)]
    with Painter(layers, *SMALL) as painter:
        assert [frame.tobytes() for frame in painter.frames(threads=3)] == alone


def test_two_painters_at_the_same_time_do_not_disturb_each_other() -> None:
    scenes = [scene(acting("cat", "dance"), place=p, weather="rain") for p in ("city", "beach", "room")]
    one_by_one = [painted(s).tobytes() for s in scenes]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda s: painted(s).tobytes(), scenes * 2)) == one_by_one * 2


def test_a_frame_is_not_overwritten_by_the_next() -> None:
    with Painter(scene(acting("girl", "dance")), *SMALL) as painter:
        first = painter.frame(0)
        kept = first.copy()
        painter.frame(20)
    assert np.array_equal(first, kept)


# Light, weather, life -----------------------------------------------------------------------------------------------


def test_the_hour_changes_the_picture_and_night_is_dark() -> None:
    frames = {time: painted(scene(acting("girl"), time=time)) for time in v.TIMES}
    assert frames["night"].mean() < 0.75 * frames["day"].mean()
    warmth = {time: float(frame[..., 0].mean()) - float(frame[..., 2].mean()) for time, frame in frames.items()}
    assert warmth["sunset"] > warmth["day"] > warmth["night"]


def test_every_weather_changes_the_picture() -> None:
    clear = painted(scene())
    for weather in set(v.WEATHERS) - {"clear"}:
        assert apart(painted(scene(weather=weather)), clear) > 1.0, weather


def test_places_differ() -> None:
    frames = {place: painted(scene(place=place)) for place in v.PLACES}
    listed = list(frames.items())
    for i, (name, frame) in enumerate(listed):
        for other, against in listed[i + 1 :]:
            assert apart(frame, against) > 4, f"{name} and {other}"


@pytest.mark.parametrize("place", sorted(v.PLACES))
def test_places_move_by_themselves(place: str) -> None:
    with Painter(scene(place=place), *SMALL) as painter:
        assert not np.array_equal(painter.frame(0), painter.frame(12))


def test_lightning_comes_just_before_the_thunder_that_is_heard() -> None:
    layers = scene(weather="storm", place="sea", sounds=(SoundEvent(0.55, "thunder"),))
    with Painter(layers, *SMALL) as painter:
        brightness = [float(painter.frame(i).mean()) for i in range(30)]
    assert np.argmax(brightness) == round((0.55 - 0.25) * FPS)
    assert brightness[5] < brightness[9] - 3


def test_the_camera_moves_near_things_more_than_far_ones() -> None:
    """Zooming in enlarges an actor; panning shifts it."""
    empty, wide = painted(scene()), painted(scene(acting("girl")))
    assert apart(wide, empty) > 0
    near = apart(painted(scene(acting("girl"), camera=(0, 0.66, 1.5))), painted(scene(camera=(0, 0.66, 1.5))))
    assert near > 1.6 * apart(wide, empty)


def test_who_is_not_there_yet_leaves_no_trace() -> None:
    gone = acting("girl")
    gone.track[:, TRACK.index("scale")] = 0
    assert np.array_equal(painted(scene(gone)), painted(scene()))


def test_a_rider_sits_and_a_holder_reaches_out() -> None:
    girl = acting("girl")
    riding = Instance(_with(girl.actor, Relation("on", "horse")), girl.seed, girl.depth, girl.track)
    holding = Instance(_with(girl.actor, Relation("holds", "balloon")), girl.seed, girl.depth, girl.track)
    size = (288, 512)
    stands, sits, reaches = (painted(scene(one, size=size), size=size) for one in (girl, riding, holding))
    assert apart(stands, sits) > 0.3
    assert apart(stands, reaches) > 0.02


def _with(actor: Actor, relation: Relation) -> Actor:
    return Actor(actor.name, actor.subject, actor.rig, actor.seed, look=actor.look, relation=relation)


# Canvas -------------------------------------------------------------------------------------------------------------


def test_thin_strokes_are_drawn_at_any_scale() -> None:
    """The rasteriser rounds widths before transforms: a line of 0.01 in a node scaled by 500 must still show."""
    with Canvas(100, 100) as canvas:
        canvas.root.group((500, 0, 0, 500, 0, 0)).stroke(
            curve((0.02, 0.1), (0.1, 0.11), (0.18, 0.1)), (255, 0, 0), 0.01
        )
        canvas.draw(clear=True)
        assert (canvas.rgb()[..., 0] > 128).sum() > 300


def test_tone_reaches_every_colour_but_what_glows() -> None:
    with Canvas(20, 10) as canvas:
        pen = canvas.root.toned(lambda colour: (0, colour[1], 0))
        pen.fill(rect(0, 0, 10, 10), (200, 100, 50))
        pen.glowing.fill(rect(10, 0, 10, 10), (200, 100, 50))
        canvas.draw(clear=True)
        left, right = canvas.rgb()[5, 5], canvas.rgb()[5, 15]
    assert tuple(left) == (0, 100, 0)
    assert tuple(right) == (200, 100, 50)


def test_an_empty_path_draws_nothing() -> None:
    with Canvas(10, 10) as canvas:
        canvas.root.fill(Path(), (255, 255, 255))
        canvas.root.stroke(Path(), (255, 255, 255), 3)
        canvas.draw(clear=True)
        assert not canvas.rgb().any()
