"""Vehicles, plants and things."""

from __future__ import annotations

from inference.world.words.subject import Subject


def _vehicle(
    name: str,
    words: tuple[str, ...],
    height: float,
    width: float,
    body: tuple[str, ...],
    cry: str,
    *,
    medium: str = "ground",
    tread: str = "engine",
    **extra: tuple[str, ...],
) -> Subject:
    palette = {"body": body, "trim": ("cream", "white", "silver"), **extra}
    return Subject(name, "vehicle", height, width, medium, words, palette, {}, (0.75, 0.85), cry, tread)


def _plant(
    name: str,
    words: tuple[str, ...],
    height: float,
    width: float,
    body: tuple[str, ...],
    leaf: tuple[str, ...] = ("green", "olive"),
) -> Subject:
    palette = {"body": body, "leaf": leaf, "eyes": ("black",)}
    return Subject(name, "plant", height, width, "ground", words, palette, {}, (1.2, 1.05), "", "hop")


def _thing(
    name: str,
    words: tuple[str, ...],
    height: float,
    width: float,
    body: tuple[str, ...],
    cry: str,
    *,
    medium: str = "ground",
    trim: tuple[str, ...] = ("white", "cream", "charcoal"),
    tread: str = "thud",
    wears: dict[str, str] | None = None,
) -> Subject:
    palette = {"body": body, "trim": trim, "eyes": ("black",)}
    return Subject(name, "thing", height, width, medium, words, palette, wears or {}, (1.3, 1.1), cry, tread)


VEHICLES = (
    _vehicle(
        "car",
        ("automobile", "taxi", "cab", "jeep", "sedan", "convertible", "race-car", "sports-car"),
        0.52,
        2.0,
        ("red", "blue", "yellow", "teal", "orange"),
        "horn",
    ),
    _vehicle("bus", ("school-bus", "minibus"), 0.8, 2.0, ("yellow", "red", "blue"), "horn"),
    _vehicle(
        "truck", ("lorry", "fire-truck", "fire-engine", "pickup"), 0.8, 1.9, ("red", "green", "orange", "blue"), "horn"
    ),
    _vehicle("tractor", (), 0.8, 1.3, ("green", "red"), "horn"),
    _vehicle("train", ("locomotive", "steam-train"), 0.78, 2.7, ("red", "green", "navy"), "whistle"),
    _vehicle("bicycle", ("bike", "bikes", "cycle"), 0.62, 1.5, ("red", "teal", "yellow"), "bell", tread=""),
    _vehicle("motorcycle", ("motorbike", "scooter", "moped"), 0.6, 1.6, ("red", "charcoal", "blue"), "horn"),
    _vehicle(
        "boat",
        ("ship", "sailboat", "sailing-boat", "ferry", "yacht", "canoe", "pirate-ship"),
        0.95,
        1.1,
        ("red", "blue", "brown", "white"),
        "bell",
        medium="water",
        tread="",
        sail=("cream", "white", "coral"),
    ),
    _vehicle("submarine", (), 0.55, 2.0, ("yellow", "orange", "grey"), "bubble", medium="water", tread=""),
    _vehicle(
        "rocket",
        ("spaceship", "spacecraft", "rocketship", "rocket-ship", "space-ship", "shuttle", "space-shuttle"),
        1.0,
        0.5,
        ("red", "white", "orange"),
        "rocket",
        medium="air",
        tread="rocket",
    ),
    _vehicle(
        "ufo", ("flying-saucer", "saucer"), 0.42, 2.1, ("silver", "purple", "teal"), "beep", medium="air", tread=""
    ),
    _vehicle(
        "airplane",
        ("plane", "aeroplane", "jet", "aircraft", "biplane"),
        0.55,
        2.1,
        ("white", "red", "sky", "yellow"),
        "propeller",
        medium="air",
        tread="propeller",
    ),
    _vehicle(
        "helicopter", ("chopper",), 0.6, 1.7, ("red", "blue", "orange"), "propeller", medium="air", tread="propeller"
    ),
    _vehicle(
        "hot_air_balloon",
        ("hot-air-balloon", "hot-air-balloons"),
        1.05,
        0.75,
        ("red", "orange", "purple", "turquoise"),
        "whoosh",
        medium="air",
        tread="",
    ),
)

