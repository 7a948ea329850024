"""Reads tokens into mentions of subjects, scene fields and lines, and accounts for every word.

One pass from left to right with a little grammar: modifiers wait for their noun; a noun after a verb or preposition is
an object, other nouns are what the next verb speaks about; what is left at the end of a phrase belongs to the last
subject ("the cat is blue"). Words that found no place are marked as ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from inference.world import grammar, nouns
from inference.world import vocabulary as v
from inference.world.clause import Clause, Pending, Speech
from inference.world.lexicon import INDEX, LONGEST, Meaning
from inference.world.mention import Mention
from inference.world.tokens import Token, is_content, words_of
from inference.world.words.function import (
    CAMERA_NOUNS,
    COLLECTIVES,
    DETERMINERS_OLD,
    FUNCTION_WORDS,
    MODIFIERS,
    MUSIC_NOUNS,
    NOUNS,
    NUMBERS,
    SHADES,
    SIGNS,
)

if TYPE_CHECKING:
    from inference.world.scene import Scene

MAX_LINES = 24


class Reader:
    """`parent` is given when the prompt is a remix: its actors can be meant by the prompt's nouns."""

    def __init__(self, tokens: list[Token], seed: int, parent: Scene | None = None) -> None:
        self.tokens, self.seed, self.parent = tokens, seed, parent
        self.marks: list[bool | None] = [None] * len(tokens)
        self.mentions: list[Mention] = [Mention(actor.subject, actor) for actor in parent.actors] if parent else []
        self.touched: list[Mention] = []
        self.fields: dict[str, str] = {}
        self.place_preposition = ""
        self.speeches: list[Speech] = []
        self.silenced = False
        self.notes: list[str] = []
        self.orphans: list[str] = []
        self.recalled: list[Mention] = self.mentions[:1]
        self.narrating = False
        self.place_span = range(0)
        self.field_end = -1  # token after a word of the weather
        self.home = False  # a house is spoken of
        self._found: dict[int, tuple[tuple[Meaning, ...], int]] = {}
        self.taken: set[int] = set()  # tokens that an earlier phrase used up
        self.c = Clause()

    def read(self) -> Reader:
        at = 0
        while at < len(self.tokens):
            at += self._step(at)
        self._stop()
        self._settle_orphans()
        self._settle_nouns()
        music = any(token.text in MUSIC_NOUNS for token in self.tokens)
        for mention in self.mentions:
            mention.settle_play(music)
        return self

    def _step(self, at: int) -> int:
        token = self.tokens[at]
        if at in self.taken:
            return 1
        if token.kind != "word":
            self._punctuation(at, token)
            return 1
        meanings, length = self.lookup(at)
        if length:
            return self._phrase(range(at, at + length), meanings)
        grammar.plain(self, at, token.text)
        return 1

    def lookup(self, at: int) -> tuple[tuple[Meaning, ...], int]:
        """Longest known phrase at `at`; single function words are never looked up."""
        if at not in self._found:
            self._found[at] = self._look_up(at)
        return self._found[at]

    def _look_up(self, at: int) -> tuple[tuple[Meaning, ...], int]:
        run: list[str] = []
        for token in self.tokens[at : at + LONGEST]:
            if token.kind != "word":
                break
            run.append(token.text)
        for length in range(len(run), 0, -1):
            if (length > 1 or run[0] not in FUNCTION_WORDS) and (found := INDEX.get(tuple(run[:length]))):
                return found, length
        if run and run[0].isdecimal() and len(run[0]) < 7:
            return (Meaning("count", run[0], run[0]),), 1
        return (), 0

    def _phrase(self, span: range, meanings: tuple[Meaning, ...]) -> int:
        meaning = self._pick(meanings, span)
        kind = meaning.kind
        if self._is_shade(span) or (kind == "count" and not self._counts(span, meaning)):
            self.unknown(span)
        else:
            _HANDLERS[kind](self, span, meaning)
        return len(span)

    def _pick(self, meanings: tuple[Meaning, ...], span: range) -> Meaning:
        """Several meanings: what follows decides (baby elephant, short hair, happy music)."""
        if len(meanings) == 1:
            return meanings[0]
        kinds = {meaning.kind: meaning for meaning in meanings}
        following = self.text(span.stop)
        if "size" in kinds and "generic" in kinds:
            return kinds["size"] if self.noun_ahead(span.stop) else kinds["generic"]
        if "size" in kinds and "choice" in kinds:
            return kinds["choice"] if following in {"hair", "haired"} else kinds["size"]
        if "count" in kinds:
            return kinds["count"] if following == "of" else meanings[0]
        if "action" in kinds and "worn" in kinds:
            return kinds["worn"] if self.c.in_phrase or self.c.object_next or not self.c.subjects else kinds["action"]
        if "action" in kinds and kinds.keys() & NOUNS:
            noun = next(meaning for meaning in meanings if meaning.kind in NOUNS)
            return noun if self.c.in_phrase and not self.noun_ahead(span.stop) else kinds["action"]
        if "colour" in kinds and "subject" in kinds:
            return kinds["colour"] if self.noun_ahead(span.stop) else kinds["subject"]
        if "action" in kinds and "mood" in kinds:
            return kinds["action"] if self.c.subjects else kinds["mood"]
        return meanings[0]

    def _is_shade(self, span: range) -> bool:
        """ "dark green": the shade is not drawn, and "dark" does not mean night here."""
        if len(span) > 1 or self.text(span.start) not in SHADES:
            return False
        return any(meaning.kind == "colour" for meaning in self.lookup(span.stop)[0])

    def _counts(self, span: range, meaning: Meaning) -> bool:
        return meaning.value not in COLLECTIVES or self.text(span.stop) == "of" or self.noun_ahead(span.stop)

    def note(self, text: str) -> None:
        self.notes += [text] if text not in self.notes else []

    def unknown(self, span: range) -> None:
        self.c.comparing = False
        self.c.tainted = bool(self.c.pending)
        self.c.stray = self.c.stray or not self.c.in_phrase
        self.mark(span, False)

    def _punctuation(self, at: int, token: Token) -> None:
        if token.kind == "stop":
            self._stop()
        elif token.kind == "comma":
            if self.c.preposition == "in" and self.c.last and self.c.pending:  # "in blue, red cape"
                self.flush()
            self.c.joined, self.c.comparing = True, False
            self.c.object_next = None
        elif token.kind == "quote":
            self._quote(at, token.text)

    def _stop(self) -> None:
        self.flush(final=True)
        if self.c.relation:
            self.mark(self.c.relation.span, False)
        if self.c.subjects:
            self.recalled = self.c.subjects
        self.c = Clause()
        self.narrating = False

    def _quote(self, at: int, text: str) -> None:
        before = {token.text for token in self.tokens[max(0, at - 3) : at]}
        if before & SIGNS or len(self.speeches) + len(self.orphans) >= MAX_LINES or not words_of(text):
            self.marks[at] = False
            # "a sign reading ...": nobody reads.
            for waiting in self.c.pending:
                self.mark(waiting.span, False)
            self.c.pending = []
            return
        self.marks[at] = True
        self.flush()
        if self.narrating:
            self.speeches.append(Speech(None, text))
        elif self.c.subjects:
            self.say(self.c.subjects[0], text)
        else:
            self.orphans.append(text)
        self.c.after_verb = self.c.joined = True

    def say(self, speaker: Mention, text: str) -> None:
        self.speeches.append(Speech(speaker, text))
        if speaker not in self.touched:
            self.touched.append(speaker)

    def _settle_orphans(self) -> None:
        """Lines without a speaker in their sentence: the one who spoke or was spoken of last, else the narrator."""
        for text in self.orphans:
            if self.recalled:
                self.say(self.recalled[0], text)
            else:
                self.speeches.append(Speech(None, text))
        self.orphans = []

    def _settle_nouns(self) -> None:
        if self.home and self.parent is None and "place" not in self.fields:
            self.fields["place"] = "street"
            for at, token in enumerate(self.tokens):
                self.marks[at] = self.marks[at] or token.text in grammar.BUILDINGS
        for at, token in enumerate(self.tokens):
            if self.marks[at] is None and token.kind == "word":
                if token.text in CAMERA_NOUNS:
                    self.marks[at] = "camera" in self.fields
                elif token.text in MUSIC_NOUNS:
                    self.marks[at] = "mood" in self.fields

    def flush(self, final: bool = False) -> None:
        """Gives waiting modifiers to the last subject; what says something about a later noun keeps waiting."""
        held: list[Pending] = []
        targets = (
            self.c.subjects
            if self.c.subjects and (self.c.copula or self.c.together)
            else [self.c.last]
            if self.c.last
            else self.recalled
            if final and len(self.recalled) == len(self.mentions) == 1
            else []
        )
        for waiting in [*(p for group in self.c.groups for p in group), *self.c.pending]:
            if not targets and not final and waiting.meaning.kind in {"action", "manner", "worn"}:
                held.append(waiting)
            elif targets and not self.c.tainted:
                self.mark(waiting.span, any([self.apply(target, waiting) for target in targets]))
            else:
                self.mark(waiting.span, self.as_mood(waiting.meaning))
        self.c.pending, self.c.groups = held, []
        self.c.in_phrase = self.c.copula = self.c.tainted = False

    def as_mood(self, meaning: Meaning) -> bool:
        return meaning.kind == "choice" and meaning.value in v.MOODS and self.set_field("mood", meaning.value)

    def apply(self, mention: Mention, waiting: Pending) -> bool:
        kind, value, key, _ = waiting.meaning
        self.touch(mention)
        if kind == "colour":
            return mention.paint_part(self.c.part, value) if self.c.part else self._paint(mention, value)
        if kind == "dye":
            return mention.paint_part(key, value)
        if kind == "count":
            return mention.multiply(_number(value))
        if kind == "choice":
            return mention.choose(key, value)
        if kind == "size":
            return mention.resize(v.SIZES[value], compared=value.endswith("er"))
        if kind == "worn":
            return mention.wear(value, key)
        if kind == "manner":
            return mention.pace(value)
        mention.playful = mention.playful or key == "play"
        if mention.rig == "vehicle" and v.SUBJECTS[mention.subject].medium != "air" and key in {"drift", "glide"}:
            value = "drive"
        # In a remix a new line does not change what the speaker does.
        speaks = value == "talk" and mention.known is not None and self._quote_near(waiting.span)
        return speaks or mention.act(value)

    def _quote_near(self, span: range) -> bool:
        return any(token.kind == "quote" for token in self.tokens[max(0, span.start - 2) : span.stop + 6])

    def _paint(self, mention: Mention, colour: str) -> bool:
        main = next(iter(v.SUBJECTS[mention.subject].palette))
        selects = self.c.determiner in DETERMINERS_OLD and mention.known and mention.known.look.get(main) == colour
        return bool(selects) or mention.paint(colour)

    def end_phrase(self) -> None:
        self.c.object_next, self.c.determiner = None, ""
        self.c.in_phrase = self.c.negated = self.c.tainted = False

    def touch(self, mention: Mention) -> None:
        if mention not in self.touched:
            self.touched.append(mention)

    def set_field(self, name: str, value: str) -> bool:
        if self.fields.get(name, value) != value:
            return False
        self.fields[name] = value
        return True

    def goes(self, span: range) -> bool:
        """ "turn the day into night": the day is what goes."""
        return self.c.swapping and span.start < self.c.swap_link

    def text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) and self.tokens[at].kind == "word" else ""

    def mark(self, span: range, ok: bool) -> None:
        for at in span:
            self.marks[at] = ok

    def noun_ahead(self, at: int) -> bool:
        """Does this noun phrase still reach a subject?"""
        for here in range(at, at + 5):
            kinds = {meaning.kind for meaning in self.lookup(here)[0]}
            if kinds & NOUNS:
                return True
            if self.text(here) in FUNCTION_WORDS - {"and", "very", "of"} or not self.text(here):
                return False
            if kinds - MODIFIERS - {"action"}:
                return False
        return False


