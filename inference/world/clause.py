"""What the reader remembers of the sentence that it is in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from inference.world.lexicon import Meaning
from inference.world.mention import Mention


class Pending(NamedTuple):
    """Words that wait for their noun or subject."""

    meaning: Meaning
    span: range


class Speech(NamedTuple):
    speaker: Mention | None  # None = the narrator
    text: str


@dataclass
class Clause:
    subjects: list[Mention] = field(default_factory=list)  # what the next verb speaks about
    last: Mention | None = None  # what trailing modifiers speak about
    pending: list[Pending] = field(default_factory=list)
    groups: list[list[Pending]] = field(default_factory=list)  # "a red and a blue cat": all but the last group
    relation: Pending | None = None  # a verb of relation that waits for its object
    passive: bool = False  # "followed by"
    object_next: str | None = None  # the next noun is an object, in this relation ("" = none)
    preposition: str = ""
    determiner: str = ""
    verb: str = ""
    verb_span: range = range(0)
    part: str = ""  # "its fur is ..."
    together: bool = False  # the subjects are everybody
    joined: bool = False  # after "and" or a comma
    after_verb: bool = False
    in_phrase: bool = False  # inside a noun phrase that has not met its noun
    copula: bool = False  # after "is"
    tainted: bool = False  # an unknown word stands between the waiting modifiers and what may follow
    stray: bool = False  # an unknown word that may be the verb
    negated: bool = False
    comparing: bool = False  # after "like"
    denied: bool = False  # the last noun was: "no cars or people"
    adding: bool = False
    making: Mention | None = None  # "make the cat ...": a new noun would replace this one
    making_next: bool = False
    swapping: bool = False  # "turn A into B"
    swapped: list[Mention] = field(default_factory=list)
    swap_link: int = 0  # token index of the "into"
    swap_back: bool = False  # "B instead of A"
