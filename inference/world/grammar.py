"""The little grammar: function words, modifiers, verbs and the words that set a field of the scene.

Each function handles one kind of phrase: it changes the reader's clause and marks the words that it used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.world import nouns
from inference.world import vocabulary as v
from inference.world.clause import Pending
from inference.world.lexicon import Meaning
from inference.world.words.function import (
    ADDS,
    CAMERA_NOUNS,
    CLAUSE_JOINS,
    COPULAS,
    DETERMINERS_NEW,
    DETERMINERS_OLD,
    EVERYBODY,
    FUNCTION_WORDS,
    HAVING,
    JOINS,
    MAKES,
    MODIFIERS,
    MUSIC_NOUNS,
    NARRATORS,
    NEGATIONS,
    PREPOSITIONS,
    PRONOUNS,
    SPEECH_NOUNS,
    SWAP_LINKS,
    SWAPS,
    TAKES,
)

if TYPE_CHECKING:
    from inference.world.mention import Mention
    from inference.world.reading import Reader


def plain(r: Reader, at: int, word: str) -> None:
    if word in NEGATIONS or word.endswith("n't"):
        r.c.negated = True
    begin_swap(r, at, word)
    if word in TAKES and _away_ahead(r, at):
        r.c.negated, r.marks[at] = True, True
    elif word in FUNCTION_WORDS:
        _function(r, at, word)
    elif word in SPEECH_NOUNS and r.c.negated:
        r.silenced, r.marks[at], r.c.negated = True, True, False
    elif word in NARRATORS:
        r.narrating, r.marks[at] = True, any(token.kind == "quote" for token in r.tokens[at : at + 6])
    elif word in MUSIC_NOUNS:
        music(r, range(at, at + 1))
    elif word not in CAMERA_NOUNS:
        r.unknown(range(at, at + 1))


def begin_swap(r: Reader, at: int, word: str) -> bool:
    """In a remix "turn A into B" names first what goes, then what comes."""
    link = _link_ahead(r, at) if word in SWAPS else 0
    back = word == "instead" and r.text(at + 1) == "of"
    if r.parent is None or not (link or back):
        return False
    r.c.swapping, r.c.swapped, r.c.swap_back, r.c.swap_link = True, [], back, link or len(r.tokens)
    return True


def _function(r: Reader, at: int, word: str) -> None:
    if _compares(r, at, word):
        return
    if word in JOINS or word in CLAUSE_JOINS:
        r.c.joined = True
        r.c.making = None
        # A noun after a clause join begins a clause of its own; without one the subjects go on.
        r.c.after_verb = r.c.after_verb or word in CLAUSE_JOINS
        r.c.object_next = None if word in CLAUSE_JOINS else r.c.object_next
        r.c.negated = r.c.negated or (r.c.denied and word in {"or", "nor"})
    elif word == "that" and r.c.last and _verb_ahead(r, at):
        r.c.subjects, r.c.after_verb = [r.c.last], False
    elif word in DETERMINERS_NEW or word in DETERMINERS_OLD:
        _determiner(r, word)
    elif word in PREPOSITIONS:
        r.flush()
        if (r.c.preposition, word) != ("next", "to"):
            r.c.object_next = PREPOSITIONS[word] if r.c.subjects else None
        r.c.preposition, r.c.making = word, None
    elif word in COPULAS or word in HAVING:
        r.flush()
        r.c.copula = word in COPULAS
        r.c.after_verb = r.c.after_verb or word in HAVING
    elif word in {"who", "which", "whose"} and r.c.last:
        r.c.subjects, r.c.after_verb = [r.c.last], False
    elif word == "front" and r.c.preposition == "in":  # "in front of"
        r.c.preposition, r.c.object_next = "before", "beside" if r.c.subjects else None
    elif word in MAKES:
        r.c.making_next = True
    elif word in ADDS:
        r.c.adding = True
    _pronoun(r, word)


def _compares(r: Reader, at: int, word: str) -> bool:
    """ "As black as coal", "green like grass": the second half is not in the picture."""
    if word == "as" and r.text(at + 2) == "as":
        r.c.copula = True
        return True
    if word == "like" or (word == "as" and r.text(at - 2) == "as"):
        r.flush()
        r.c.comparing = True
        return True
    return False


def _another_one(r: Reader, at: int) -> bool:
    """ "A red ball and a blue one": one more of what was spoken of."""
    coloured = any(waiting.meaning.kind == "colour" for waiting in r.c.pending)
    if not coloured or not r.mentions or r.noun_ahead(at + 1):
        return False
    of = r.c.last or r.mentions[-1]
    r.c.determiner = "another"
    nouns.again(r, range(at, at + 1), of)
    return True


def _verb_ahead(r: Reader, at: int) -> bool:
    here = at + 1 + (r.text(at + 1) in COPULAS)
    return bool({"action", "relation"} & {meaning.kind for meaning in r.lookup(here)[0]})


def _pronoun(r: Reader, word: str) -> None:
    if word in EVERYBODY and not r.c.subjects:
        r.c.subjects = [m for m in r.mentions if not m.removed]
        r.c.together = True
    elif word in PRONOUNS and r.recalled and not r.c.subjects:
        r.c.subjects = list(r.recalled)
    else:
        return
    r.c.last = r.c.subjects[-1] if r.c.subjects else r.c.last
    r.c.after_verb = False
    if r.c.making_next:
        r.c.making = r.c.last


def _determiner(r: Reader, word: str) -> None:
    dressed = bool(r.c.pending) and r.c.preposition == "in" and r.c.last is not None  # "a man in black and a woman"
    if r.c.pending and (r.c.copula or dressed or word in DETERMINERS_OLD):
        r.flush()
        r.c.object_next = None if dressed else r.c.object_next
    elif r.c.joined and word in {"a", "an", "another"} and any(p.meaning.kind in MODIFIERS for p in r.c.pending):
        r.c.groups.append(r.c.pending)
        r.c.pending = []
    r.c.determiner, r.c.in_phrase = word, True


def _link_ahead(r: Reader, at: int) -> int:
    return next((here for here in range(at + 1, at + 9) if r.text(here) in SWAP_LINKS), 0)


def _away_ahead(r: Reader, at: int) -> bool:
    return any(r.text(here) in {"away", "out", "off", "of"} for here in range(at + 1, at + 7))


def modifier(r: Reader, span: range, meaning: Meaning) -> None:
    if meaning.value == "one" and _another_one(r, span.start):
        return
    if meaning.kind == "count" and r.c.pending and r.c.joined and meaning.value == "one":
        r.c.groups.append(r.c.pending)
        r.c.pending = []
    if r.c.negated:
        r.c.negated = False
        r.mark(span, False)
        return
    if meaning.kind == "count":
        r.c.determiner = "some"
    r.c.in_phrase = True
    r.c.pending.append(Pending(meaning, span))


def worn(r: Reader, span: range, meaning: Meaning) -> None:
    colours = [p for p in r.c.pending if p.meaning.kind == "colour"]
    value = "no" if r.c.negated else colours[0].meaning.value if colours else "yes"
    for waiting in r.c.pending:
        if waiting.meaning.kind in MODIFIERS:
            r.mark(waiting.span, False)
    r.c.pending = [p for p in r.c.pending if p.meaning.kind not in MODIFIERS]
    item = Pending(Meaning("worn", meaning.value, value), span)
    if r.c.negated and r.c.last is None:
        r.mark(span, any([r.apply(m, item) for m in r.mentions if _wears(m, meaning.value)]))
    elif r.c.last is None:
        r.c.pending.append(item)
    else:
        r.mark(span, r.apply(r.c.last, item))
    for colour in colours[:1]:
        r.mark(colour.span, r.c.last is None or meaning.value in v.LOOKS[r.c.last.rig])
    r.end_phrase()


def part(r: Reader, span: range, meaning: Meaning) -> None:
    """ "blue eyes", "long hair"; alone it says what a following "is white" speaks about."""
    if r.c.last is None and len(r.recalled) == 1:  # "her hair is red" after a sentence, or in a remix, about her
        r.c.last = r.recalled[0]
        r.c.subjects = r.c.subjects or list(r.recalled)
    r.c.part = meaning.value
    done = False
    if r.c.last is None and r.noun_ahead(span.stop):  # "a red-haired woman"
        r.c.pending = [_of_part(waiting, meaning.value) for waiting in r.c.pending]
        r.mark(span, True)
        return
    for waiting in [p for p in r.c.pending if p.meaning.kind in MODIFIERS]:
        fits = waiting.meaning.kind == "colour" or waiting.meaning.key in {"hair_style", "pattern", "texture"}
        ok = fits and r.c.last is not None and r.apply(r.c.last, waiting)
        r.mark(waiting.span, ok)
        done = done or ok
    r.c.pending = [p for p in r.c.pending if p.meaning.kind not in MODIFIERS]
    r.mark(span, done or _colour_at(r, span.stop))
    r.c.part = "" if done else r.c.part
    r.end_phrase()


def _of_part(waiting: Pending, part: str) -> Pending:
    if waiting.meaning.kind != "colour":
        return waiting
    return Pending(Meaning("dye", waiting.meaning.value, part), waiting.span)


def action(r: Reader, span: range, meaning: Meaning) -> None:
    waiting = Pending(meaning, span)
    if r.text(span.start) == "painted" and _colour_at(r, span.stop):  # "a robot painted green"
        r.flush()
        r.c.copula = True
        r.mark(span, True)
    elif begin_swap(r, span.start, r.text(span.start)) or span.start == r.field_end:
        r.mark(span, True)
    elif r.c.negated:
        r.c.negated = False
        r.mark(span, False)
    elif _describes_noun(r, span) or not r.c.subjects:
        r.c.pending.append(waiting)
        r.c.verb = meaning.value
    else:
        r.flush()
        r.mark(span, any([r.apply(subject, waiting) for subject in r.c.subjects]))
        _begin_object(r, meaning.value)
        r.c.verb_span = span


def _colour_at(r: Reader, at: int) -> bool:
    return any(meaning.kind == "colour" for meaning in r.lookup(at)[0])


def _describes_noun(r: Reader, span: range) -> bool:
    """ "a dancing cat"; "a dog and dancing cats"."""
    ahead = r.noun_ahead(span.stop)
    return ahead and (r.c.in_phrase or (r.c.joined and r.text(span.start).endswith("ing")))


def _begin_object(r: Reader, verb: str) -> None:
    r.c.verb, r.c.after_verb, r.c.joined, r.c.object_next, r.c.stray = verb, True, False, None, False
    r.c.making = None


def relation(r: Reader, span: range, meaning: Meaning) -> None:
    if r.c.negated or not r.c.subjects:
        r.c.negated = False
        r.mark(span, False)
        return
    r.flush()
    r.c.relation = Pending(meaning, span)
    r.c.passive = r.text(span.stop) == "by"
    _begin_object(r, "")
    r.c.object_next = meaning.value


def manner(r: Reader, span: range, meaning: Meaning) -> None:
    if r.c.after_verb and r.c.subjects:
        r.mark(span, any([r.apply(s, Pending(meaning, span)) for s in r.c.subjects]))
    else:
        r.c.pending.append(Pending(meaning, span))


def scene_field(r: Reader, span: range, meaning: Meaning) -> None:
    name, value = meaning.kind, meaning.value
    r.field_end = span.stop if name == "weather" else r.field_end
    drop_modifiers(r)
    if r.goes(span):
        r.mark(span, getattr(r.parent, name) == value)
    elif r.c.negated:
        r.c.negated = False
        named = name == "weather" and r.fields.get("weather", "clear") == "clear"
        r.mark(span, named and r.set_field("weather", "clear"))
    else:
        r.mark(span, r.set_field(name, value))
    r.end_phrase()


# Seen from outside they stand in a street, unless words name another place; "in the house" is a room.
BUILDINGS = frozenset({"house", "apartment"})


def place(r: Reader, span: range, meaning: Meaning) -> None:
    if meaning.key in {"inside", "outside"} and r.text(span.stop) in DETERMINERS_NEW | DETERMINERS_OLD:
        _function(r, span.start, "in")
        return
    if r.c.comparing or (meaning.key in BUILDINGS and r.c.preposition not in {"in", "inside", "into", "at"}):
        drop_modifiers(r)
        r.home = r.home or (not r.c.comparing and not r.c.negated)
        r.mark(span, False)
        r.c.comparing = False
        r.end_phrase()
        return
    if meaning.key in {"moon", "the-moon"} and r.c.preposition not in {"on", "to", "across"}:
        scene_field(r, span, Meaning("time", "night"))
        return
    drop_modifiers(r)
    if r.goes(span):
        r.mark(span, r.parent is not None and r.parent.place == meaning.value)
        r.end_phrase()
        return
    if r.fields.get("place") == "sky" and not r.c.negated:
        del r.fields["place"]
    if span.start == r.place_span.stop and r.place_span and r.parent is None:
        # "a mountain lake": the last word is the place, the one before it describes it.
        r.mark(r.place_span, r.fields.get("place") == meaning.value)
        r.fields.pop("place", None)
    r.place_span = span
    sky = meaning.value == "sky" and "place" in r.fields
    r.mark(span, not r.c.negated and (sky or r.set_field("place", meaning.value)))
    r.place_preposition = r.place_preposition or r.c.preposition
    r.end_phrase()


def drop_modifiers(r: Reader) -> None:
    """Modifiers of a place or a weather are not drawn; those of a "the cat is blue in ..." were the cat's."""
    if r.c.copula:
        r.flush()
    for waiting in r.c.pending:
        if waiting.meaning.kind in MODIFIERS:
            r.mark(waiting.span, r.as_mood(waiting.meaning))
    r.c.pending = [p for p in r.c.pending if p.meaning.kind not in MODIFIERS]


