"""Prompts with the scenes that a reader expects, in a short notation.

Left of the bar stand the expectations, right of it the prompt. `a/b` is either.

    cat *3 :red !run >chases:dog hat:green     an actor: count, main colour, action, relation, another part's colour
    @beach %rain ~night ^zoom_in &sad          place, weather, time, camera, mood
    -dog                                       nobody of this subject
    ?anvil                                     the word is named as ignored
"""

from __future__ import annotations

from importlib import resources

import msgspec

FIELDS = {"@": "place", "%": "weather", "~": "time", "^": "camera", "&": "mood"}


class Part(msgspec.Struct):
    """One actor that is expected."""

    subjects: tuple[str, ...]
    count: tuple[int, ...] = ()
    actions: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    looks: dict[str, tuple[str, ...]] = {}
    relation: tuple[str, tuple[str, ...]] | None = None


class Case(msgspec.Struct, frozen=True):
    prompt: str
    parts: tuple[Part, ...]
    fields: dict[str, tuple[str, ...]]
    absent: tuple[str, ...]
    ignored: tuple[str, ...]


class Remix(msgspec.Struct, frozen=True):
    """`changes`: what the words name, as written: "time=night", "cat.look.body=blue", "+dog", "-dog", "cat>robot"."""

    changes: tuple[str, ...]
    parent: str
    words: str


def load(name: str) -> list[Case]:
    return [case_of(line) for line in _lines(name)]


def remixes() -> list[Remix]:
    return [_remix(line) for line in _lines("deltas")]


def unseen() -> list[str]:
    """Prompts without expectations, for contact sheets."""
    return _lines("unseen")


def _lines(name: str) -> list[str]:
    text = resources.files("inference.evaluate").joinpath(f"prompts/{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def case_of(line: str) -> Case:
    wanted, _, prompt = line.partition("|")
    parts: list[Part] = []
    fields: dict[str, tuple[str, ...]] = {}
    absent: list[str] = []
    ignored: list[str] = []
    for token in wanted.split():
        mark, rest = token[0], tuple(token[1:].split("/"))
        if mark in FIELDS:
            fields[FIELDS[mark]] = rest
        elif mark == "-":
            absent += rest
        elif mark == "?":
            ignored += rest
        elif mark in "*:!>" or ":" in token:
            _say(parts[-1], token)
        else:
            parts.append(Part(tuple(token.split("/"))))
    return Case(prompt.strip(), tuple(parts), fields, tuple(absent), tuple(ignored))


def _say(part: Part, token: str) -> None:
    mark, rest = token[0], tuple(token[1:].split("/"))
    if mark == "*":
        part.count = tuple(int(number) for number in rest)
    elif mark == ":":
        part.colours = rest
    elif mark == "!":
        part.actions = rest
    elif mark == ">":
        kind, _, other = token[1:].partition(":")
        part.relation = kind, tuple(other.split("/"))
    else:
        key, _, value = token.partition(":")
        part.looks = {**part.looks, key: tuple(value.split("/"))}


def _remix(line: str) -> Remix:
    changes, _, rest = line.partition("|")
    parent, _, words = rest.partition("=>")
    return Remix(tuple(changes.split()), parent.strip(), words.strip())
