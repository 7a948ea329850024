"""Actions: what an actor can do, which words name it, and how each rig stages it.

The phase column of a track (see `scene.TRACK`) means, per action:

* walk, run: one cycle = two steps; feet touch the ground at phase 0 and 0.5 (mod 1). Phase follows the distance.
* fly: one wing beat; swim: one tail beat; drive, roll: one turn of a wheel (or of the whole thing).
* jump: 0..1 within one jump (crouch < 0.2, air 0.2-0.8, landing > 0.8); bounce: contact at 0, highest at 0.5.
* dance, play, clap: one cycle = two beats of the music; spin: one turn; grow: overall progress 0..1 (clamped).
* crawl, sneak, slide, push: as walk; climb: one pull of each arm; shrink: as grow;
* kick, throw, juggle: contact or release at 0.5; point, hug, bow, cheer, think, drink, read, dig, paint, cook, fight,
  stretch, nod: one cycle of the gesture;
* idle, sit, sleep, float: one breath; wave, shake, eat, talk, sing, laugh, cry, look, fall: one cycle of the gesture.

An actor that enters or crosses the frame shows its locomotion while it travels and its action when it stands:
`scene.travelling(track, fps)` gives the weight (0 acts, 1 walks) per frame.
"""

from __future__ import annotations

ACTIONS: dict[str, tuple[str, ...]] = {
    "idle": ("stand", "wait", "rest", "pose", "stay", "relax"),
    "walk": (
        "stroll",
        "march",
        "wander",
        "go",
        "come",
        "step",
        "stride",
        "hike",
        "strut",
        "parade",
        "pace",
        "arrive",
        "approach",
        "waddle",
        "cross",
    ),
    "run": (
        "sprint",
        "gallop",
        "dash",
        "race",
        "rush",
        "jog",
        "trot",
        "hurry",
        "flee",
        "escape",
        "scurry",
        "scuttle",
        "scamper",
        "bolt",
    ),
    "jump": ("hop", "leap", "skip", "pounce"),
    "dance": ("boogie", "groove", "waltz", "twist", "sway"),
    "spin": ("twirl", "rotate", "whirl", "pirouette", "turn"),
    "fly": ("soar", "glide", "launch", "blast", "flap", "flutter", "take-off", "takeoff"),
    "swim": ("dive", "paddle", "snorkel"),
    "sit": ("sit-down", "perch", "meditate"),
    "sleep": ("nap", "snooze", "doze", "snore", "dream"),
    "wave": ("greet", "salute"),
    "talk": (
        "say",
        "speak",
        "tell",
        "ask",
        "shout",
        "whisper",
        "explain",
        "chat",
        "announce",
        "reply",
        "yell",
        "answer",
        "call",
        "bark",
        "meow",
        "roar",
        "howl",
        "growl",
        "quack",
        "moo",
        "oink",
        "neigh",
        "chirp",
        "tweet",
        "hoot",
        "croak",
        "squeak",
        "honk",
        "purr",
    ),
    "sing": ("hum", "chant", "serenade"),
    "bounce": ("bob", "boing"),
    "roll": ("tumble", "somersault"),
    "drive": ("ride", "sail", "cruise", "travel", "steer", "speed", "chug", "row"),
    "eat": ("munch", "chew", "nibble", "snack", "graze", "bite", "taste", "gobble", "devour", "feast"),
    "grow": ("bloom", "sprout", "blossom", "expand", "swell"),
    "shake": ("tremble", "shiver", "wobble", "wiggle", "quiver", "vibrate"),
    "fall": ("drop", "collapse", "plunge", "trip"),
    "float": ("hover", "drift", "levitate"),
    "laugh": ("giggle", "chuckle"),
    "cry": ("weep", "sob"),
    "look": ("watch", "stare", "gaze", "search", "see", "observe", "explore", "peek"),
    "play": ("strum", "perform"),
    "clap": ("applaud",),
    "crawl": (),
    "sneak": ("tiptoe", "creep", "prowl", "stalk", "slink", "lurk"),
    "climb": ("clamber", "ascend"),
    "slide": ("skate", "ski", "sled", "sledge", "surf", "slither", "skid", "snowboard"),
    "push": ("shove", "pull", "drag", "tug"),
    "kick": ("dribble",),
    "throw": ("toss", "hurl", "fling", "lob"),
    "juggle": (),
    "point": (),
    "hug": ("embrace", "cuddle", "snuggle"),
    "bow": ("curtsy", "kneel", "kneel-down", "bow-down"),
    "cheer": ("celebrate", "rejoice"),
    "think": ("ponder", "wonder", "contemplate", "muse"),
    "drink": ("sip", "slurp", "gulp"),
    "read": ("study",),
    "dig": ("burrow", "shovel", "excavate"),
    "paint": ("draw", "sketch", "write", "scribble"),
    "cook": ("stir", "bake", "fry", "grill", "knead"),
    "fight": ("wrestle", "punch", "battle", "spar", "duel", "attack"),
    "stretch": ("yawn",),
    "shrink": ("melt", "deflate", "dissolve", "wilt"),
    "nod": (),
}

