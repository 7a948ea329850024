"""The numbers that define how a character looks and sounds: per rig a closed list of parameters with their ranges.

What is not given is left to the character's seed. A colour is the number 0xRRGGBB; a choice is its place in a list, 0
for none; something worn is 1 or 0. A rig's list never changes within a `rig_version`.
"""

from __future__ import annotations

from typing import Final

import msgspec

from domain.errors import Invalid

RIG_VERSION: Final = 1

# What a choice's number means.
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "pattern": ("none", "striped", "spotted", "checked", "rainbow"),
    "face": ("none", "happy", "sad", "angry", "surprised", "sleepy"),
    "hair_style": ("none", "long", "short", "curly", "spiky", "bald", "ponytail"),
    "build": ("none", "thin", "fat"),
    "age": ("none", "old"),
    "texture": ("none", "fluffy", "shiny", "glowing"),
}


class Parameter(msgspec.Struct, frozen=True):
    least: float
    most: float
    whole: bool = False

    def describe(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {self.least:g} to {self.most:g}"


_COLOUR: Final = Parameter(0, 0xFFFFFF, whole=True)
_WORN: Final = Parameter(0, 1, whole=True)
_BODY: Final = {"size": Parameter(0.5, 1.75)}
_VOICE: Final = {
    "voice_pitch": Parameter(0.5, 2.0),
    "voice_formant": Parameter(0.75, 1.35),
    "voice_rate": Parameter(0.75, 1.25),
}


def _rig(colours: str, choices: str, worn: str) -> dict[str, Parameter]:
    return {
        **{name: _COLOUR for name in colours.split()},
        **{name: Parameter(0, len(CHOICES[name]) - 1, whole=True) for name in choices.split()},
        **{name: _WORN for name in worn.split()},
        **_BODY,
        **_VOICE,
    }


RIGS: Final[dict[str, dict[str, Parameter]]] = {
    "person": _rig(
        "skin hair eyes body legs shoes",
        "pattern face hair_style build age texture",
        "hat crown glasses sunglasses scarf cape bow backpack beard wings",
    ),
    "quadruped": _rig(
        "body belly hair eyes",
        "pattern face build texture",
        "hat crown glasses sunglasses scarf cape bow wings",
    ),
    "bird": _rig("body belly beak eyes", "pattern face build texture", "hat crown glasses sunglasses scarf bow"),
    "fish": _rig("body belly eyes", "pattern face build texture", "hat crown glasses sunglasses bow"),
    "vehicle": _rig("body trim sail", "pattern face texture", "wings"),
    "plant": _rig("body leaf eyes", "pattern face texture", "hat crown glasses sunglasses bow"),
    "thing": _rig("body trim eyes", "pattern face texture", "hat crown glasses sunglasses scarf bow wings"),
}


def check(rig: str, rig_version: int, parameters: str) -> None:
    """`parameters` is the JSON of an object of numbers. Raises `Invalid` with what is allowed."""
    if rig not in RIGS:
        raise Invalid("invalid_rig", f"`rig` is one of {', '.join(RIGS)}.", "rig")
    if rig_version != RIG_VERSION:
        raise Invalid("invalid_rig_version", f"`rig_version` is {RIG_VERSION}.", "rig_version")
    known = RIGS[rig]
    given = _numbers(parameters)
    if not given.keys() <= known.keys():
        raise _wrong(f"a {rig} has {', '.join(known)}, and nothing else")
    for name, value in given.items():
        _check_range(name, value, known[name])


def _numbers(parameters: str) -> dict[str, float]:
    try:
        given = msgspec.json.decode(parameters)
    except msgspec.DecodeError as error:
        raise _wrong("they are a JSON object of numbers") from error
    if not isinstance(given, dict):
        raise _wrong("they are a JSON object of numbers")
    for value in given.values():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong("each is a number")
    return given


def _check_range(name: str, value: float, allowed: Parameter) -> None:
    if not allowed.least <= value <= allowed.most or (allowed.whole and value != int(value)):
        raise _wrong(f"{name} is {allowed.describe()}")


def _wrong(what: str) -> Invalid:
    return Invalid("invalid_parameters", f"`parameters`: {what}.", "parameters")
