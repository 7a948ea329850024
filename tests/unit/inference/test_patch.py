from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.world.patch import patch
from inference.world.scene import Actor, Line, Relation, Scene
from inference.world.understand import understand
from tests.unit.inference.test_understand import SENTENCES, account, assert_valid

PROMPT = (
    "A red cat with a green hat dances and a dog runs in the park on a sunny day. "
    'The cat says "hi". The dog says "woof".'
)
PARENT = understand(PROMPT, 7).scene
CAT, DOG = PARENT.actors


def changed(child: Scene, parent: Scene = PARENT) -> dict[str, Any]:
    """The fields that differ, `fixed` aside: which fields words decided follows from which they changed."""
    fields = [name for name in parent.__struct_fields__ if name != "fixed"]
    return {name: getattr(child, name) for name in fields if getattr(child, name) != getattr(parent, name)}


def actor_changes(child: Actor, parent: Actor) -> dict[str, Any]:
    return {
        name: getattr(child, name) for name in parent.__struct_fields__ if getattr(child, name) != getattr(parent, name)
    }


FIELDS = [
    ("make it night", {"time": "night"}),
    ("at sunset", {"time": "sunset"}),
    ("turn the day into night", {"time": "night"}),
    ("make it rain", {"weather": "rain"}),
    ("it is snowing", {"weather": "snow"}),
    ("in a forest", {"place": "forest"}),
    ("change the park to a beach", {"place": "beach"}),
    ("at night on a beach in the rain", {"place": "beach", "weather": "rain", "time": "night"}),
    ("close-up", {"camera": "close_up"}),
    ("let the camera zoom in", {"camera": "zoom_in"}),
    ("change the music to something sad", {"mood": "sad"}),
    ("let the cat dance", {}),
    ("no dialogue", {"lines": ()}),
    ('the dog says "bark"', {"lines": (Line("cat", "hi"), Line("dog", "bark"))}),
    ('make the cat say "bye"', {"lines": (Line("dog", "woof"), Line("cat", "bye"))}),
]


@pytest.mark.parametrize(("prompt", "expected"), FIELDS)
def test_a_remix_changes_the_named_fields_only(prompt: str, expected: dict[str, Any]) -> None:
    understanding = patch(PARENT, prompt)
    assert changed(understanding.scene) == expected
    assert understanding.ignored == ()


ACTORS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("make the cat blue", {"look": {"body": "blue", "hat": "green"}}, {}),
    ("change the cat to blue", {"look": {"body": "blue", "hat": "green"}}, {}),
    ("make the red cat purple", {"look": {"body": "purple", "hat": "green"}}, {}),
    ("make it blue", {"look": {"body": "blue", "hat": "green"}}, {}),
    ("remove the hat", {"look": {"body": "red", "hat": "no"}}, {}),
    ("the cat without a hat", {"look": {"body": "red", "hat": "no"}}, {}),
    ("give the dog glasses", {}, {"look": {"glasses": "yes"}}),
    ("three cats", {"count": 3}, {}),
    ("two dogs", {}, {"count": 2}),
    ("make the dog bigger", {}, {"size": 1.25}),
    ("a tiny cat", {"size": 0.55}, {}),
    ("let the cat sleep", {"action": "sleep"}, {}),
    ("the dog slowly walks", {}, {"action": "walk", "manner": "slow"}),
    ("everyone sleeps", {"action": "sleep"}, {"action": "sleep"}),
    ("make the cat and the dog jump", {"action": "jump"}, {"action": "jump"}),
    ("the dog chases the cat", {}, {"relation": Relation("chases", "cat")}),
    ("make everything green", {"look": {"body": "green", "hat": "green"}}, {"look": {"body": "green"}}),
]


@pytest.mark.parametrize(("prompt", "cat", "dog"), ACTORS)
def test_a_remix_changes_the_named_actor_only(prompt: str, cat: dict[str, Any], dog: dict[str, Any]) -> None:
    child = patch(PARENT, prompt).scene
    assert set(changed(child)) == {"actors"}
    assert [actor_changes(new, old) for new, old in zip(child.actors, PARENT.actors, strict=True)] == [cat, dog]


