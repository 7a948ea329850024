"""Text as words that can be compared: case, accents, look-alike letters and digits for letters do not hide one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# A word of the text, in every way in which it may be meant; the first one is how it is written.
Word = tuple[str, ...]

_TOKEN: Final = re.compile(r"[^\W_]+")
_INSIDE: Final = re.compile(r"(?<=\w)['’‘`´](?=\w)")
# Letters of other scripts that look like Latin ones.
_LOOKALIKES: Final = str.maketrans(
    "авекмнорстухіјѕһԁԛԝ" "αβεηικνορτυχω" "ıɑɡ",
    "abekmhopctyxijshdqw" "abenikvoptuxw" "iag",
)  # fmt: skip
_DIGITS: Final = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"}
_LEET: Final = (
    str.maketrans({**_DIGITS, "1": "i"}),
    str.maketrans({**_DIGITS, "1": "l"}),
)
_SIGNS: Final = (
    (re.compile(r"(?<=[^\W\d_])@(?=[^\W\d_])"), "a"),
    (re.compile(r"\$(?=[^\W\d_])|(?<=[^\W\d_])\$"), "s"),
    (re.compile(r"(?<=[^\W\d_])[!|](?=[^\W\d_])"), "i"),
)
_LONG: Final = re.compile(r"(.)\1{2,}")
_SPELLED: Final = 3  # so many single letters in a row may be one word that is spelled out


def words(text: str) -> list[Word]:
    """The words of a text in order. Letters that are spelled out ("n u d e") come as one word."""
    return _join_spelled([_meanings(token) for token in _TOKEN.findall(fold(text))])


def fold(text: str) -> str:
    """NFKC, without case, accents and characters that nobody sees; signs that stand for letters are letters."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Mn", "Cf"))
    text = _INSIDE.sub("", text)
    for sign, letter in _SIGNS:
        text = sign.sub(letter, text)
    return text


# Prompts repeat words; so many different ones are at hand.
@lru_cache(maxsize=20_000)
def _meanings(token: str) -> Word:
    found = dict.fromkeys((token, _LONG.sub(r"\1", token), _LONG.sub(r"\1\1", token)))
    for form in tuple(found):
        latin = form.translate(_LOOKALIKES)
        if latin.isascii():
            found[latin] = None
            if not latin.isdigit():
                found.update(dict.fromkeys(latin.translate(table) for table in _LEET))
    return tuple(found)


def _join_spelled(tokens: list[Word]) -> list[Word]:
    joined: list[Word] = []
    run: list[Word] = []
    for token in tokens:
        if len(token[0]) == 1:
            run.append(token)
        else:
            joined += [*_spelled(run), token]
            run = []
    return joined + _spelled(run)


def _spelled(run: list[Word]) -> list[Word]:
    """Single letters as one word; "a" and "i" in front may be words of their own."""
    if len(run) < _SPELLED:
        return run
    whole = "".join(token[-1] for token in run)
    return [tuple(dict.fromkeys((whole, whole.removeprefix("a"), whole.removeprefix("i"))))]
