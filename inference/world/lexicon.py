"""Index from a phrase (tuple of lower-case tokens) to its meanings, with plurals and inflections made by rule."""

from __future__ import annotations

import re
from typing import NamedTuple

from inference.world import vocabulary as v

LONGEST = 4


class Meaning(NamedTuple):
    kind: str  # subject generic doer action relation place weather time camera mood colour choice worn part size manner count
    value: str
    key: str = ""  # of a choice: the look key; of an inflected verb: the word it comes from
    plural: bool = False


NUMBERS: dict[str, int] = {
    "one": 1, "single": 1, "two": 2, "pair": 2, "both": 2, "three": 3, "trio": 3, "few": 3, "four": 4, "several": 4,
    "five": 5, "group": 5, "six": 6, "many": 6, "flock": 6, "herd": 6, "school": 6, "swarm": 8, "crowd": 8, "pack": 5,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "dozens": 24, "twenty": 20,
    "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000,
}  # fmt: skip
# These are numbers only before "of" or a noun; alone they mean something else.
COLLECTIVES = frozenset(
    {"pair", "group", "flock", "herd", "school", "swarm", "crowd", "pack", "trio", "dozen", "dozens"}
)

FUNCTION_WORDS = frozenset(
    """a an the this that these those some any each every all and or but nor so yet as if than then while when whenever
    where who whom whose which what how there here of in on at to from by for with without into onto over under above
    below through across along around between among toward towards against up down off out about after before during
    until like near behind beside alongside upon per via within next is are was were be been being am has have had
    having do does did doing will would can could should may might must shall let lets make makes making made get gets
    getting it its he she they them him her hers his their theirs we us our ours i me my mine you your yours itself
    himself herself themselves not no never very really too also just only again still even more most much now please
    want wants create show shows showing generate give gives giving put puts putting add adds adding remove removes
    delete erase set sets keep keeps change changes changing replace replaces swap transform instead same other another
    everything everyone everybody front side top middle center centre together wearing wears wear dressed has called
    starts start begins begin scene video clip film movie animation image picture version back away s t re ve ll d m
    yes oh something nothing anything because featuring lots lot bit kind become becomes becoming seem seems new extra
    first second finally suddenly once one's let's it's don't doesn't isn't aren't won't there's that's""".split()
)
DETERMINERS_NEW = frozenset({"a", "an", "another", "one", "some", "each", "every", "new", "extra"})
DETERMINERS_OLD = frozenset(
    {"the", "this", "that", "these", "those", "his", "her", "its", "their", "my", "our", "your"}
)
PRONOUNS = frozenset(
    {"he", "she", "it", "they", "him", "them", "who", "which", "that", "everyone", "everybody", "both"}
)
NEGATIONS = frozenset(
    {"no", "without", "not", "never", "remove", "delete", "erase", "don't", "doesn't", "isn't", "aren't"}
)
# Preposition -> relation to the noun that follows ("" = a place or plain object, no relation).
PREPOSITIONS: dict[str, str] = {
    "with": "with", "on": "on", "onto": "on", "upon": "on", "atop": "on", "behind": "behind", "beside": "beside",
    "near": "beside", "by": "beside", "alongside": "beside", "next": "beside", "in": "", "into": "", "at": "", "to": "",
    "from": "", "over": "", "under": "", "above": "", "below": "", "through": "", "across": "", "along": "",
    "around": "", "between": "beside", "among": "beside", "toward": "", "towards": "", "against": "beside", "inside": "",
    "for": "", "about": "",
}  # fmt: skip
# A noun right after these verbs is their object, in this relation.
OBJECTS: dict[str, str] = {
    "eat": "holds",
    "play": "holds",
    "drive": "on",
    "walk": "with",
    "talk": "with",
    "look": "with",
}


def tokens_of(phrase: str) -> tuple[str, ...]:
    return tuple(re.split(r"[-\s_]+", phrase))


def plurals(noun: str) -> tuple[str, ...]:
    if noun.endswith(("s", "x", "ch", "sh", "z")):
        return (noun + "es",)
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return (noun[:-1] + "ies",)
    if noun.endswith("fe"):
        return (noun[:-2] + "ves",)
    if noun.endswith("man") and noun not in {"human"}:
        return (noun[:-3] + "men",)
    return (noun + "s", noun + "es") if noun.endswith("o") else (noun + "s",)


