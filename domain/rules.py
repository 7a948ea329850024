"""What a character must not be used for, as typed rules: "topic:politics", "word:foo", "setting:beach",
"character:char_...". Each looks at the whole chain of prompts, so that a remix cannot step around it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import msgspec

from domain.errors import Invalid
from domain.ids import is_id
from domain.safety import TOPICS
from domain.text import require_text
from domain.words import Word, words

KINDS: Final = ("topic", "word", "setting", "character")
MAX_RULES: Final = 100
MAX_WORD: Final = 60

# A setting, and the words of prompts that put a scene there.
SETTINGS: Final[dict[str, tuple[str, ...]]] = {
    "bar": ("bar", "bars", "pub", "pubs", "saloon", "tavern"),
    "beach": ("beach", "beaches", "seaside", "shore", "coast", "sand", "seashore", "by the sea", "island"),
    "bathroom": ("bathroom", "bathrooms", "shower", "bathtub", "toilet", "sauna"),
    "battlefield": ("battlefield", "battlefields", "trench", "trenches", "war zone", "front line", "frontline"),
    "bedroom": ("bedroom", "bedrooms", "in bed"),
    "castle": ("castle", "castles", "palace", "fortress"),
    "cemetery": ("cemetery", "cemeteries", "graveyard", "grave", "funeral"),
    "church": ("church", "churches", "mosque", "synagogue", "temple", "cathedral", "chapel", "altar"),
    "city": ("city", "cities", "skyline", "downtown", "town", "skyscraper", "skyscrapers", "rooftop", "metropolis"),
    "court": ("court", "courtroom", "tribunal"),
    "desert": ("desert", "deserts", "dune", "dunes", "canyon", "sahara"),
    "farm": ("farm", "farms", "farmyard", "barn", "barnyard", "ranch"),
    "forest": ("forest", "forests", "woods", "woodland", "grove"),
    "garden": ("garden", "gardens", "backyard", "flowerbed"),
    "hospital": ("hospital", "hospitals", "clinic", "operating room"),
    "jungle": ("jungle", "jungles", "rainforest", "rain forest", "tropics"),
    "kitchen": ("kitchen", "kitchens", "bakery"),
    "meadow": ("meadow", "meadows", "field", "fields", "lawn", "prairie", "countryside"),
    "moon": ("moon", "lunar surface", "crater"),
    "mountains": ("mountain", "mountains", "peak", "peaks", "alps", "cliff", "summit"),
    "nightclub": ("nightclub", "nightclubs", "night club", "disco", "discotheque", "dance floor", "strip club"),
    "park": ("park", "parks", "playground"),
    "pool": ("pool", "pools", "swimming pool", "hot tub", "jacuzzi"),
    "prison": ("prison", "prisons", "jail", "prison cell", "dungeon", "behind bars"),
    "river": ("river", "rivers", "riverbank", "creek", "brook"),
    "school": ("school", "schools", "classroom", "kindergarten", "schoolyard"),
    "sea": ("sea", "seas", "ocean", "oceans", "lake", "pond"),
    "sky": ("sky", "skies", "in the air", "above the clouds", "heavens"),
    "snowfield": ("snowfield", "tundra", "arctic", "antarctica", "glacier", "north pole", "iceberg"),
    "space": ("space", "outer space", "galaxy", "cosmos", "universe", "orbit"),
    "stage": ("stage", "theatre", "theater", "concert", "concert hall"),
    "street": ("street", "streets", "road", "roads", "highway", "sidewalk", "alley", "avenue", "pavement"),
    "underwater": ("underwater", "under water", "undersea", "seabed", "coral reef", "deep sea"),
}


class Rule(msgspec.Struct, frozen=True):
    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


def read_rule(text: str) -> Rule:
    kind, _, value = text.partition(":")
    return Rule(kind.strip(), value.strip())


def check_rules(rules: Sequence[str]) -> None:
    """Raises `Invalid` for one that could never be applied."""
    if len(rules) > MAX_RULES:
        raise Invalid("invalid_rules", f"A consent has at most {MAX_RULES} rules.", "rules")
    for rule in rules:
        _check(read_rule(rule))


def _check(rule: Rule) -> None:
    match rule.kind:
        case "topic":
            _require(rule.value in TOPICS, f"a topic is one of {', '.join(TOPICS)}")
        case "setting":
            _require(rule.value in SETTINGS, f"a setting is one of {', '.join(SETTINGS)}")
        case "character":
            _require(is_id(rule.value, "char"), "a character is named by its id or its @handle, and must exist")
        case "word":
            require_text(rule.value, "rules")
            _require(is_word(rule.value), f"a word has 1 to {MAX_WORD} characters, and letters or digits among them")
        case _:
            _require(False, f"a rule begins with one of {', '.join(f'{kind}:' for kind in KINDS)}")


def is_word(text: str) -> bool:
    return len(text) <= MAX_WORD and bool(words(text))


def _require(right: bool, otherwise: str) -> None:
    if not right:
        raise Invalid("invalid_rule", f"`rules`: {otherwise}.", "rules")


class Text:
    """A chain of prompts, read as one text: a phrase may lie over the seam of two."""

    def __init__(self, prompts: Sequence[str]) -> None:
        self._prompts = prompts

    @cached_property
    def _words(self) -> list[Word]:
        return [word for prompt in self._prompts for word in words(prompt)]

    @cached_property
    def _meant(self) -> frozenset[str]:
        return frozenset(meant for word in self._words for meant in word)

    def says(self, phrase: str) -> bool:
        wanted = [word[0] for word in words(phrase)]
        if not self._meant.issuperset(wanted):
            return False
        return any(self._stands_at(at, wanted) for at in range(len(self._words) - len(wanted) + 1))

    def _stands_at(self, at: int, wanted: Sequence[str]) -> bool:
        return all(asked in word for asked, word in zip(wanted, self._words[at : at + len(wanted)], strict=True))


def holds(rule: Rule, text: Text, topics: frozenset[str], others: frozenset[str]) -> bool:
    """Whether what the rule forbids is the case. A rule that cannot be read forbids everything."""
    match rule.kind:
        case "topic":
            return rule.value in topics
        case "character":
            return rule.value in others
        case "word":
            return text.says(rule.value)
        case "setting" if rule.value in SETTINGS:
            return any(text.says(phrase) for phrase in SETTINGS[rule.value])
        case _:
            return True
