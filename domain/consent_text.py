"""From what an owner writes about the use of a character to rules, sentence by sentence, so that it can be shown what
became of each. Small on purpose, and English: what it does not understand it says. It errs on the side of the owner:
of a sentence that is understood in part, the part counts, and the sentence is shown as unclear all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from domain.handle import MENTION
from domain.rules import SETTINGS, is_word
from domain.words import fold

TOPIC_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "politics": ("politics", "political", "politician", "politicians", "election", "elections", "propaganda"),
    "violence": ("violence", "violent", "fight", "fights", "fighting", "blood", "gore", "war"),
    "weapons": ("weapon", "weapons", "gun", "guns", "firearms", "knife", "knives", "bombs"),
    "sexual": ("sex", "sexual", "sexually", "sexualised", "sexualized", "erotic", "porn", "pornographic"),
    "nudity": ("nude", "nudes", "nudity", "naked", "undressed"),
    "drugs": ("drug", "drugs", "narcotics", "cannabis"),
    "alcohol": ("alcohol", "alcoholic", "beer", "wine", "drinking", "drunk"),
    "gambling": ("gambling", "casino", "casinos", "betting", "poker"),
    "religion": ("religion", "religions", "religious", "worship"),
    "medical": ("medical", "medicine", "medicines", "health advice", "surgery"),
    "advertising": ("ad", "ads", "advert", "adverts", "advertising", "advertisement", "advertisements", "commercials",
                    "marketing", "sponsored", "promotion", "promotions"),
    "hate": ("hate", "hateful", "hatred", "racism", "racist", "slurs", "discrimination"),
    "self_harm": ("self harm", "suicide", "suicidal"),
    "crime": ("crime", "crimes", "criminal", "criminals", "robbery", "theft"),
    "horror": ("horror", "scary", "creepy"),
}  # fmt: skip

_NEGATIONS: Final = frozenset(
    {"no", "not", "never", "without", "avoid", "nothing", "dont", "mustnt", "cannot", "cant", "shouldnt", "wont"}
)
# What turns the meaning of a sentence in a way that a rule cannot follow.
_TWISTS: Final = frozenset({"but", "except", "if", "only", "other", "unless", "when", "while", "than", "stop"})
_FILLERS: Final = frozenset(
    {
        "a", "about", "all", "allow", "allowed", "am", "an", "and", "any", "anything", "anywhere", "appear",
        "appearing", "are", "as", "at", "be", "being", "by", "character", "clips", "content", "do", "does", "doing",
        "ever", "featuring", "film", "films", "for", "from", "have", "having", "he", "her", "him", "his", "i", "in",
        "inside", "into", "involving", "is", "it", "its", "kind", "let", "made", "make", "may", "me", "mention",
        "mentioning", "movies", "must", "my", "near", "next", "of", "on", "or", "our", "place", "places", "please",
        "put", "related", "say", "saying", "scene", "scenes", "set", "shall", "she", "should", "show", "showing",
        "shown", "someone", "something", "sort", "speak", "speaking", "swear", "talk", "talking", "that", "the",
        "their", "them", "themes", "they", "this", "to", "together", "topics", "type", "us", "use", "used", "using",
        "video", "videos", "want", "we", "will", "with", "word", "words",
    }
)  # fmt: skip

_TOKEN: Final = re.compile(
    r"""(?P<quote>"[^"\n]+"|“[^”\n]+”|«[^»\n]+»|‘[^’\n]+’|(?<!\w)'(?:[^'\n]|(?<=\w)'(?=\w))+'(?!\w))"""
    rf"|(?P<mention>{MENTION.pattern})"
    r"|(?P<end>[.!?;]+(?=\s|$)|\n+)|(?P<comma>[,:])|(?P<word>[^\W_]+(?:['’][^\W_]+)*)"
)


class Token(msgspec.Struct, frozen=True):
    kind: str
    text: str  # of a word, folded; of a quote, what it says; of a mention, "@handle"
    span: tuple[int, int]


