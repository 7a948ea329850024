"""Quadrupeds, birds (with the flying insects) and what lives in water."""

from __future__ import annotations

from inference.world.words.subject import Subject


def _animal(
    name: str,
    words: tuple[str, ...],
    height: float,
    width: float,
    body: tuple[str, ...],
    cry: str = "",
    *,
    belly: tuple[str, ...] = ("cream", "white"),
    voice: tuple[float, float] = (1.2, 1.1),
    tread: str = "paw",
    medium: str = "ground",
    **extra: tuple[str, ...],
) -> Subject:
    palette = {"body": body, "belly": belly, "eyes": ("black",), **extra}
    return Subject(name, "quadruped", height, width, medium, words, palette, {}, voice, cry, tread)


def _bird(
    name: str,
    words: tuple[str, ...],
    height: float,
    width: float,
    body: tuple[str, ...],
    cry: str,
    *,
    medium: str = "air",
    belly: tuple[str, ...] = ("cream", "white"),
    beak: tuple[str, ...] = ("orange", "gold"),
    voice: tuple[float, float] = (1.6, 1.2),
) -> Subject:
    palette = {"body": body, "belly": belly, "beak": beak, "eyes": ("black",)}
    return Subject(name, "bird", height, width, medium, words, palette, {}, voice, cry, "hop")


def _fish(
    name: str,
    words: tuple[str, ...],
    height: float,
    width: float,
    body: tuple[str, ...],
    cry: str = "bubble",
    *,
    belly: tuple[str, ...] = ("cream", "white"),
    voice: tuple[float, float] = (1.3, 1.15),
) -> Subject:
    palette = {"body": body, "belly": belly, "eyes": ("black",)}
    return Subject(name, "fish", height, width, "water", words, palette, {}, voice, cry, "")


QUADRUPEDS = (
    _animal("cat", ("kitten", "kitty", "tomcat"), 0.52, 1.2, ("orange", "grey", "charcoal", "cream"), "meow"),
    _animal(
        "dog", ("puppy", "pup", "hound", "doggy", "husky"), 0.58, 1.2, ("tan", "brown", "cream", "charcoal"), "bark"
    ),
    _animal(
        "horse",
        ("pony", "stallion", "mare", "foal"),
        1.05,
        1.15,
        ("brown", "tan", "charcoal", "maroon"),
        "neigh",
        tread="hoof",
        hair=("charcoal", "brown", "cream"),
        voice=(0.8, 0.85),
    ),
    _animal(
        "unicorn",
        (),
        1.05,
        1.15,
        ("white",),
        "neigh",
        tread="hoof",
        hair=("pink", "lavender", "turquoise"),
        voice=(1.3, 1.05),
    ),
    _animal("zebra", (), 1.0, 1.15, ("white",), "neigh", tread="hoof", hair=("black",)),
    _animal(
        "cow", ("bull", "calf", "ox", "cattle"), 0.92, 1.35, ("white", "brown"), "moo", tread="hoof", voice=(0.7, 0.82)
    ),
    _animal("fox", ("foxes",), 0.55, 1.35, ("orange",), "bark", voice=(1.3, 1.1)),
    _animal("wolf", ("wolves",), 0.65, 1.3, ("grey", "charcoal"), "howl", voice=(0.75, 0.86)),
    _animal("rabbit", ("bunny", "hare", "bunnies"), 0.5, 0.95, ("white", "tan", "grey"), "squeak", voice=(1.6, 1.2)),
    _animal(
        "mouse", ("mice", "rat"), 0.36, 1.15, ("grey", "tan"), "squeak", voice=(1.8, 1.25), belly=("peach", "cream")
    ),
    _animal("squirrel", ("chipmunk",), 0.44, 1.1, ("orange", "brown"), "squeak", voice=(1.7, 1.22)),
    _animal("elephant", (), 1.2, 1.25, ("grey", "sky"), "trumpet", tread="thud", belly=("silver",), voice=(0.6, 0.8)),
    _animal("giraffe", (), 1.55, 0.75, ("yellow", "gold"), "moo", tread="hoof", voice=(0.9, 0.95)),
    _animal("lion", ("lioness",), 0.8, 1.35, ("gold", "tan"), "roar", hair=("brown", "maroon"), voice=(0.62, 0.82)),
    _animal("tiger", ("tigress",), 0.75, 1.45, ("orange",), "roar", voice=(0.7, 0.84)),
    _animal(
        "bear",
        ("grizzly", "teddy-bear", "teddy", "polar-bear"),
        0.95,
        1.15,
        ("brown", "maroon"),
        "growl",
        tread="thud",
        belly=("tan",),
        voice=(0.62, 0.82),
    ),
    _animal("panda", (), 0.85, 1.1, ("white",), "growl", voice=(0.8, 0.9)),
    _animal("deer", ("reindeer", "stag", "fawn", "doe"), 1.0, 1.0, ("brown", "tan"), "", tread="hoof"),
    _animal(
        "pig",
        ("piglet", "hog", "boar"),
        0.6,
        1.3,
        ("pink", "peach"),
        "oink",
        tread="hoof",
        belly=("peach",),
        voice=(1.1, 1.0),
    ),
    _animal("sheep", ("lamb", "ram"), 0.65, 1.2, ("cream", "white"), "baa", tread="hoof", belly=("charcoal", "tan")),
    _animal("goat", (), 0.68, 1.15, ("white", "tan", "grey"), "baa", tread="hoof"),
    _animal(
        "monkey",
        ("ape", "chimp", "chimpanzee"),
        0.7,
        0.95,
        ("brown", "maroon"),
        "screech",
        belly=("peach", "tan"),
        voice=(1.4, 1.1),
    ),
    _animal("frog", ("toad",), 0.4, 1.15, ("green", "lime"), "croak", tread="hop", belly=("cream",), voice=(0.8, 0.9)),
    _animal("turtle", ("tortoise",), 0.42, 1.55, ("green", "olive"), "", belly=("brown", "tan"), voice=(0.7, 0.88)),
    _animal(
        "dinosaur",
        ("dino", "t-rex", "trex"),
        1.25,
        1.2,
        ("green", "teal", "purple"),
        "roar",
        tread="thud",
        voice=(0.6, 0.8),
    ),
    _animal(
        "dragon",
        ("dragons",),
        1.2,
        1.35,
        ("green", "red", "purple"),
        "roar",
        tread="thud",
        belly=("yellow", "cream"),
        voice=(0.6, 0.8),
    ),
)

