"""The phrase that a person reads aloud to show that a likeness is their own: words that nobody can know beforehand."""

from __future__ import annotations

from typing import Final

WORDS: Final = (
    "amber", "anchor", "apple", "autumn", "basket", "beacon", "bottle", "bridge", "butter", "candle", "canyon",
    "castle", "cedar", "cherry", "circle", "clover", "copper", "cotton", "crystal", "desert", "dragon", "eagle",
    "ember", "engine", "falcon", "feather", "forest", "garden", "ginger", "hammer", "harbor", "hazel", "island",
    "ivory", "jacket", "jungle", "kettle", "ladder", "lemon", "lantern", "marble", "meadow", "mirror", "needle",
    "orange", "paper", "pebble", "pepper", "pillow", "planet", "pocket", "river", "rocket", "saddle", "silver",
    "spring", "summer", "thunder", "timber", "velvet", "violin", "window", "winter", "yellow",
)  # fmt: skip
_BITS: Final = 6
_LENGTH: Final = 5


def phrase(seed: int) -> str:
    """Five words from 30 random bits."""
    return " ".join(WORDS[seed >> _BITS * place & len(WORDS) - 1] for place in range(_LENGTH))
