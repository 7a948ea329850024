"""Subjects: every noun that can be drawn.

`height` is relative to an adult person (1.0; sizes are compressed so that small animals stay readable), `width` is the
drawn width divided by the height. `palette` maps a look key to the colours that the actor's seed may choose; the first
key is the main part, which a bare colour word sets ("a red cat" -> body). `wears` holds what the subject wears unless
words say otherwise. `voice` is (pitch, formant) for speech, `cry` and `tread` are names in `EFFECTS` ("" = none).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.world.words.animals import BIRDS, FISH, QUADRUPEDS
from inference.world.words.kinds import KIND_LOOKS
from inference.world.words.objects import PLANTS, THINGS, VEHICLES
from inference.world.words.people import PEOPLE

if TYPE_CHECKING:
    from inference.world.words.subject import Subject

SUBJECTS: dict[str, Subject] = {
    subject.name: subject for subject in (*PEOPLE, *QUADRUPEDS, *BIRDS, *FISH, *VEHICLES, *PLANTS, *THINGS)
}

# A general word lets the actor's seed choose among these.
GENERIC: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "person": (("man", "woman"), ("people", "human", "somebody", "someone", "adult", "friend", "teacher", "neighbour",
        "neighbor", "traveller", "traveler", "tourist", "character", "figure")),
    "child": (("boy", "girl"), ("children", "student", "pupil", "kid",
        "toddler", "baby", "infant", "teenager", "youngster")),
    "animal": (("cat", "dog", "fox", "rabbit", "bear"), ("creature", "pet", "beast")),
    "plant": (("flower", "sunflower", "cactus"), ()),
    "vehicle": (("car", "bus", "truck"), ()),
}  # fmt: skip
# A person named by what they do: noun -> action.
DOERS: dict[str, str] = {
    "dancer": "dance", "ballerina": "dance", "singer": "sing", "runner": "run", "swimmer": "swim", "musician": "play",
    "guitarist": "play", "drummer": "play", "speaker": "talk", "reporter": "talk", "driver": "drive", "pilot": "drive",
    "walker": "walk", "skater": "slide", "athlete": "run", "explorer": "walk", "couple": "idle", "painter": "paint",
    "writer": "paint", "reader": "read", "climber": "climb", "juggler": "juggle", "wrestler": "fight", "skier": "slide",
    "snowboarder": "slide", "surfer": "slide", "jogger": "run", "sprinter": "run", "acrobat": "jump", "gymnast": "jump",
    "swordsman": "fight", "cheerleader": "cheer", "goalkeeper": "kick", "footballer": "kick", "storyteller": "talk",
}  # fmt: skip

# Words that say more than their subject: word -> (look, size factor).
IMPLIES: dict[str, tuple[dict[str, str], float]] = {
    "kitten": ({}, 0.75), "puppy": ({}, 0.75), "pup": ({}, 0.75), "foal": ({}, 0.75), "calf": ({}, 0.75),
    "lamb": ({}, 0.75), "piglet": ({}, 0.75), "duckling": ({"body": "yellow"}, 0.75),
    "chick": ({"body": "yellow"}, 0.7),
    "fawn": ({}, 0.75), "baby": ({}, 0.75), "infant": ({}, 0.75), "toddler": ({}, 0.85),
    "polar-bear": ({"body": "white"}, 1.0), "goldfish": ({"body": "orange"}, 1.0), "taxi": ({"body": "yellow"}, 1.0),
    "cab": ({"body": "yellow"}, 1.0), "fire-truck": ({"body": "red"}, 1.0), "fire-engine": ({"body": "red"}, 1.0),
    "school-bus": ({"body": "yellow"}, 1.0), "orca": ({"body": "black"}, 1.0), "rose": ({"body": "red"}, 1.0),
    "canary": ({"body": "yellow"}, 1.0), "raven": ({"body": "black"}, 1.0), "dove": ({"body": "white"}, 1.0),
    "grandfather": ({"age": "old", "hair": "white"}, 1.0), "grandpa": ({"age": "old", "hair": "white"}, 1.0),
    "grandmother": ({"age": "old", "hair": "white"}, 1.0), "grandma": ({"age": "old", "hair": "white"}, 1.0),
    **KIND_LOOKS,
}  # fmt: skip
