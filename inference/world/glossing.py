"""Prompts in other languages: word for word into English, with the way back for the account of the words."""

from __future__ import annotations

import re
from typing import NamedTuple

from inference.world.lexicon import INDEX
from inference.world.tokens import content_words, tokenise, without_quotes
from inference.world.words.function import FUNCTION_WORDS
from inference.world.words.glosses import JOINED, SPACED

_WORD = re.compile(r"[^\W_]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]+")


class Glossed(NamedTuple):
    language: str
    text: str  # in English words
    words: dict[str, str]  # each word of the prompt, lower case -> its English words; None of it is unknown


def glossed(prompt: str) -> Glossed | None:
    """None when the prompt is read as it is: in English, or in a language without a glossary."""
    plain = without_quotes(prompt)
    if _HAN.search(plain):
        return _joined(prompt, "Japanese" if _KANA.search(plain) else "Chinese")
    words = [word.lower() for word in _WORD.findall(plain)]
    if not words:
        return None
    shares = {name: sum(word in table for word in words) / len(words) for name, table in SPACED.items()}
    language = max(shares, key=lambda name: shares[name])
    english = sum(word in FUNCTION_WORDS or (word,) in INDEX for word in words) / len(words)
    if shares[language] < 0.5 or shares[language] <= english:
        return None
    table = SPACED[language]
    if len(words) > 1 and sum(word in table for word in words) < 2:
        return None
    known = {word: table[word] for word in words if word in table}
    return Glossed(language, _written(prompt, lambda word: table.get(word.lower(), word)), known)


def _written(prompt: str, of: object) -> str:
    """The prompt with every word outside of quotes replaced."""
    plain, out, at = without_quotes(prompt), [], 0
    for match in _WORD.finditer(plain):
        out += [prompt[at : match.start()], of(match.group())]  # type: ignore[operator]
        at = match.end()
    return "".join([*out, prompt[at:]])


def _joined(prompt: str, language: str) -> Glossed | None:
    table = JOINED[language]
    pieces = re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True)))
    known: dict[str, str] = {}

    def read(run: str) -> str:
        english = " ".join(table[piece] for piece in pieces.findall(run))
        if not pieces.sub("", run):
            known[run.lower()] = english
        return f" {english} "

    text = _written(prompt, lambda word: read(word) if _HAN.search(word) else word)
    return Glossed(language, text, known) if any(english.strip() for english in known.values()) else None


def account(prompt: str, gloss: Glossed, understood: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What was understood of the English words, said of the words of the prompt."""
    told = {word for word in understood if ": " not in word}
    notes = [word for word in understood if ": " in word]
    seen = [word for word in content_words(prompt) if _understood(word, gloss, told)]
    ignored = tuple(word for word in content_words(prompt) if word not in seen)
    return (*seen, *notes, f"read as {gloss.language}"), ignored


def _understood(word: str, gloss: Glossed, told: set[str]) -> bool:
    if word not in gloss.words:
        return word in told
    english = [token.text for token in tokenise(gloss.words[word]) if token.kind == "word"]
    content = [each for each in english if each not in FUNCTION_WORDS]
    return all(each in told for each in content)