# Irregular forms; regular ones (-s, -es, -ing, -ed, doubled consonants) are made by `vocabulary`.
IRREGULAR: dict[str, tuple[str, ...]] = {
    "stand": ("stood",), "go": ("goes", "went", "going"), "come": ("came",), "stride": ("strode",), "run": ("ran",),
    "flee": ("fled",), "leap": ("leapt",), "spin": ("spun",), "fly": ("flies", "flew", "flown"), "swim": ("swam",),
    "sit": ("sat", "seated"), "sleep": ("slept", "asleep"), "say": ("said",), "speak": ("spoke",),
    "tell": ("told",), "sing": ("sang",), "drive": ("drove", "driven"), "ride": ("rode",), "eat": ("ate",),
    "bite": ("bit",), "drink": ("drank",), "grow": ("grew",), "shake": ("shook",), "fall": ("fell",),
    "dream": ("dreamt",), "see": ("saw",), "weep": ("wept",), "travel": ("travelling", "travelled"),
    "creep": ("crept",), "throw": ("threw", "thrown"), "fling": ("flung",), "kneel": ("knelt",), "think": ("thought",),
    "dig": ("dug",), "draw": ("drew", "drawn"), "write": ("wrote",), "fight": ("fought",),
    "shrink": ("shrank", "shrunk"),
    "take-off": ("takes-off", "taking-off"), "sit-down": ("sits-down", "sitting-down"),
}  # fmt: skip

_HANDS = ("throw", "juggle", "point")
_ARMS = (*_HANDS, "kick", "climb", "push", "hug", "drink", "read", "dig", "paint", "cook")

# What a rig shows when a word asks for an action it has no pose for; "" = cannot be staged, the word is ignored.
# Actions that are not listed are staged as they are. A word that is shown by something else than itself is named in
# `ignored` all the same, unless `SAME` says that for this rig it is the same.
INSTEAD: dict[str, dict[str, str]] = {
    "person": {},
    "quadruped": {"clap": "dance", "play": "jump", "drive": "run", **dict.fromkeys(_HANDS, "")},
    "bird": {
        "clap": "dance", "play": "jump", "drive": "fly", "roll": "spin", "run": "walk", "climb": "fly", "crawl": "walk",
        "kick": "", **dict.fromkeys(_HANDS, ""),
    },
    "fish": {
        "idle": "swim", "walk": "swim", "run": "swim", "fly": "swim", "sit": "float", "drive": "swim", "clap": "dance",
        "play": "dance", "bounce": "jump", "roll": "spin", "fall": "float", "wave": "shake", "look": "swim",
        "crawl": "swim", "sneak": "swim", "slide": "swim", **dict.fromkeys(_ARMS, ""),
    },
    "vehicle": {
        "walk": "drive", "run": "drive", "sit": "idle", "sleep": "idle", "wave": "shake", "look": "idle", "eat": "",
        "roll": "drive", "swim": "drive", "dance": "bounce", "laugh": "shake", "cry": "shake", "clap": "",
        "play": "bounce", "grow": "", "jump": "jump", "talk": "talk", "sing": "sing",
        "crawl": "drive", "sneak": "drive", "slide": "drive", "fight": "shake", "cheer": "bounce",
        **dict.fromkeys((*_ARMS, "bow", "nod", "stretch", "think"), ""), "climb": "drive",
    },
    "plant": {
        "walk": "jump", "run": "jump", "fly": "float", "swim": "float", "sit": "idle", "wave": "shake", "roll": "spin",
        "drive": "", "eat": "", "fall": "fall", "clap": "", "play": "dance", "look": "idle",
        "crawl": "jump", "sneak": "jump", "slide": "jump", "fight": "shake", "cheer": "dance",
        **dict.fromkeys(_ARMS, ""),
    },
    "thing": {
        "walk": "bounce", "run": "bounce", "jump": "bounce", "fly": "float", "swim": "float", "sit": "idle",
        "wave": "shake", "drive": "roll", "eat": "", "clap": "", "play": "dance", "look": "idle",
        "crawl": "bounce", "sneak": "bounce", "fight": "shake", "cheer": "dance", **dict.fromkeys(_ARMS, ""),
    },
}  # fmt: skip

