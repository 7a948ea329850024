from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.world import vocabulary as v
from inference.world.lexicon import INDEX
from inference.world.scene import Scene, Understanding
from inference.world.tokens import content_words
from inference.world.understand import understand
from inference.world.words.function import FUNCTION_WORDS

SEED = 7


def brief(scene: Scene) -> dict[str, Any]:
    """What a case can expect: scene fields, and per actor a dotted name ("cat.body", "dog.action", "dog.chases")."""
    seen: dict[str, Any] = {name: getattr(scene, name) for name in ("place", "weather", "time", "camera", "mood")}
    seen["actors"] = " ".join(actor.name for actor in scene.actors)
    seen["lines"] = [(line.speaker, line.text) for line in scene.lines]
    for actor in scene.actors:
        facts = {
            "count": actor.count,
            "size": actor.size,
            "action": actor.action,
            "then": actor.then,
            "manner": actor.manner,
            **actor.look,
        }
        if actor.relation:
            facts[actor.relation.kind] = actor.relation.actor
        seen |= {f"{actor.name}.{key}": value for key, value in facts.items()}
    return seen


CASES: list[tuple[str, dict[str, Any], str]] = [
    # subjects, colours and attributes at the right noun
    ("a red cat and a blue dog", {"actors": "cat dog", "cat.body": "red", "dog.body": "blue"}, ""),
    ("a cat with a green hat", {"actors": "cat", "cat.hat": "green"}, ""),
    ("a red cat with a green hat", {"cat.body": "red", "cat.hat": "green"}, ""),
    ("three small yellow birds", {"bird.count": 3, "bird.size": 0.75, "bird.body": "yellow"}, ""),
    ("The cat is blue and happy. It jumps.", {"cat.body": "blue", "cat.face": "happy", "cat.action": "jump"}, ""),
    ("a red and a blue cat", {"actors": "cat cat-2", "cat.body": "red", "cat-2.body": "blue"}, ""),
    ("two red cars and one blue car", {"car.count": 2, "car.body": "red", "car-2.count": 1, "car-2.body": "blue"}, ""),
    ("a red and white striped ball", {"ball.body": "red", "ball.trim": "white", "ball.pattern": "striped"}, ""),
    ("a man with long black hair and blue eyes",
     {"man.hair_style": "long", "man.hair": "black", "man.eyes": "blue"}, ""),
    ("a girl in a yellow dress", {"actors": "girl", "girl.body": "yellow"}, ""),
    ("a girl in a yellow raincoat", {"actors": "girl", "girl.body": "yellow"}, ""),
    ("an old woman with glasses", {"woman.age": "old", "woman.glasses": "yes"}, ""),
    ("a tiny mouse and a giant elephant", {"mouse.size": 0.55, "elephant.size": 1.65}, ""),
    ("a cat, orange and fluffy, sits", {"cat.body": "orange", "cat.texture": "fluffy", "cat.action": "sit"}, ""),
    ("a polar bear", {"actors": "bear", "bear.body": "white"}, ""),
    ("a taxi", {"actors": "car", "car.body": "yellow"}, ""),
    ("my grandmother", {"actors": "woman", "woman.age": "old", "woman.hair": "white"}, ""),
    ("A cat sits. The cat sleeps.", {"actors": "cat", "cat.action": "sit", "cat.then": "sleep"}, ""),
    ("a dog and another dog", {"actors": "dog dog-2"}, ""),
    ("a dark green frog", {"frog.body": "green"}, "dark"),
    ("robot dog", {"actors": "dog"}, "robot"),
    ("a car with glasses", {"actors": "car"}, "glasses"),
    ("a cat with red zorgle", {"actors": "cat"}, "red zorgle"),
    # counts
    ("12 penguins", {"penguin.count": 9}, "12"),
    ("twelve penguins dancing", {"penguin.count": 9, "penguin.action": "dance"}, "twelve"),
    ("a pair of owls", {"owl.count": 2}, ""),
    ("a flock of seagulls", {"seagull.count": 6}, ""),
    ("five children", {"actors": "girl boy", "girl.count": 3, "boy.count": 2}, ""),
    ("birds", {"bird.count": 3}, ""),
    # actions at the right subject
    ("a cat sits and a dog sleeps", {"cat.action": "sit", "dog.action": "sleep"}, ""),
    ("a cat and a dog dance", {"cat.action": "dance", "dog.action": "dance"}, ""),
    ("a dancing cat", {"cat.action": "dance"}, ""),
    ("Dancing in the rain, a girl with an umbrella",
     {"girl.action": "dance", "girl.holds": "umbrella", "weather": "rain"}, ""),
    ("a boy walks and then dances", {"boy.action": "walk", "boy.then": "dance"}, ""),
    ("a horse gallops quickly", {"horse.action": "run", "horse.manner": "fast"}, ""),
    ("a woman slowly walks", {"woman.action": "walk", "woman.manner": "slow"}, ""),
    ("a fish walks", {"fish.action": "swim"}, ""),
    ("a car eats", {"actors": "car"}, "eats"),
    ("a singer on a stage", {"man.action": "sing", "place": "stage"}, ""),
    ("In a cozy kitchen, a chef bakes a cake while a cat watches",
     {"cat.action": "look", "place": "kitchen", "chef.action": "cook", "chef.beside": "cake"}, ""),
    ("a girl juggles three balls", {"girl.action": "juggle", "girl.holds": "ball", "ball.count": 3}, ""),
    ("children play in the park", {"girl.action": "jump", "place": "park"}, ""),
    ("a man plays guitar", {"man.action": "play", "man.holds": "guitar"}, ""),
    # relations
    ("a dog chases a cat in the park",
     {"dog.chases": "cat", "dog.action": "run", "cat.action": "run", "place": "park"}, ""),
    ("a rabbit followed by a fox", {"fox.follows": "rabbit"}, ""),
    ("a boy holding a red balloon walks", {"boy.holds": "balloon", "balloon.body": "red", "boy.action": "walk"}, ""),
    ("a knight rides a white horse", {"knight.on": "horse", "horse.body": "white"}, ""),
    ("a butterfly on a flower", {"butterfly.on": "flower", "flower.action": "idle"}, ""),
    ("a cat sits on a pumpkin", {"cat.on": "pumpkin", "pumpkin.action": "idle"}, ""),
    ("a boy flies a kite", {"boy.holds": "kite", "boy.action": "run", "kite.action": "float"}, ""),
    ("a woman flies an airplane", {"woman.on": "airplane", "woman.action": "drive", "airplane.action": "fly"}, ""),
    ("a man in a red car", {"man.on": "car", "car.body": "red"}, ""),
    ("a witch behind a tree", {"witch.behind": "tree"}, ""),
    ("a cat next to a dog", {"cat.beside": "dog"}, ""),
    ("grandmother dancing with a polar bear", {"woman.with": "bear", "bear.action": "dance"}, ""),
    ("a panda eating an apple", {"panda.holds": "apple", "panda.action": "eat"}, ""),
    # places, weather, time
    ("a boat on the sea in a storm", {"place": "sea", "weather": "storm", "mood": "tense"}, ""),
    ("a dog in a snowy forest at night", {"place": "forest", "weather": "snow", "time": "night"}, ""),
    ("fish swimming in the ocean", {"place": "underwater"}, ""),
    ("a bird flies in the sky over a forest", {"place": "forest"}, ""),
    ("a witch under the full moon", {"time": "night"}, "full"),
    ("an astronaut on the moon", {"place": "moon"}, ""),
    ("a foggy mountain lake at dawn", {"place": "lake", "weather": "fog", "time": "dawn"}, "mountain"),
    ("a city without rain, no people", {"place": "city", "weather": "clear", "actors": ""}, ""),
    ("a woman without a hat", {"woman.hat": "no"}, ""),
    ("a red house in the desert", {"place": "desert", "actors": ""}, "red house"),
    ("a cat before a house", {"place": "street", "actors": "cat"}, ""),
    # camera and mood
    ("close-up of a sleepy panda", {"camera": "close_up", "panda.face": "sleepy"}, ""),
    ("the camera pans slowly to the left over a beach", {"camera": "pan_left", "place": "beach"}, "slowly"),
    ("bird's-eye view of a farm", {"camera": "aerial", "place": "farm", "actors": ""}, ""),
    ("zoom in on a cat", {"camera": "zoom_in", "actors": "cat"}, ""),
    ("a tracking shot of a running dog", {"camera": "tracking", "dog.action": "run"}, ""),
    ("penguins, happy music", {"mood": "happy", "penguin.count": 3}, ""),
    ("a dragon, epic music", {"mood": "epic"}, ""),
    ("a sad song for a happy clown", {"mood": "sad", "clown.face": "happy"}, ""),
    # dialogue
    ('A girl says "hello" to a robot', {"lines": [("girl", "hello")], "actors": "girl robot"}, ""),
    ('Robot: "I am here"', {"lines": [("robot", "I am here")]}, ""),
    ("Robot: I am here.", {"lines": [("robot", "I am here.")]}, ""),
    ("A park. Girl: Hi! Boy: Hello.", {"lines": [("girl", "Hi!"), ("boy", "Hello.")], "place": "park"}, ""),
    ("“Good morning!” says the owl. A fox replies “Good night.”",
     {"lines": [("owl", "Good morning!"), ("fox", "Good night.")]}, ""),
    ("a pirate says 'I'm the captain!'", {"lines": [("pirate", "I'm the captain!")]}, ""),
    ('Narrator: "Once upon a time."', {"lines": [("", "Once upon a time.")], "actors": ""}, ""),
    ('a cat. She says "meow"', {"lines": [("cat", "meow")]}, ""),
    ("a sign reading 'Open' and a fox", {"lines": [], "actors": "fox"}, "sign reading open"),
    # what cannot be shown is said so
    ("cinematic photorealistic 4k", {"actors": ""}, "cinematic photorealistic 4k"),
    ("qwerty", {"actors": ""}, "qwerty"),
    ("…!?", {"actors": ""}, ""),
    ("你好 cat 🐱", {"actors": "cat"}, "你好"),
]  # fmt: skip


