"""The closed list of names that the words of a prompt can become.

Everything that understanding, staging, painting and mixing may name is listed in `words/`; this module gathers it and
says what goes together. `lexicon` indexes it. A name listed here is drawn or heard:
adding one means teaching the painter (`picture`) or the mixer (`sound`) first.
"""

from __future__ import annotations

from inference.world.words.actions import (
    ACTIONS,
    AFLOAT,
    DRAWN,
    GAIT,
    HANDLING,
    INSTEAD,
    IRREGULAR,
    MANNERS,
    POSES,
    RELATIONS,
    SAME,
    TRAVELS,
    drawn,
    staged,
)
from inference.world.words.habits import HABITATS, HABITS, HOLDABLE, INSTRUMENTS
from inference.world.words.kinds import KINDS
from inference.world.words.looks import (
    CHOICES,
    COLOUR_WORDS,
    COLOURS,
    HAT_STYLES,
    LOOKS,
    PART_WORDS,
    SIZES,
    SKIN,
    WORN,
)
from inference.world.words.places import CAMERAS, GROUND, MEDIUM, MOODS, PLACES, TEMPO, TIMES, WEATHERS
from inference.world.words.sounds import AMBIENCES, EFFECTS, ambiences
from inference.world.words.subject import Subject
from inference.world.words.subjects import DOERS, GENERIC, IMPLIES, SUBJECTS

__all__ = [
    "ACTIONS",
    "AFLOAT",
    "AMBIENCES",
    "CAMERAS",
    "CHOICES",
    "COLOURS",
    "COLOUR_WORDS",
    "DOERS",
    "DRAWN",
    "EFFECTS",
    "GAIT",
    "GENERIC",
    "GROUND",
    "HABITATS",
    "HABITS",
    "HANDLING",
    "HAT_STYLES",
    "HOLDABLE",
    "IMPLIES",
    "INSTEAD",
    "INSTRUMENTS",
    "IRREGULAR",
    "KINDS",
    "LOOKS",
    "MANNERS",
    "MEDIUM",
    "MOODS",
    "PART_WORDS",
    "PLACES",
    "POSES",
    "RELATIONS",
    "SAME",
    "SIZES",
    "SKIN",
    "SUBJECTS",
    "TEMPO",
    "TIMES",
    "TRAVELS",
    "WEATHERS",
    "WORN",
    "Subject",
    "aloft",
    "ambiences",
    "drawn",
    "staged",
]  # fmt: skip


def aloft(subject: str, action: str, place: str) -> bool:
    """Whether a track gives the actor's centre rather than its contact with the ground."""
    rig = SUBJECTS[subject].rig
    if staged(rig, action) in AFLOAT:
        return True
    if rig == "fish":
        return subject != "crab"
    return MEDIUM[place] in {"air", "water"}
