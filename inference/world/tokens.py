"""From prompt text to tokens: words, punctuation that bounds clauses, and quoted speech."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from inference.world.lexicon import INDEX
from inference.world.words.function import (
    FUNCTION_WORDS,
)


class Token(NamedTuple):
    kind: str  # word | stop | comma | colon | quote
    text: str  # lower case for words, as written for quotes


_QUOTE_MARKS = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "’": "'", "‘": "'", "‛": "'", "＂": '"'}
)
# A single-quoted span may hold apostrophes inside words; its length is bounded so that matching stays linear.
_TOKEN = re.compile(
    r"\"(?P<double>[^\"]+)\""
    r"|(?<!\w)'(?P<single>(?:[^'\n]|(?<=\w)'(?=\w)){1,400})'(?!\w)"
    r"|(?P<word>[^\W_]+(?:'[^\W_]+)?)"
    r"|(?P<stop>[.!?;\n]+)"
    r"|(?P<comma>,)"
    r"|(?P<colon>:)"
)

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


# "Robot: I am here." at the start of a line or sentence is a script line: what follows the name is said.
_SCRIPT_LINE = re.compile(
    r"((?:^|(?<=[.!?…]\s))[ \t\-*]*)(\w+)[ \t]*:[ \t]*([^\":\n]*[.!?…])(?=[ \t]*$|[ \t]*\w+:)", re.MULTILINE
)


def tokenise(prompt: str) -> list[Token]:
    text = unicodedata.normalize("NFC", prompt).translate(_QUOTE_MARKS)
    text = _SCRIPT_LINE.sub(_as_quote, text) if ":" in text else text
    return [Token(*_token(match)) for match in _TOKEN.finditer(text)]


def _as_quote(line: re.Match[str]) -> str:
    named = INDEX.get((line.group(2).lower(),), ())
    if not any(meaning.kind in {"subject", "generic", "doer"} for meaning in named):
        return line.group()
    return f'{line.group(1)}{line.group(2)}: "{line.group(3)}"\n'


def _token(match: re.Match[str]) -> tuple[str, str]:
    kind = match.lastgroup or ""
    if kind in {"double", "single"}:
        return "quote", " ".join(match.group(kind).split())
    text = match.group().lower()
    return (kind, text.removesuffix("'s")) if kind == "word" else (kind, text)


def without_quotes(text: str) -> str:
    """The text with what is said in it blanked out: every other character keeps its place."""
    said = {"double", "single"}
    blanked = text.translate(_QUOTE_MARKS)
    return _TOKEN.sub(lambda match: " " * len(match.group()) if match.lastgroup in said else match.group(), blanked)


def words_of(quote: str) -> list[str]:
    return [word.removesuffix("'s") for word in _WORD.findall(quote.lower())]


def is_content(word: str) -> bool:
    return word not in FUNCTION_WORDS


def content_words(prompt: str) -> list[str]:
    """The words of a prompt that must be accounted for, in order, each once."""
    words: dict[str, None] = {}
    for token in tokenise(prompt):
        for word in words_of(token.text) if token.kind == "quote" else [token.text] if token.kind == "word" else []:
            if is_content(word):
                words[word] = None
    return list(words)