@pytest.mark.parametrize("prompt", ["add a bird", "a bird", "with a bird", "a bird flies"])
def test_a_new_noun_is_added_at_the_end(prompt: str) -> None:
    child = patch(PARENT, prompt).scene
    assert child.actors[:2] == PARENT.actors
    assert [actor.name for actor in child.actors[2:]] == ["bird"]


@pytest.mark.parametrize("prompt", ["add a dog", "another dog", "one more dog"])
def test_a_further_actor_of_a_known_subject_is_asked_for_by_name(prompt: str) -> None:
    child = patch(PARENT, prompt).scene
    assert child.actors[:2] == PARENT.actors
    assert [actor.name for actor in child.actors[2:]] == ["dog-2"]


@pytest.mark.parametrize(
    "prompt", ["remove the dog", "without the dog", "no dog", "take away the dog", "get rid of the dog"]
)
def test_an_actor_leaves_with_its_lines(prompt: str) -> None:
    child = patch(PARENT, prompt).scene
    assert child.actors == (CAT,)
    assert child.lines == (Line("cat", "hi"),)


@pytest.mark.parametrize(
    "prompt",
    [
        "replace the cat with a robot",
        "turn the cat into a robot",
        "swap the cat for a robot",
        "make the cat a robot",
        "a robot instead of the cat",
        "instead of the cat, a robot",
    ],
)
def test_a_swapped_subject_keeps_place_action_seed_and_lines(prompt: str) -> None:
    child = patch(PARENT, prompt).scene
    robot, dog = child.actors
    assert actor_changes(robot, CAT) == {"name": "robot", "subject": "robot", "rig": "person", "look": {}}
    assert dog == DOG
    assert child.lines == (Line("robot", "hi"), Line("dog", "woof"))


def test_a_swap_may_describe_the_new_subject() -> None:
    child = patch(PARENT, "swap the dog for a big green robot").scene
    assert (child.actors[1].subject, child.actors[1].size, child.actors[1].look) == ("robot", 1.25, {"body": "green"})


def test_relations_follow_a_swap_and_end_with_a_removal() -> None:
    parent = understand("a dog chases a cat", 7).scene
    assert patch(parent, "turn the cat into a mouse").scene.actors[0].relation == Relation("chases", "mouse")
    assert patch(parent, "remove the cat").scene.actors[0].relation is None


def test_what_is_not_there_cannot_be_removed_or_replaced() -> None:
    assert patch(PARENT, "remove the elephant").ignored == ("elephant",)
    understanding = patch(PARENT, "replace the dragon with a horse")
    assert understanding.ignored == ("dragon",)
    assert [actor.name for actor in understanding.scene.actors] == ["cat", "dog", "horse"]


def test_unknown_words_change_nothing_and_are_reported() -> None:
    understanding = patch(PARENT, "make it more cinematic and frobnicate")
    assert understanding.scene == PARENT
    assert understanding.ignored == ("cinematic", "frobnicate")


def test_fixed_grows_by_what_the_remix_named() -> None:
    free = understand("a cat", 7).scene
    assert patch(free, "make it night").scene.fixed == ("time",)
    assert patch(free, "make the cat blue").scene.fixed == ("cat.look",)


def test_a_remix_of_a_remix_keeps_both_changes() -> None:
    child = patch(patch(PARENT, "make it night").scene, "make the cat blue").scene
    assert set(changed(child)) == {"time", "actors"}


@given(prompt=SENTENCES, seed=st.integers(0, 2**40))
@settings(deadline=None, max_examples=200)
def test_any_remix_is_valid_accounted_for_and_repeatable(prompt: str, seed: int) -> None:
    parent = msgspec.structs.replace(PARENT, seed=seed)
    understanding = patch(parent, prompt)
    account(prompt, understanding)
    assert patch(parent, prompt) == understanding
    assert_valid(understanding.scene)
    assert understanding.scene.seed == seed


@given(prompt=st.text(alphabet="qxzjkv ", max_size=60))
@settings(deadline=None)
def test_words_outside_the_vocabulary_leave_every_field_equal(prompt: str) -> None:
    assert patch(PARENT, prompt).scene == PARENT
