"""Colours, patterns, faces, worn things and sizes: what a word can fix about an actor's look.

`Actor.look` maps a key to a value:

* colour keys ("body", "hair", "eyes", ...: the keys of `Subject.palette`) hold a name in `COLOURS`;
* worn keys (`WORN`) hold "yes", "no", or a colour (which also means yes); a style other than plain comes from
  `Subject.wears` ("hat": "wizard");
* choice keys (`CHOICES`) hold one of their listed values.

A rig draws only the keys of `LOOKS[rig]` and of its subject's palette; words for anything else are reported as ignored.
"""

from __future__ import annotations

COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (226, 74, 70),
    "orange": (244, 145, 60),
    "yellow": (250, 204, 76),
    "gold": (222, 170, 58),
    "lime": (168, 208, 82),
    "green": (84, 170, 104),
    "olive": (138, 142, 78),
    "mint": (158, 220, 190),
    "teal": (46, 158, 158),
    "turquoise": (84, 202, 204),
    "sky": (128, 196, 240),
    "blue": (66, 126, 214),
    "navy": (42, 62, 116),
    "purple": (136, 92, 190),
    "lavender": (188, 168, 228),
    "magenta": (212, 78, 158),
    "pink": (246, 150, 180),
    "coral": (244, 122, 106),
    "peach": (250, 192, 158),
    "maroon": (140, 50, 62),
    "brown": (142, 96, 66),
    "tan": (208, 168, 122),
    "beige": (234, 216, 184),
    "cream": (252, 240, 216),
    "white": (250, 250, 248),
    "silver": (190, 200, 210),
    "grey": (138, 146, 156),
    "charcoal": (72, 78, 90),
    "black": (44, 46, 56),
}
COLOUR_WORDS: dict[str, tuple[str, ...]] = {
    "red": ("crimson", "scarlet", "ruby", "reddish"),
    "orange": ("tangerine", "amber", "ginger"),
    "yellow": ("golden-yellow", "lemon", "yellowish"),
    "gold": ("golden", "gilded"),
    "lime": ("chartreuse",),
    "green": ("emerald", "greenish"),
    "olive": ("khaki",),
    "mint": (),
    "teal": (),
    "turquoise": ("cyan", "aqua", "aquamarine"),
    "sky": ("sky-blue", "light-blue"),
    "blue": ("azure", "cobalt", "sapphire", "bluish"),
    "navy": ("dark-blue", "indigo"),
    "purple": ("violet",),
    "lavender": ("lilac", "mauve"),
    "magenta": ("fuchsia",),
    "pink": ("rosy", "pinkish"),
    "coral": ("salmon",),
    "peach": ("apricot",),
    "maroon": ("burgundy",),
    "brown": ("chocolate", "chestnut", "brownish"),
    "tan": ("bronze",),
    "beige": (),
    "cream": ("ivory",),
    "white": ("snow-white", "whitish"),
    "silver": ("silvery", "chrome"),
    "grey": ("gray", "greyish", "grayish"),
    "charcoal": ("dark-grey", "dark-gray"),
    "black": ("jet-black", "ebony"),
}

# Natural colours of people, only ever drawn from the seed (words cannot name them, except through COLOURS).
SKIN: tuple[tuple[int, int, int], ...] = (
    (255, 220, 190),
    (244, 196, 158),
    (222, 168, 124),
    (186, 128, 88),
    (142, 92, 62),
    (104, 66, 48),
)

CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "pattern": {
        "striped": ("stripes", "stripy", "stripe", "stripey"),
        "spotted": ("spots", "spotty", "dotted", "dots", "polka-dot", "speckled", "polka"),
        "checked": ("checkered", "plaid", "chequered", "tartan"),
        "rainbow": ("rainbow-coloured", "rainbow-colored", "multicoloured", "multicolored", "colourful", "colorful"),
    },
    "face": {
        "happy": (
            "smiling",
            "cheerful",
            "joyful",
            "smile",
            "smiles",
            "joyous",
            "grinning",
            "friendly",
            "merry",
            "jolly",
        ),
        "sad": ("unhappy", "gloomy", "lonely", "crying-face", "sorrowful", "downcast"),
        "angry": ("furious", "mad", "grumpy", "evil", "fierce"),
        "surprised": ("astonished", "amazed", "shocked", "scared", "frightened", "afraid", "startled", "curious"),
        "sleepy": ("tired", "drowsy", "bored"),
    },
    "hair_style": {
        "long": ("long-haired",),
        "short": ("short-haired",),
        "curly": ("curls", "curly-haired", "frizzy", "wavy"),
        "spiky": ("spiked", "mohawk"),
        "bald": ("hairless",),
        "ponytail": ("pigtails", "ponytails", "braid", "braids"),
    },
    "build": {
        "thin": ("slim", "skinny", "slender", "lean"),
        "fat": ("chubby", "plump", "round", "chunky", "stout"),
    },
    "age": {
        "old": ("elderly", "aged", "ancient"),
    },
    "texture": {
        "fluffy": ("furry", "fuzzy", "shaggy", "hairy", "woolly"),
        "shiny": ("glossy", "sparkling", "sparkly", "polished", "glittering"),
        "glowing": ("luminous", "shining", "glow", "glows", "neon", "radiant"),
    },
}

