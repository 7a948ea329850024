"""Subjects: every noun that can be drawn.

`height` is relative to an adult person (1.0; sizes are compressed so that small animals stay readable), `width` is the
drawn width divided by the height. `palette` maps a look key to the colours that the actor's seed may choose; the first
key is the main part, which a bare colour word sets ("a red cat" -> body). `wears` holds what the subject wears unless
words say otherwise. `voice` is (pitch, formant) for speech, `cry` and `tread` are names in `EFFECTS` ("" = none).
"""

from __future__ import annotations

from inference.world.words.animals import BIRDS, FISH, QUADRUPEDS
from inference.world.words.objects import PLANTS, THINGS, VEHICLES
from inference.world.words.people import PEOPLE
from inference.world.words.subject import Subject

SUBJECTS: dict[str, Subject] = {
    subject.name: subject for subject in (*PEOPLE, *QUADRUPEDS, *BIRDS, *FISH, *VEHICLES, *PLANTS, *THINGS)
}

# A general word lets the actor's seed choose among these.
GENERIC: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "person": (("man", "woman"), ("people", "human", "somebody", "someone", "adult", "friend", "teacher", "neighbour",
        "neighbor", "student", "traveller", "traveler", "tourist", "character", "figure")),
    "child": (("boy", "girl"), ("children", "kid", "toddler", "teenager", "schoolchild", "youngster")),
    "animal": (("cat", "dog", "fox", "rabbit", "bear"), ("creature", "pet", "beast")),
    "plant": (("flower", "sunflower", "cactus"), ()),
    "vehicle": (("car", "bus", "truck"), ()),
}  # fmt: skip
# A person named by what they do: noun -> action.
DOERS: dict[str, str] = {
    "dancer": "dance", "ballerina": "dance", "singer": "sing", "runner": "run", "swimmer": "swim", "musician": "play",
    "guitarist": "play", "drummer": "play", "speaker": "talk", "reporter": "talk", "driver": "drive",
    "walker": "walk", "skater": "roll", "athlete": "run", "explorer": "walk", "couple": "idle",
}  # fmt: skip