_HANDLERS: dict[str, Callable[[Reader, range, Meaning], None]] = {
    "subject": nouns.noun,
    "generic": nouns.noun,
    "doer": nouns.noun,
    "colour": grammar.modifier,
    "choice": grammar.modifier,
    "size": grammar.modifier,
    "count": grammar.modifier,
    "worn": grammar.worn,
    "part": grammar.part,
    "action": grammar.action,
    "relation": grammar.relation,
    "manner": grammar.manner,
    "place": grammar.place,
    "weather": grammar.scene_field,
    "time": grammar.scene_field,
    "mood": grammar.scene_field,
    "camera": grammar.camera,
}


def _number(value: str) -> int:
    return NUMBERS[value] if value in NUMBERS else int(value)


def account(tokens: Sequence[Token], marks: Sequence[bool | None]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Understood and ignored words, each once in order; a word that was understood anywhere counts as understood."""
    verdicts: dict[str, bool] = {}
    for token, mark in zip(tokens, marks, strict=True):
        for word in words_of(token.text) if token.kind == "quote" else [token.text] if token.kind == "word" else []:
            if is_content(word):
                verdicts[word] = verdicts.get(word, False) or bool(mark)
    return tuple(w for w, ok in verdicts.items() if ok), tuple(w for w, ok in verdicts.items() if not ok)
