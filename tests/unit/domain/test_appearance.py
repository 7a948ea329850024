"""The numbers of a character, and that the scene engine has a place for each."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from domain.appearance import CHOICES, RIGS, check
from domain.errors import Invalid
from inference.world import speech, vocabulary
from inference.world.scene import Rig


def refusal(rig: str, parameters: str, version: int = 1) -> Invalid:
    with pytest.raises(Invalid) as caught:
        check(rig, version, parameters)
    return caught.value


@pytest.mark.parametrize("rig", RIGS)
def test_nothing_has_to_be_given(rig: str) -> None:
    check(rig, 1, "{}")


@pytest.mark.parametrize("rig", RIGS)
def test_every_parameter_within_its_range(rig: str) -> None:
    for end in ("least", "most"):
        check(rig, 1, json.dumps({name: getattr(allowed, end) for name, allowed in RIGS[rig].items()}))


@pytest.mark.parametrize("rig", RIGS)
def test_no_parameter_beyond_its_range(rig: str) -> None:
    for name, allowed in RIGS[rig].items():
        for value in (allowed.least - 0.01, allowed.most + 0.01):
            found = refusal(rig, json.dumps({name: value}))
            assert (found.code, found.param) == ("invalid_parameters", "parameters")
            assert f"{name} is {allowed.describe()}" in found.message


def test_choices_and_colours_are_whole_numbers() -> None:
    check("person", 1, '{"hair": 4718652.0, "pattern": 2, "size": 1.25}')
    assert "a whole number" in refusal("person", '{"pattern": 1.5}').message
    assert "a whole number" in refusal("person", '{"hair": 0.5}').message


def test_what_a_rig_does_not_have_is_refused_with_what_it_has() -> None:
    message = refusal("vehicle", '{"hair": 1, "beak": 2}').message
    assert "a vehicle has body, trim, sail" in message
    assert "beak" not in message, "refusals are recorded: they repeat nothing that people write"


@pytest.mark.parametrize("given", ["[]", "1", '"red"', "null", "", "{", '{"size": NaN}', '{"size": "1"}',
                                   '{"size": true}', '{"size": null}', '{"size": [1]}', '{"size": 1e999}'])  # fmt: skip
def test_parameters_are_numbers(given: str) -> None:
    assert refusal("person", given).code == "invalid_parameters"


def test_rigs_are_those_of_the_scene_engine() -> None:
    assert set(RIGS) == set(get_args(Rig))
    assert "person, quadruped, bird" in refusal("octopus", "{}").message
    assert refusal("person", "{}", version=2).code == "invalid_rig_version"


@pytest.mark.parametrize("rig", RIGS)
def test_everything_that_the_scene_engine_draws_can_be_given(rig: str) -> None:
    colours = {part for subject in vocabulary.SUBJECTS.values() if subject.rig == rig for part in subject.palette}
    voice = {"size", "voice_pitch", "voice_formant", "voice_rate"}
    assert set(RIGS[rig]) == colours | set(vocabulary.LOOKS[rig]) | voice


def test_choices_are_those_of_the_scene_engine() -> None:
    drawn: dict[str, Any] = vocabulary.CHOICES
    assert {name: ("none", *values) for name, values in drawn.items()} == CHOICES


def test_ranges_are_those_of_the_scene_engine() -> None:
    person = RIGS["person"]
    assert (person["voice_pitch"].least, person["voice_pitch"].most) == speech.PITCH
    assert (person["voice_formant"].least, person["voice_formant"].most) == speech.FORMANT
    assert (person["size"].least, person["size"].most) == (
        min(vocabulary.SIZES.values()),
        max(vocabulary.SIZES.values()),
    )
    assert person["voice_rate"].most == speech.FASTEST