def music(r: Reader, span: range) -> None:
    moods = [p for p in r.c.pending if p.meaning.value in v.MOODS]
    for waiting in moods:
        r.mark(waiting.span, r.as_mood(waiting.meaning))
    r.c.pending = [p for p in r.c.pending if p not in moods]
    if not moods and r.c.pending:
        r.c.tainted = True


def camera(r: Reader, span: range, meaning: Meaning) -> None:
    value, turn = meaning.value, -1
    turns = _TURNS.get(value.partition("_")[0], {}) if len(span) == 1 else {}
    for at in range(span.stop, span.stop + 4):
        if r.text(at) in turns:
            value, turn = turns[r.text(at)], at
            break
    r.flush()
    ok = not r.c.negated and r.set_field("camera", value)
    r.mark(span, ok)
    if turn >= 0:
        r.marks[turn] = ok
        r.taken.add(turn)
    r.end_phrase()


# A direction may stand apart: "pans slowly to the left".
_TURNS = {
    "pan": {"left": "pan_left", "right": "pan_right"},
    "zoom": {"in": "zoom_in", "out": "zoom_out"},
}


def _wears(mention: Mention, item: str) -> bool:
    known = mention.known.look if mention.known else {}
    return {**v.SUBJECTS[mention.subject].wears, **known, **mention.look}.get(item, "no") != "no"