# Where what is shown instead is how such a body does it: a fish that "walks" swims.
SAME: dict[str, frozenset[str]] = {
    "person": frozenset(),
    "quadruped": frozenset({"play"}),
    "bird": frozenset({"play", "roll", "run", "crawl"}),
    "fish": frozenset(
        {"idle", "walk", "run", "fly", "drive", "look", "crawl", "sneak", "slide", "wave", "roll", "fall", "bounce"}
    ),
    "vehicle": frozenset({"walk", "run", "roll", "swim", "crawl", "slide", "climb", "sit", "jump"}),
    "plant": frozenset({"wave", "sit", "roll"}),
    "thing": frozenset({"walk", "run", "jump", "fly", "swim", "wave", "sit"}),
}
# Poses that a rig draws for actions which differ from them in the track and in what goes with them.
DRAWN: dict[str, dict[str, str]] = {
    "person": {},
    "quadruped": {
        "crawl": "walk", "sneak": "walk", "climb": "walk", "slide": "sit", "push": "walk", "kick": "jump", "hug": "sit",
        "bow": "idle", "cheer": "dance", "think": "sit", "drink": "eat", "read": "look", "dig": "run", "paint": "talk",
        "cook": "talk", "fight": "dance", "stretch": "idle", "shrink": "idle", "nod": "idle",
    },
    "bird": {
        "sneak": "walk", "slide": "sit", "push": "walk", "hug": "idle", "bow": "idle", "cheer": "dance",
        "think": "idle", "drink": "eat", "read": "look", "dig": "eat", "paint": "talk", "cook": "talk",
        "fight": "dance", "stretch": "idle", "shrink": "idle", "nod": "idle",
    },
    "fish": {"cheer": "dance", "fight": "shake"},
    "vehicle": {},
    "plant": {},
    "thing": {},
}  # fmt: skip

# Locomotion shown while an actor of this rig travels and its action has none of its own.
GAIT: dict[str, str] = {
    "person": "walk", "quadruped": "walk", "bird": "walk", "fish": "swim", "vehicle": "drive", "plant": "jump",
    "thing": "bounce",
}  # fmt: skip
# Actions that carry an actor along by themselves (no walk is shown under them).
TRAVELS: frozenset[str] = frozenset(
    {
        "walk",
        "run",
        "jump",
        "fly",
        "swim",
        "roll",
        "drive",
        "bounce",
        "fall",
        "float",
        "crawl",
        "sneak",
        "slide",
        "push",
    }
)

# What these are done to moves with them, in a way of its own.
HANDLING: frozenset[str] = frozenset({"push", "kick", "throw", "juggle"})
# Whoever does these has no feet on the ground.
AFLOAT: frozenset[str] = frozenset({"fly", "swim", "float"})

MANNERS: dict[str, tuple[str, ...]] = {
    "slow": (
        "slowly",
        "gently",
        "lazily",
        "calmly",
        "leisurely",
        "quietly",
        "softly",
        "peacefully",
        "slow-motion",
        "slow",
    ),
    "fast": ("quickly", "fast", "rapidly", "swiftly", "wildly", "speedily", "frantically", "energetically", "quick"),
}

# kind -> words; chases and follows also set how both actors move.
RELATIONS: dict[str, tuple[str, ...]] = {
    "chases": ("chase", "chasing", "chased", "hunts", "hunting", "pursues", "pursuing"),
    "follows": ("follow", "following", "followed", "accompanies"),
    "holds": ("hold", "holding", "held", "carries", "carrying", "carry", "carried", "grabs", "clutching", "brings"),
    "on": ("onto", "atop", "riding"),
    "behind": (),
    "beside": ("near", "by", "alongside", "next-to"),
    "with": ("together-with",),
}


def drawn(rig: str, action: str) -> str:
    """The pose that a rig draws for an action that it stages."""
    return DRAWN[rig].get(action, action)


def staged(rig: str, action: str) -> str:
    """The action that `rig` shows for `action`; "" when it cannot be shown at all."""
    return INSTEAD[rig].get(action, action)


# The poses a rig must draw: everything that `staged` can return for it.
POSES: dict[str, frozenset[str]] = {
    rig: frozenset({staged(rig, action) for action in ACTIONS} - {""}) | {GAIT[rig]} for rig in INSTEAD
}
