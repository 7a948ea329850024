"""Words for prompts, names, captions and comments."""

from __future__ import annotations

from random import Random
from typing import Final

LOOKS: Final = ("red", "tiny", "old", "happy", "fluffy", "blue", "sleepy", "striped", "golden", "angry")
WHO: Final = ("cat", "dog", "robot", "fox", "dragon", "penguin", "bear", "rabbit", "owl", "frog")
DOES: Final = ("runs", "dances", "sings", "flies", "sleeps", "jumps", "swims", "waves")
WHERE: Final = ("on the beach", "in a city at night", "in the forest", "on the moon", "under the sea", "in a castle")
PATCHES: Final = ("make it night", "make it snow", "make it slower", "add a red hat", "in the rain", "make it autumn")
NAMES: Final = ("Ada", "Ben", "Chloe", "Deniz", "Emre", "Fatou", "Grace", "Hugo", "Ines", "Jonas", "Kofi", "Lena")
SAID: Final = ("well said", "again!", "how did you do that", "the ending", "my favourite", "more of these please")


def prompt(dice: Random) -> str:
    return f"a {dice.choice(LOOKS)} {dice.choice(WHO)} {dice.choice(DOES)} {dice.choice(WHERE)}"


def patch(dice: Random) -> str:
    return dice.choice(PATCHES)


def caption(dice: Random) -> str:
    return f"{dice.choice(LOOKS)} {dice.choice(WHO)}"


def name(number: int) -> str:
    return f"{NAMES[number % len(NAMES)]} {number}"