# Worn key -> words for it.
WORN: dict[str, tuple[str, ...]] = {
    "hat": ("hats", "cap", "beanie", "helmet", "hood"),
    "crown": ("crowns", "tiara"),
    "glasses": ("spectacles", "eyeglasses", "goggles"),
    "sunglasses": ("shades",),
    "scarf": ("scarves", "scarfs"),
    "cape": ("capes", "cloak", "cloaks"),
    "bow": ("ribbon", "bows", "bow-tie", "bowtie", "tie", "necktie"),
    "backpack": ("backpacks", "rucksack"),
    "beard": ("beards", "bearded", "moustache", "mustache"),
    "wings": ("winged", "wing"),
}

# Hat styles that a subject may wear by default; "plain" is what the word "hat" gives.
HAT_STYLES: tuple[str, ...] = (
    "plain", "wizard", "witch", "chef", "pirate", "knight", "space", "straw", "cowboy", "police", "fire", "detective",
    "ninja", "party",
)  # fmt: skip

# Words for parts that take the colour, pattern or style beside them ("blue eyes", "a green dress", "long hair").
PART_WORDS: dict[str, str] = {
    "hair": "hair", "haired": "hair", "mane": "hair", "fur": "body", "coat": "body", "feathers": "body",
    "feather": "body", "skin": "skin", "eyes": "eyes", "eye": "eyes", "eyed": "eyes", "shirt": "body",
    "t-shirt": "body", "jacket": "body", "raincoat": "body", "overcoat": "body", "anorak": "body", "parka": "body",
    "cardigan": "body", "pullover": "body", "blouse": "body", "gown": "body", "tunic": "body", "kimono": "body",
    "leggings": "legs", "slippers": "shoes", "sandals": "shoes",
    "dress": "body", "sweater": "body", "jumper": "body", "suit": "body", "robe": "body",
    "armour": "body", "armor": "body", "clothes": "body", "uniform": "body", "hoodie": "body",
    "trousers": "legs", "pants": "legs", "jeans": "legs", "skirt": "legs", "shorts": "legs", "legs": "legs",
    "shoes": "shoes", "boots": "shoes", "sneakers": "shoes", "petals": "body", "leaves": "leaf", "sail": "sail",
    "sails": "sail", "wheels": "wheel", "beak": "beak", "belly": "belly", "tail": "tail",
}  # fmt: skip

LOOKS: dict[str, tuple[str, ...]] = {
    "person": (
        "pattern", "face", "hair_style", "build", "age", "texture", "hat", "crown", "glasses", "sunglasses", "scarf",
        "cape", "bow", "backpack", "beard", "wings",
    ),
    "quadruped": (
        "pattern", "face", "build", "texture", "hat", "crown", "glasses", "sunglasses", "scarf", "cape", "bow",
        "wings",
    ),
    "bird": ("pattern", "face", "build", "texture", "hat", "crown", "glasses", "sunglasses", "scarf", "bow"),
    "fish": ("pattern", "face", "build", "texture", "hat", "crown", "glasses", "sunglasses", "bow"),
    "vehicle": ("pattern", "face", "texture", "wings"),
    "plant": ("pattern", "face", "texture", "hat", "crown", "glasses", "sunglasses", "bow"),
    "thing": ("pattern", "face", "texture", "hat", "crown", "glasses", "sunglasses", "scarf", "bow", "wings"),
}  # fmt: skip

# Size words -> factor on the natural height.
SIZES: dict[str, float] = {
    "tiny": 0.55, "miniature": 0.55, "microscopic": 0.5, "small": 0.75, "little": 0.75, "baby": 0.65, "young": 0.85,
    "short": 0.85, "big": 1.25, "large": 1.25, "tall": 1.25, "great": 1.25, "huge": 1.5, "giant": 1.65,
    "enormous": 1.65, "gigantic": 1.75, "massive": 1.6, "colossal": 1.75, "bigger": 1.25, "larger": 1.25,
    "taller": 1.25, "smaller": 0.75, "shorter": 0.85,
}  # fmt: skip