BIRDS = (
    _bird(
        "bird",
        ("sparrow", "robin", "birdie", "pigeon", "dove", "songbird", "canary", "hummingbird"),
        0.34,
        1.15,
        ("blue", "red", "yellow", "teal"),
        "chirp",
    ),
    _bird("owl", (), 0.46, 0.85, ("brown", "tan"), "hoot", voice=(0.8, 0.9)),
    _bird("duck", ("duckling",), 0.44, 1.15, ("yellow", "white", "tan"), "quack", medium="ground"),
    _bird("penguin", (), 0.56, 0.7, ("charcoal", "navy"), "squawk", medium="ground"),
    _bird("parrot", ("macaw",), 0.46, 1.0, ("red", "green", "blue"), "squawk", belly=("yellow", "lime")),
    _bird("chicken", ("hen", "rooster", "chick"), 0.46, 1.05, ("white", "tan", "brown"), "cluck", medium="ground"),
    _bird("eagle", ("hawk", "falcon"), 0.55, 1.3, ("brown", "maroon"), "screech", voice=(0.9, 0.92)),
    _bird("seagull", ("gull",), 0.42, 1.25, ("white",), "screech", belly=("white", "silver")),
    _bird(
        "crow",
        ("raven", "blackbird"),
        0.4,
        1.15,
        ("charcoal", "black"),
        "squawk",
        belly=("charcoal", "grey"),
        beak=("grey", "charcoal"),
        voice=(0.8, 0.9),
    ),
    _bird("flamingo", (), 0.85, 0.7, ("pink", "coral"), "squawk", medium="ground"),
    _bird("butterfly", ("butterflies",), 0.3, 1.15, ("orange", "purple", "sky", "pink"), "sparkle", voice=(1.8, 1.25)),
    _bird("bee", ("bumblebee",), 0.26, 1.2, ("yellow",), "buzz", voice=(1.8, 1.25)),
    _bird("bat", (), 0.34, 1.5, ("charcoal", "purple"), "squeak", belly=("grey",)),
)

FISH = (
    _fish("fish", ("goldfish", "clownfish", "carp", "tuna"), 0.34, 1.5, ("orange", "yellow", "coral", "purple")),
    _fish("shark", (), 0.58, 2.1, ("grey", "navy"), "growl", voice=(0.62, 0.82)),
    _fish("whale", ("orca", "whales"), 0.8, 1.9, ("blue", "navy", "teal"), "whale", voice=(0.6, 0.8)),
    _fish("dolphin", ("porpoise",), 0.5, 1.9, ("sky", "grey", "blue"), "dolphin", voice=(1.5, 1.15)),
    _fish("octopus", ("octopuses", "octopi"), 0.62, 1.05, ("purple", "coral", "orange"), voice=(0.8, 0.9)),
    _fish("jellyfish", (), 0.58, 0.75, ("lavender", "pink", "turquoise"), voice=(1.7, 1.22)),
    _fish("seahorse", (), 0.5, 0.6, ("yellow", "orange", "pink"), voice=(1.7, 1.22)),
    _fish("crab", (), 0.32, 1.7, ("red", "orange", "coral"), "click", voice=(1.5, 1.15)),
)