class Sentence(msgspec.Struct, frozen=True):
    """What became of a sentence. One that is not `clear` was not understood, or not all of it."""

    text: str
    rules: tuple[str, ...]
    clear: bool


def compile_text(text: str) -> list[Sentence]:
    """The same text gives the same rules. A mention gives "character:@handle": who that is, others know."""
    return [_sentence(text, tokens) for tokens in _sentences(_tokens(text))]


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        kind = "mention" if match["mention"] else kind
        yield Token(kind, _meaning(kind, match[0]), match.span())


def _meaning(kind: str, text: str) -> str:
    match kind:
        case "quote":
            return text[1:-1].strip()
        case "word":
            return fold(text)
        case _:
            return text


def _sentences(tokens: Iterator[Token]) -> Iterator[list[Token]]:
    sentence: list[Token] = []
    for token in tokens:
        if token.kind != "end":
            sentence.append(token)
        elif sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _sentence(text: str, tokens: Sequence[Token]) -> Sentence:
    source = text[tokens[0].span[0] : tokens[-1].span[1]].strip()
    rules: dict[str, None] = {}
    clear = True
    for clause in _clauses(tokens):
        found, understood = _clause(clause)
        rules.update(dict.fromkeys(found))
        clear = clear and understood
    return Sentence(source, tuple(rules), clear and bool(rules))


def _clauses(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """A clause begins with each negation that follows a comma, an "and" or an "or"."""
    clause: list[Token] = []
    for token in tokens:
        joined = bool(clause) and (clause[-1].kind == "comma" or clause[-1].text in ("and", "or", "nor"))
        if joined and _negates(token) and any(map(_negates, clause)):
            yield clause
            clause = []
        clause.append(token)
    if clause:
        yield clause


def _negates(token: Token) -> bool:
    return token.kind == "word" and token.text in _NEGATIONS


def _clause(tokens: Sequence[Token]) -> tuple[list[str], bool]:
    """Its rules, and whether they are all that it says. Two negations in one clause may mean anything."""
    words = [token.text for token in tokens if token.kind == "word"]
    if sum(map(_negates, tokens)) != 1 or not _TWISTS.isdisjoint(words):
        return [], False
    quoted = [token.text for token in tokens if token.kind == "quote"]
    rules = [f"word:{text}" for text in quoted if is_word(text)]
    rules += [f"character:{token.text}" for token in tokens if token.kind == "mention"]
    named, rest = _named_words(words)
    found, rest = _phrases(rest)
    understood = all(word in _FILLERS or word in _NEGATIONS for word in rest)
    return [*rules, *named, *found], understood and all(map(is_word, quoted))


def _named_words(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """ "the word foo", "the words foo and bar": what follows is meant as it stands."""
    for at, word in enumerate(words):
        following = [each for each in words[at + 1 :] if each not in ("and", "or", "nor")]
        if word in ("word", "words") and following:
            count = 1 if word == "word" else len(following)
            return [f"word:{each}" for each in following[:count]], [*words[:at], *following[count:]]
    return [], list(words)


def _phrases(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Topics and settings, the longest phrase first; and the words that belong to none."""
    rules: list[str] = []
    rest: list[str] = []
    at = 0
    while at < len(words):
        length, rule = _longest(words, at)
        if rule:
            rules.append(rule)
        else:
            rest.append(words[at])
        at += length
    return rules, rest


def _longest(words: Sequence[str], at: int) -> tuple[int, str]:
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        if rule := _PHRASES.get(" ".join(words[at : at + length])):
            return length, rule
    return 1, ""


_PHRASES: Final = {
    **{phrase: f"setting:{name}" for name, phrases in SETTINGS.items() for phrase in (name, *phrases)},
    **{phrase: f"topic:{topic}" for topic, phrases in TOPIC_WORDS.items() for phrase in phrases},
}
_LONGEST: Final = max(len(phrase.split()) for phrase in _PHRASES)
