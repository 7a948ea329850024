"""People and what else walks upright: one rig, told apart by clothes and hats."""

from __future__ import annotations

from inference.world.words.subject import Subject

_HAIR = ("black", "brown", "maroon", "gold", "charcoal", "orange")
_TOPS = ("red", "blue", "teal", "yellow", "coral", "purple", "green", "pink")
_LEGS = ("navy", "charcoal", "brown", "blue", "grey")
_MAN, _WOMAN, _BOY, _GIRL = (0.68, 0.86), (1.08, 1.02), (1.35, 1.12), (1.5, 1.16)


def _person(
    name: str,
    words: tuple[str, ...] = (),
    *,
    height: float = 1.0,
    body: tuple[str, ...] = _TOPS,
    legs: tuple[str, ...] = _LEGS,
    hair: tuple[str, ...] = _HAIR,
    wears: dict[str, str] | None = None,
    voice: tuple[float, float] = _WOMAN,
    cry: str = "",
    width: float = 0.46,
    skin: tuple[str, ...] = (),
) -> Subject:
    """`skin` is only for bodies that are not human: people draw from `looks.SKIN`."""
    palette = {
        "body": body,
        "legs": legs,
        "hair": hair,
        "shoes": ("charcoal", "brown", "white", "maroon"),
        "eyes": ("black",),
    }
    if skin:
        palette["skin"] = skin
    return Subject(name, "person", height, width, "ground", words, palette, wears or {}, voice, cry, "step")


PEOPLE = (
    _person(
        "man",
        ("guy", "gentleman", "father", "dad", "husband", "grandfather", "grandpa", "fellow", "waiter"),
        voice=_MAN,
    ),
    _person("woman", ("lady", "mother", "mom", "mum", "wife", "grandmother", "grandma", "waitress")),
    _person("boy", ("son", "brother", "lad"), height=0.74, voice=_BOY, width=0.5),
    _person("girl", ("daughter", "sister", "schoolgirl"), height=0.74, voice=_GIRL, width=0.5),
    _person(
        "robot",
        ("android", "droid"),
        body=("silver", "sky", "teal", "orange"),
        legs=("grey", "charcoal"),
        hair=("grey",),
        skin=("silver",),
        voice=(0.8, 0.9),
        cry="beep",
        width=0.54,
    ),
    _person(
        "astronaut",
        ("cosmonaut", "spaceman", "spacewoman"),
        body=("white",),
        legs=("white",),
        wears={"hat": "space", "backpack": "silver"},
        width=0.54,
    ),
    _person(
        "wizard",
        ("mage", "sorcerer", "magician"),
        body=("purple", "navy", "blue"),
        legs=("navy",),
        hair=("white", "silver"),
        wears={"hat": "wizard", "beard": "white"},
        voice=_MAN,
        cry="sparkle",
    ),
    _person(
        "witch",
        ("sorceress",),
        body=("charcoal", "purple"),
        legs=("charcoal",),
        hair=("orange", "black", "green"),
        wears={"hat": "witch"},
        cry="sparkle",
    ),
    _person(
        "chef",
        ("baker",),
        body=("white",),
        legs=("grey", "charcoal"),
        wears={"hat": "chef", "scarf": "red"},
        voice=_MAN,
    ),
    _person(
        "pirate",
        ("buccaneer",),
        body=("maroon", "navy", "red"),
        legs=("charcoal", "brown"),
        wears={"hat": "pirate", "beard": "black"},
        voice=(0.62, 0.84),
    ),
    _person(
        "knight",
        ("warrior",),
        body=("silver", "grey"),
        legs=("grey",),
        wears={"hat": "knight", "cape": "red"},
        voice=_MAN,
        width=0.5,
    ),
    _person(
        "king",
        ("emperor",),
        body=("maroon", "purple", "red"),
        wears={"crown": "gold", "cape": "red", "beard": "brown"},
        voice=(0.62, 0.84),
    ),
    _person("queen", ("empress",), body=("purple", "magenta", "teal"), wears={"crown": "gold", "cape": "purple"}),
    _person(
        "princess",
        (),
        height=0.86,
        body=("pink", "lavender", "sky"),
        legs=("pink", "lavender"),
        wears={"crown": "gold"},
        voice=_GIRL,
    ),
    _person(
        "prince",
        (),
        height=0.9,
        body=("blue", "teal", "navy"),
        wears={"crown": "gold", "cape": "navy"},
        voice=(0.9, 0.95),
    ),
    _person(
        "clown",
        ("jester",),
        body=("yellow", "red", "lime"),
        legs=("blue", "magenta"),
        hair=("red", "orange", "lime"),
        wears={"hat": "party", "bow": "red"},
        voice=(1.25, 1.05),
        cry="laugh",
    ),
    _person("ninja", (), body=("charcoal", "black"), legs=("charcoal",), wears={"hat": "ninja"}, voice=(0.85, 0.92)),
    _person(
        "superhero",
        ("hero", "superheroine", "superman", "heroine"),
        body=("blue", "red"),
        legs=("blue", "navy"),
        wears={"cape": "red"},
        voice=_MAN,
        width=0.5,
    ),
    _person(
        "alien",
        ("martian", "extraterrestrial"),
        height=0.86,
        body=("silver", "purple", "teal"),
        skin=("lime", "mint"),
        hair=("lime",),
        voice=(1.7, 1.22),
        cry="beep",
    ),
    _person(
        "detective",
        ("investigator", "inspector"),
        body=("tan", "beige"),
        legs=("brown", "charcoal"),
        wears={"hat": "detective"},
        voice=_MAN,
    ),
    _person(
        "cowboy", ("cowgirl",), body=("red", "tan", "blue"), legs=("navy", "brown"), wears={"hat": "cowboy"}, voice=_MAN
    ),
    _person(
        "farmer",
        ("gardener",),
        body=("green", "red", "coral"),
        legs=("blue", "navy"),
        wears={"hat": "straw"},
        voice=_MAN,
    ),
    _person("firefighter", ("fireman",), body=("red", "orange"), legs=("charcoal",), wears={"hat": "fire"}, voice=_MAN),
    _person(
        "policeman",
        ("police-officer", "policewoman", "cop", "officer"),
        body=("navy", "blue"),
        legs=("navy",),
        wears={"hat": "police"},
        voice=_MAN,
    ),
    _person(
        "doctor",
        ("nurse", "scientist", "professor", "dentist"),
        body=("white",),
        legs=("sky", "teal"),
        wears={"glasses": "yes"},
    ),
    _person(
        "fairy",
        ("pixie",),
        height=0.7,
        body=("mint", "pink", "lavender"),
        legs=("white",),
        wears={"wings": "sky"},
        voice=(1.7, 1.2),
        cry="sparkle",
    ),
)