@pytest.mark.parametrize(("prompt", "expected", "ignored"), CASES, ids=[case[0][:50] for case in CASES])
def test_a_prompt_becomes_a_scene(prompt: str, expected: dict[str, Any], ignored: str) -> None:
    understanding = understand(prompt, SEED)
    seen = brief(understanding.scene)
    if "singer" in prompt:  # man or woman by the seed
        seen |= {key.replace("woman.", "man."): value for key, value in seen.items()}
    assert {key: seen.get(key) for key in expected} == expected
    assert list(understanding.ignored) == ignored.split()


def account(prompt: str, understanding: Understanding) -> None:
    told = [word for word in understanding.understood if ": shown as " not in word]
    both = [*told, *understanding.ignored]
    assert sorted(both) == sorted(content_words(prompt))
    assert len(set(both)) == len(both)


WORDS = sorted({word for phrase in INDEX for word in phrase} | FUNCTION_WORDS)
SENTENCES = st.lists(
    st.sampled_from([*WORDS, *WORDS, ".", ",", "and", "a", "the", "with", '"hello there"', "zorgle", ":", "'s", "7"]),
    max_size=40,
).map(" ".join)
WILD = st.one_of(SENTENCES, st.text(max_size=300), st.text("abcdeé \"'’“”.,:;-!0123456789\n", max_size=300))


