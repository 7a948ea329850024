"""Characters in prompts: what means them, and how they look and sound."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest

from domain.jobs import Cast
from inference.world.casting import perform
from inference.world.scene import Actor, Scene
from inference.world.stage import voices


def mara(**changes: Any) -> Cast:
    fields = {
        "character_id": "char_1", "name": "Mara", "handle": "mara.k", "rig": "person", "parameters": "{}",
        "description": "A girl with red hair and a green hat. She lives in a city and has a dog.",
    }  # fmt: skip
    return Cast(**{**fields, **changes})


BOB = mara(character_id="char_2", name="Bob", handle="bob", description="wibble", rig="quadruped")


def actors(scene: Scene) -> dict[str, Actor]:
    return {actor.name: actor for actor in scene.actors}


@pytest.mark.parametrize("mention", ["@mara.k", "@MARA.K", "Mara", "mara", "the Mara"])
def test_a_mention_means_the_character(mention: str) -> None:
    understanding = perform(f"{mention} dances on the beach.", 7, None, [mara()])
    [girl] = understanding.scene.actors
    assert (girl.subject, girl.action, girl.look) == ("girl", "dance", {"hair": "red", "hat": "green"})
    assert understanding.scene.place == "beach"
    assert understanding.understood[-2:] == ("dances", "beach")
    assert understanding.ignored == ()


def test_its_description_adds_nobody_and_no_place_and_none_of_its_words_are_told() -> None:
    understanding = perform("Mara sleeps", 7, None, [mara()])
    assert list(actors(understanding.scene)) == ["girl"]
    assert "place" not in understanding.scene.fixed
    assert understanding.understood == ("mara", "sleeps")


@pytest.mark.parametrize("text", ["mail me@mara.k.de, a cat", "@mara.kay and a cat", "Marabel has a cat"])
def test_what_only_looks_like_a_mention_is_none_and_the_character_joins(text: str) -> None:
    found = actors(perform(text, 7, None, [mara()]).scene)
    assert set(found) == {"cat", "girl"}
    assert found["girl"].look == {"hair": "red", "hat": "green"}


def test_what_is_said_stays_as_it_was_written() -> None:
    scene = perform('Bob runs and says "I am Bob and not Mara."', 7, None, [BOB, mara()]).scene
    assert [line.text for line in scene.lines] == ["I am Bob and not Mara."]


def test_every_mention_means_the_same_one() -> None:
    scene = perform("Mara runs. A cat follows @mara.k. Mara's hat is blue", 7, None, [mara()]).scene
    assert set(actors(scene)) == {"girl", "cat"}


def test_a_prompt_full_of_mentions_takes_no_longer_than_one_full_of_nouns() -> None:
    started = time.perf_counter()
    perform("Mara, " * 5_000, 7, None, [mara()])
    assert time.perf_counter() - started < 10


def test_a_description_that_is_not_understood_gives_way_to_the_rig() -> None:
    [bob] = perform("Bob runs", 7, None, [BOB]).scene.actors
    assert (bob.rig, bob.action) == ("quadruped", "run")


def test_a_description_of_another_rig_does_too() -> None:
    [actor] = perform("Mara runs", 7, None, [mara(rig="bird", description="a girl")]).scene.actors
    assert actor.subject == "bird"


def test_a_character_looks_the_same_in_every_clip() -> None:
    one, two = (perform(words, seed, None, [BOB]).scene for words, seed in (("Bob runs", 1), ("a city with Bob", 2)))
    assert (one.actors[0].subject, one.actors[0].seed) == (two.actors[0].subject, two.actors[0].seed)


def test_others_of_its_kind_stay_others() -> None:
    found = actors(perform("a girl meets Mara and @bob in the park", 7, None, [mara(), BOB]).scene)
    assert found["girl"].look == {}
    assert found["girl-2"].look == {"hair": "red", "hat": "green"}
    assert len(found) == 3


def test_the_prompt_wins_over_the_parameters_and_these_over_the_description() -> None:
    parameters = '{"hair": 1193046, "hat": 1, "size": 1.4, "face": 2}'
    [girl] = perform("Mara in a blue hat", 7, None, [mara(parameters=parameters)]).scene.actors
    assert girl.look == {"face": "sad", "hair": "#123456", "hat": "blue"}
    assert girl.size == 1.4
    [girl] = perform("a tiny Mara", 7, None, [mara(parameters=parameters)]).scene.actors
    assert (girl.look["hat"], girl.size) == ("green", 0.55)


def test_what_the_engine_cannot_show_is_told() -> None:
    understanding = perform("Mara runs", 7, None, [mara(parameters='{"voice_rate": 1.2, "belly": 5, "hat": 0}')])
    assert [note.partition(":")[0] for note in understanding.ignored] == ["voice_rate", "belly"]
    assert understanding.scene.actors[0].look["hat"] == "no"


def test_a_voice_of_its_own_is_heard() -> None:
    scene = perform(
        'Mara says "Hello."', 7, None, [mara(parameters='{"voice_pitch": 1.9, "voice_formant": 0.8}')]
    ).scene
    assert voices(scene)["girl"] == (1.9, 0.8)


# remixes -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def parent() -> Scene:
    return perform("Mara dances on the beach by day", 7, None, [mara()]).scene


def test_an_inherited_character_is_there_already(parent: Scene) -> None:
    remix = perform("make it night", 8, parent, [mara(inherited=True)]).scene
    assert remix.actors == parent.actors


def test_an_inherited_character_can_be_meant(parent: Scene) -> None:
    remix = perform("Mara runs", 8, parent, [mara(inherited=True)]).scene
    assert remix.actors == (msgspec.structs.replace(parent.actors[0], action="run"),)


def test_a_new_character_of_the_same_kind_is_another_one(parent: Scene) -> None:
    zoe = mara(character_id="char_3", name="Zoe", handle="zoe", description="a girl with black hair")
    remix = perform("it rains", 8, parent, [mara(inherited=True), zoe]).scene
    assert [actor.look.get("hair") for actor in remix.actors] == ["red", "black"]
    assert remix.actors[0] == parent.actors[0]


def test_a_character_can_take_the_place_of_somebody() -> None:
    parent = perform("a cat dances on the beach", 7, None, []).scene
    [girl] = perform("replace the cat with Mara", 8, parent, [mara()]).scene.actors
    assert (girl.subject, girl.action, girl.look) == ("girl", "dance", {"hair": "red", "hat": "green"})
