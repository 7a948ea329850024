"""The vocabulary is a contract between understanding, painter and mixer: its tables must agree with each other."""

from __future__ import annotations

import pytest

from inference.world import vocabulary as v
from inference.world.lexicon import INDEX, inflections, plurals
from inference.world.mention import Mention
from inference.world.picture.places import PLACES as PAINTED
from inference.world.sound.effects import EFFECTS
from inference.world.words.function import FUNCTION_WORDS
from inference.world.words.kinds import KIND_LOOKS


@pytest.mark.parametrize("subject", v.SUBJECTS.values(), ids=lambda subject: subject.name)
def test_a_subject_names_only_known_colours_sounds_and_looks(subject: v.Subject) -> None:
    assert {colour for colours in subject.palette.values() for colour in colours} <= set(v.COLOURS)
    assert {subject.cry, subject.tread} <= {*v.EFFECTS, ""}
    assert set(subject.wears) <= set(v.LOOKS[subject.rig])
    assert 0.6 <= subject.voice[0] <= 1.8
    assert 0.8 <= subject.voice[1] <= 1.25
    assert subject.height > 0
    assert subject.width > 0


def test_every_effect_is_implemented_by_the_mixer() -> None:
    assert set(v.EFFECTS) == set(EFFECTS)


def test_every_place_has_a_ground_and_a_medium() -> None:
    assert set(v.GROUND) == set(v.PLACES) == set(v.MEDIUM)


@pytest.mark.parametrize("place", v.PLACES)
@pytest.mark.parametrize("weather", v.WEATHERS)
@pytest.mark.parametrize("time", v.TIMES)
def test_every_moment_has_known_ambiences(place: str, weather: str, time: str) -> None:
    assert {name for name, _ in v.ambiences(place, weather, time)} <= set(v.AMBIENCES)


def test_every_rig_decides_every_action() -> None:
    for rig, poses in v.POSES.items():
        for action in v.ACTIONS:
            shown = v.staged(rig, action)
            assert shown == "" or shown in poses, (rig, action)
            assert shown == "" or v.staged(rig, shown) == shown, "what is shown needs no second substitute"


def test_habits_and_habitats_name_known_places_and_actions() -> None:
    assert {place for places in v.HABITATS.values() for place in places} <= set(v.PLACES)
    assert {action for actions in v.HABITS.values() for action in actions} <= set(v.ACTIONS)
    rigs = set(v.POSES)
    assert set(v.HABITATS) <= set(v.SUBJECTS) | rigs
    assert set(v.HABITS) <= set(v.SUBJECTS) | rigs


def test_no_word_of_the_vocabulary_is_lost_as_a_function_word() -> None:
    lost = {phrase[0] for phrase in INDEX if len(phrase) == 1} & FUNCTION_WORDS
    assert lost <= {"does", "called", "bit"}, "inflections that collide with grammar, never a word of the tables itself"


def test_every_subject_is_reached_by_its_own_name_and_plural() -> None:
    for name in v.SUBJECTS:
        phrase = tuple(name.split("_"))
        assert any(m.value == name for m in INDEX[phrase] if m.kind == "subject"), name


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("run", "running"),
        ("dance", "dancing"),
        ("fly", "flies"),
        ("hop", "hopped"),
        ("wander", "wandering"),
        ("see", "seeing"),
    ],
)
def test_inflections(verb: str, form: str) -> None:
    assert form in inflections(verb)


@pytest.mark.parametrize(
    ("noun", "plural"), [("fox", "foxes"), ("pony", "ponies"), ("boy", "boys"), ("snowman", "snowmen")]
)
def test_plurals(noun: str, plural: str) -> None:
    assert plural in plurals(noun)


def test_the_vocabulary_is_as_large_as_promised() -> None:
    assert len(v.SUBJECTS) >= 80
    assert len(v.ACTIONS) >= 40
    assert len(v.PLACES) >= 30
    assert set(PAINTED) == set(v.PLACES)


def test_a_substitute_is_either_the_same_for_that_body_or_told() -> None:
    for rig, same in v.SAME.items():
        assert all(v.staged(rig, action) for action in same), rig
        for action in set(v.ACTIONS) - same:
            mention = Mention(next(name for name, subject in v.SUBJECTS.items() if subject.rig == rig))
            assert mention.act(action) == (v.staged(rig, action) == action or action == "talk"), (rig, action)


def test_kinds_lead_to_subjects_and_are_no_subjects_themselves() -> None:
    for word, name in v.KINDS.items():
        assert name in v.SUBJECTS or name in v.GENERIC, word
        assert word not in v.SUBJECTS
    assert set(KIND_LOOKS) <= set(v.KINDS)