@given(prompt=WILD, seed=st.integers(-(2**70), 2**70))
@settings(deadline=None, max_examples=300)
def test_any_text_is_accounted_for_and_gives_the_same_valid_scene_again(prompt: str, seed: int) -> None:
    understanding = understand(prompt, seed)
    account(prompt, understanding)
    assert understand(prompt, seed) == understanding
    assert_valid(understanding.scene)


def assert_valid(scene: Scene) -> None:
    assert msgspec.json.decode(msgspec.json.encode(scene), type=Scene) == scene
    assert scene.place in v.PLACES
    assert scene.weather in v.WEATHERS
    assert scene.time in v.TIMES
    assert scene.camera in v.CAMERAS
    assert scene.mood in v.MOODS
    names = [actor.name for actor in scene.actors]
    assert len(set(names)) == len(names)
    assert {line.speaker for line in scene.lines} <= {*names, ""}
    for actor in scene.actors:
        subject = v.SUBJECTS[actor.subject]
        assert actor.rig == subject.rig
        assert actor.action in v.POSES[actor.rig]
        assert 1 <= actor.count <= 9
        assert set(actor.look) <= {*v.LOOKS[actor.rig], *subject.palette, "skin"}
        assert actor.relation is None or actor.relation.actor in names
        assert actor.relation is None or actor.relation.kind in v.RELATIONS


def test_the_seed_decides_what_words_leave_open_and_nothing_else() -> None:
    scenes = [understand("a red cat", seed).scene for seed in range(40)]
    assert len({scene.place for scene in scenes}) > 1
    assert len({scene.actors[0].action for scene in scenes}) > 1
    assert {scene.actors[0].look["body"] for scene in scenes} == {"red"}


def test_a_further_actor_leaves_the_first_one_alone() -> None:
    alone, both = understand("a cat", SEED).scene, understand("a cat and a horse", SEED).scene
    assert both.actors[0] == alone.actors[0]
    assert (both.weather, both.time) == (alone.weather, alone.time)


def test_fixed_names_what_words_decided() -> None:
    scene = understand("two red cats dance at night", SEED).scene
    assert set(scene.fixed) == {"time", "cat.action", "cat.count", "cat.look"}


def test_a_scene_without_subjects_is_a_landscape_and_never_a_substitute() -> None:
    scene = understand("a quiet beach at sunset", SEED).scene
    assert scene.actors == ()
    assert (scene.place, scene.time, scene.mood) == ("beach", "sunset", "gentle")


def test_a_crowd_of_subjects_is_capped_and_the_rest_reported() -> None:
    understanding = understand("a cat, a dog, a cow, a pig, a fox, an owl, a bee, a frog, a goat and a lion", SEED)
    assert len(understanding.scene.actors) == 8
    assert understanding.ignored == ("goat", "lion")


@pytest.mark.parametrize(
    "prompt", ["'" * 32_000, '"' * 31_999, "a 'b " * 6_400, "cat " * 8_000, "x: y.\n" * 5_000, "é" * 32_000]
)
def test_the_longest_prompts_are_read(prompt: str) -> None:
    account(prompt, understand(prompt, SEED))
