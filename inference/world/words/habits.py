"""What the words leave open: where a subject lives and what it does by itself."""

from __future__ import annotations

# Where a subject is at home when words name no place; the rig's entry holds for subjects that are not listed.
HABITATS: dict[str, tuple[str, ...]] = {
    "person": ("meadow", "park", "city", "street", "beach", "garden"),
    "quadruped": ("meadow", "park", "garden", "forest"),
    "bird": ("meadow", "forest", "park", "sky"),
    "fish": ("underwater",),
    "vehicle": ("street", "city"),
    "plant": ("garden", "meadow", "forest"),
    "thing": ("meadow", "room", "park"),
    "robot": ("city", "street", "moon"), "astronaut": ("moon", "space"), "alien": ("moon", "space"),
    "wizard": ("castle", "forest"), "witch": ("forest", "castle"), "chef": ("kitchen",), "pirate": ("beach",),
    "knight": ("castle", "meadow"), "king": ("castle",), "queen": ("castle",), "princess": ("castle", "garden"),
    "prince": ("castle", "garden"), "clown": ("stage", "park"), "cowboy": ("desert",), "farmer": ("farm",),
    "firefighter": ("street", "city"), "policeman": ("street", "city"), "doctor": ("room",),
    "fairy": ("forest", "garden"),
    "superhero": ("city",), "detective": ("street", "city"), "ninja": ("mountains", "castle"),
    "horse": ("meadow", "farm"), "cow": ("farm", "meadow"), "pig": ("farm",), "sheep": ("farm", "meadow"),
    "goat": ("mountains", "farm"), "chicken": ("farm",), "lion": ("savanna",), "zebra": ("savanna",),
    "giraffe": ("savanna",), "elephant": ("savanna", "jungle"), "tiger": ("jungle",), "monkey": ("jungle",),
    "parrot": ("jungle", "beach"), "panda": ("forest",), "bear": ("forest", "mountains"),
    "wolf": ("forest", "snowfield"),
    "deer": ("forest",), "dinosaur": ("jungle", "volcano"), "dragon": ("castle", "mountains", "volcano"),
    "unicorn": ("meadow", "forest"),
    "penguin": ("snowfield",), "duck": ("lake", "farm"), "flamingo": ("beach", "river"), "seagull": ("beach", "sea"),
    "owl": ("forest",), "eagle": ("mountains", "sky"), "bat": ("castle", "cave"), "crab": ("beach",),
    "frog": ("lake", "river"), "turtle": ("beach", "river"), "boat": ("sea", "lake"), "submarine": ("underwater",),
    "rocket": ("space", "moon"), "ufo": ("space", "city"), "airplane": ("sky",), "helicopter": ("city", "sky"),
    "hot_air_balloon": ("sky", "meadow"), "train": ("meadow", "mountains"), "tractor": ("farm",),
    "bicycle": ("street", "park"),
    "palm": ("beach",), "cactus": ("desert",), "pine": ("forest", "mountains"), "mushroom": ("forest",),
    "star": ("sky", "space"), "kite": ("sky", "beach"), "snowman": ("snowfield",), "ghost": ("castle", "graveyard"),
    "cake": ("kitchen", "room"), "icecream": ("beach", "park"), "guitar": ("stage",), "drum": ("stage",),
    "book": ("library", "room"), "clock": ("room",), "candle": ("room",), "gift": ("room",), "pumpkin": ("farm",),
}  # fmt: skip
# What an actor does when words name no action, by medium or rig; held and carried things stay idle.
HABITS: dict[str, tuple[str, ...]] = {
    "person": ("walk", "wave", "look", "idle"), "quadruped": ("walk", "run", "look", "jump"), "bird": ("fly", "walk"),
    "fish": ("swim",), "vehicle": ("drive",), "plant": ("idle",), "thing": ("bounce", "float", "idle"),
    "crab": ("walk",), "penguin": ("walk",), "chicken": ("walk",), "flamingo": ("walk",), "duck": ("walk", "swim"),
    "frog": ("jump",), "rabbit": ("jump",), "snowman": ("idle",), "rocket": ("fly",), "ufo": ("float",),
    "airplane": ("fly",), "helicopter": ("fly",), "hot_air_balloon": ("float",), "kite": ("float",),
    "ghost": ("float",),
    "balloon": ("float",), "star": ("float", "shake"), "ball": ("bounce", "roll"),
}  # fmt: skip
# "A girl with an umbrella" holds it; "a girl with a dog" stands beside it.
HOLDABLE = frozenset(
    {
        "umbrella", "balloon", "kite", "lantern", "candle", "cake", "icecream", "apple", "gift", "book", "guitar",
        "drum",
        "flower", "sunflower", "star", "heart", "ball", "clock", "pumpkin",
    }
)  # fmt: skip
INSTRUMENTS = frozenset({"guitar", "drum"})