PLANTS = (
    _plant("tree", ("oak", "apple-tree"), 1.35, 0.75, ("brown",)),
    _plant(
        "pine", ("fir", "christmas-tree", "pine-tree", "fir-tree", "spruce"), 1.35, 0.6, ("brown",), ("green", "teal")
    ),
    _plant("palm", ("palm-tree", "coconut-tree"), 1.35, 0.75, ("tan", "brown")),
    _plant(
        "flower",
        ("rose", "tulip", "daisy", "daisies", "lily", "lilies", "poppy", "poppies"),
        0.6,
        0.55,
        ("red", "pink", "purple", "coral", "white"),
    ),
    _plant("sunflower", (), 0.85, 0.5, ("yellow", "gold")),
    _plant("cactus", ("cacti", "cactuses"), 0.8, 0.65, ("green", "olive")),
    _plant("mushroom", ("toadstool",), 0.5, 0.9, ("red", "brown", "purple"), ("cream", "white")),
)

THINGS = (
    _thing(
        "ball",
        ("football", "basketball", "beach-ball", "soccer-ball", "sphere"),
        0.36,
        1.0,
        ("red", "blue", "yellow", "purple"),
        "boing",
        tread="boing",
    ),
    _thing("star", (), 0.42, 1.05, ("yellow", "gold"), "sparkle", medium="air", tread="bell"),
    _thing("heart", ("hearts",), 0.4, 1.1, ("red", "pink"), "sparkle", medium="air", tread="boing"),
    _thing("cube", ("box", "block", "dice", "crate"), 0.38, 1.0, ("orange", "blue", "teal", "purple"), "thud"),
    _thing("umbrella", ("parasol",), 0.55, 1.05, ("red", "yellow", "teal"), "whoosh"),
    _thing("kite", (), 0.55, 0.8, ("red", "yellow", "magenta", "turquoise"), "flap", medium="air"),
    _thing(
        "balloon",
        ("balloons", "party-balloon"),
        0.52,
        0.7,
        ("red", "yellow", "blue", "pink"),
        "pop",
        medium="air",
        tread="boing",
    ),
    _thing("lantern", ("lamp", "lanterns"), 0.42, 0.7, ("red", "orange", "gold"), "sparkle"),
    _thing("candle", (), 0.4, 0.5, ("cream", "pink", "red"), "sparkle"),
    _thing("cake", ("cupcake", "birthday-cake"), 0.42, 1.1, ("pink", "cream", "brown"), "pop"),
    _thing("icecream", ("ice-cream", "ice-cream-cone"), 0.46, 0.55, ("pink", "cream", "mint", "brown"), "pop"),
    _thing("apple", ("fruit",), 0.3, 1.0, ("red", "green", "lime"), "crunch"),
    _thing("pumpkin", ("jack-o-lantern",), 0.42, 1.2, ("orange",), "thud"),
    _thing(
        "gift", ("present", "parcel", "gift-box"), 0.4, 1.0, ("red", "teal", "purple"), "pop", trim=("gold", "white")
    ),
    _thing("book", ("books", "notebook"), 0.36, 0.85, ("red", "navy", "teal", "brown"), "flap"),
    _thing("guitar", ("ukulele",), 0.7, 0.45, ("orange", "brown", "red"), "strum"),
    _thing("drum", ("bongo",), 0.42, 1.1, ("red", "blue"), "drum", trim=("cream", "gold")),
    _thing("clock", ("alarm-clock",), 0.4, 1.0, ("red", "teal", "gold"), "bell"),
    _thing("snowman", ("snowmen",), 0.85, 0.6, ("white",), "crunch", wears={"hat": "plain", "scarf": "red"}),
    _thing("ghost", ("spirit", "phantom"), 0.6, 0.8, ("white", "lavender"), "whoosh", medium="air"),
    _thing("slime", ("monster", "blob"), 0.5, 1.15, ("lime", "purple", "turquoise"), "boing", tread="boing"),
)