def inflections(verb: str) -> tuple[str, ...]:
    forms = [*plurals(verb)]
    stem = verb
    if verb.endswith("e") and not verb.endswith("ee"):
        stem = verb[:-1]
    elif re.fullmatch(r"[a-z]*[^aeiou][aeiou][bdgmnprt]", verb) and verb not in _SINGLE_CONSONANT:
        stem = verb + verb[-1]
    past = verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in "aeiou" else stem + "ed"
    return (*forms, stem + "ing", past)


_SINGLE_CONSONANT = frozenset(
    {"wander", "shiver", "whisper", "answer", "flutter", "hover", "quiver", "gallop", "blossom", "tumble"}
)
_MASS_PLURALS = {"sheep": "sheep", "fish": "fish", "deer": "deer"}
_IRREGULAR_PLURALS = {
    "mice": "mouse", "wolves": "wolf", "geese": "duck", "children": "child", "people": "person", "cacti": "cactus",
    "cactuses": "cactus", "octopi": "octopus", "octopuses": "octopus", "bunnies": "rabbit", "foxes": "fox",
    "cattle": "cow", "books": "book", "hearts": "heart", "balloons": "balloon", "lanterns": "lantern", "whales": "whale",
    "dragons": "dragon", "butterflies": "butterfly", "bikes": "bicycle", "snowmen": "snowman", "daisies": "flower",
    "lilies": "flower", "poppies": "flower", "couple": "person", "knives": "",
}  # fmt: skip


class _Index:
    def __init__(self) -> None:
        self.phrases: dict[tuple[str, ...], list[Meaning]] = {}

    def add(self, phrase: str, meaning: Meaning) -> None:
        meanings = self.phrases.setdefault(tokens_of(phrase), [])
        if not any(m.kind == meaning.kind for m in meanings):
            meanings.append(meaning)

    def noun(self, word: str, kind: str, value: str) -> None:
        self.add(word, Meaning(kind, value, word, word in _IRREGULAR_PLURALS))
        if word not in _IRREGULAR_PLURALS and word not in _MASS_PLURALS:
            for plural in plurals(word):
                self.add(plural, Meaning(kind, value, word, True))

    def words(self, kind: str, table: dict[str, tuple[str, ...]], skip: frozenset[str] = frozenset()) -> None:
        for name, words in table.items():
            for word in (name, *words):
                if word not in skip:
                    self.add(word, Meaning(kind, name, word))


def _nouns(index: _Index) -> None:
    for name, subject in v.SUBJECTS.items():
        for word in (name, *subject.words):
            index.noun(word, "subject", name)
    for name, (_, words) in v.GENERIC.items():
        for word in (name, *words):
            index.noun(word, "generic", name)
    for word, action in v.DOERS.items():
        index.noun(word, "doer", action)


def _verbs(index: _Index) -> None:
    for name, words in v.ACTIONS.items():
        for word in (name, *words):
            forms = () if "-" in word else inflections(word)
            for form in (word, *forms, *v.IRREGULAR.get(word, ())):
                index.add(form, Meaning("action", name, word))
    for kind in ("chases", "follows", "holds"):
        for word in (kind, *v.RELATIONS[kind]):
            index.add(word, Meaning("relation", kind, word))


def _looks(index: _Index) -> None:
    index.words("colour", v.COLOUR_WORDS, skip=frozenset({"sky"}))
    for key, values in v.CHOICES.items():
        for value, words in values.items():
            for word in (value, *words):
                index.add(word, Meaning("choice", value, key))
    index.words("worn", v.WORN)
    for word, part in v.PART_WORDS.items():
        index.add(word, Meaning("part", part, word))
    for word in v.SIZES:
        index.add(word, Meaning("size", word, word))


def _build() -> dict[tuple[str, ...], tuple[Meaning, ...]]:
    index = _Index()
    _nouns(index)
    _looks(index)
    for kind, table in (
        ("place", v.PLACES),
        ("weather", v.WEATHERS),
        ("time", v.TIMES),
        ("camera", v.CAMERAS),
        ("mood", v.MOODS),
        ("manner", v.MANNERS),
    ):
        index.words(kind, table, skip=frozenset({"still"}))
    _verbs(index)
    for word in NUMBERS:
        index.add(word, Meaning("count", word, word))
    return {phrase: tuple(meanings) for phrase, meanings in index.phrases.items()}


INDEX = _build()
