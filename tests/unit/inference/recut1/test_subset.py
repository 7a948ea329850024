"""The words and numbers that the networks were trained on."""

from __future__ import annotations

import numpy as np
import pytest

from inference.recut1 import subset
from inference.world import vocabulary as v
from inference.world.scene import TRACK, Actor, Background, Instance, Scene
from inference.world.stage import stage


def staged(subject: str, action: str, fps: int = subset.FPS) -> Instance:
    actor = Actor("lead", subject, v.SUBJECTS[subject].rig, 5, action=action)
    scene = Scene(1, 8, (actor,), "meadow", "clear", "day", "still", fixed=("camera",))
    return stage(scene, subset.SECONDS, fps, 9 / 16).instances[0]


def test_every_word_has_a_number_of_its_own() -> None:
    numbers = [subset.word(kind, name) for kind, names in enumerate(subset.KINDS) for name in names]
    assert len(set(numbers)) == len(numbers)
    assert subset.UNKNOWN not in numbers
    assert max(numbers) < 128  # the flow's table


def test_every_word_of_the_subset_is_one_of_the_scene_engine() -> None:
    assert set(subset.SUBJECTS) <= set(v.SUBJECTS)
    assert set(subset.PLACES) <= set(v.PLACES)
    assert set(subset.ACTIONS) <= set(v.ACTIONS)
    assert set(subset.COLOURS) <= set(v.COLOURS)
    assert set(subset.BOXES) == set(subset.SUBJECTS)


def test_what_is_not_known_is_no_word_rather_than_another() -> None:
    actor = Actor("lead", "dragon", "quadruped", 5, action="sleep", look={"body": "#123456"})
    words = subset.words_of(actor, Background("castle", "clear", "day", 3))
    known = [subset.word(3, "day"), subset.word(4, "3")]
    assert words.tolist() == [0, 0, 0, *known, 0]


@pytest.mark.parametrize("action", ["walk", "jump", "spin", "grow"])
def test_motion_comes_back_from_its_numbers(action: str) -> None:
    instance = staged("man", action)
    for row, truth in zip(subset.motion_of(instance, subset.FPS), instance.track, strict=True):
        at = subset.moment(row)
        x, y, scale, angle, facing, phase, lift, squash, mouth = (truth[TRACK.index(name)] for name in subset.SEEN)
        assert (at.x, at.y, at.scale, at.lift) == pytest.approx((x, y, scale, lift), abs=1e-4)
        assert (at.facing, at.squash, at.mouth) == pytest.approx((facing, squash, mouth), abs=1e-4)
        assert np.cos(at.angle - angle) == pytest.approx(1, abs=1e-5)
        assert np.cos(2 * np.pi * (at.phase - phase)) == pytest.approx(1, abs=1e-4)


def test_a_person_is_wholly_dressed_and_always_the_same() -> None:
    actor = Actor("lead", "woman", "person", 5, look={"body": "red"})
    look = subset.dressed(actor)
    assert look == subset.dressed(actor)
    assert look["body"] == "red"
    assert subset.dressed(Actor("lead", "woman", "person", 6))["skin"] is not None
    numbers = subset.person_of(actor, look)
    assert numbers.shape == (subset.PERSON + 1,)
    assert numbers[-1] == 1
    assert numbers.min() >= 0
    assert numbers.max() <= 1


def test_whoever_is_no_person_has_no_numbers_of_one() -> None:
    cat = Actor("lead", "cat", "quadruped", 5)
    assert not subset.person_of(cat, subset.dressed(cat)).any()


def test_the_plan_knows_the_aspect() -> None:
    motion = subset.motion_of(staged("ball", "bounce"), subset.FPS)
    assert subset.plan_of(motion, 9 / 16)[0] == pytest.approx(-subset.plan_of(motion, 16 / 9)[0])
    assert subset.plan_of(motion, 1.0)[-1] == 1


def test_nobody_does_what_something_else_would_stand_for() -> None:
    assert subset.can_act("car", "drive")
    assert not subset.can_act("car", "walk")
    assert not subset.can_act("flower", "walk")
    assert not subset.can_act("man", "drive")
