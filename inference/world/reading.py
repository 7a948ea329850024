"""Reads tokens into mentions of subjects, scene fields and lines, and accounts for every word.

One pass from left to right with a little grammar: modifiers wait for their noun; a noun after a verb or preposition is
an object, other nouns are what the next verb speaks about; what is left at the end of a phrase belongs to the last
subject ("the cat is blue"). Words that found no place are marked as ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from inference.world import vocabulary as v
from inference.world.dice import choose
from inference.world.lexicon import (
    COLLECTIVES,
    DETERMINERS_NEW,
    DETERMINERS_OLD,
    FUNCTION_WORDS,
    INDEX,
    LONGEST,
    NEGATIONS,
    NUMBERS,
    OBJECTS,
    PREPOSITIONS,
    Meaning,
)
from inference.world.mention import Mention
from inference.world.tokens import Token, is_content, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inference.world.scene import Scene

MAX_ACTORS = 8
MAX_LINES = 24
PLURAL_COPIES = 3  # "birds" without a number
NOUNS = frozenset({"subject", "generic", "doer"})
MODIFIERS = frozenset({"colour", "choice", "size", "count"})
CAMERA_NOUNS = frozenset({"camera", "shot", "view", "angle", "lens"})
MUSIC_NOUNS = frozenset({"music", "mood", "atmosphere", "soundtrack", "tone", "song", "vibe", "melody", "tune"})
SPEECH_NOUNS = frozenset({"dialogue", "dialog", "speech", "voice", "voices", "words", "talking"})
NARRATORS = frozenset({"narrator", "voiceover", "narration"})
SIGNS = frozenset(
    {"sign", "reading", "reads", "titled", "text", "written", "title", "label", "caption", "banner", "logo"}
)
TAKES = frozenset({"take", "takes", "rid", "leave"})
SHADES = frozenset({"dark", "light", "bright", "pale", "deep"})
SWAPS = frozenset({"replace", "replaces", "swap", "change", "changes", "turn", "turns", "transform", "transforms"})
SWAP_LINKS = frozenset({"with", "into", "to", "for", "by"})


class Pending(NamedTuple):
    meaning: Meaning
    span: range


class Speech(NamedTuple):
    speaker: Mention | None  # None = the narrator
    text: str


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
        self._orphans: list[str] = []
        self._recalled: list[Mention] = self.mentions[:1]
        self._narrating = False
        self._swapping = False
        self._place_start = self._place_end = -1
        self._taken: set[int] = set()  # tokens that an earlier phrase used up
        self._new_sentence()

    def read(self) -> Reader:
        at = 0
        while at < len(self.tokens):
            at += self._step(at)
        self._stop()
        self._settle_orphans()
        self._settle_nouns()
        return self

    # -- one token or phrase

    def _step(self, at: int) -> int:
        token = self.tokens[at]
        if at in self._taken:
            return 1
        if token.kind != "word":
            self._punctuation(at, token)
            return 1
        meanings, length = self._lookup(at)
        if length:
            return self._phrase(range(at, at + length), meanings)
        self._plain(at, token.text)
        return 1

    def _lookup(self, at: int) -> tuple[tuple[Meaning, ...], int]:
        """Longest known phrase at `at`; single function words are never looked up."""
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
            self._unknown(span)
        elif kind in NOUNS:
            self._noun(span, meaning)
        elif kind in MODIFIERS:
            self._modifier(span, meaning)
        elif kind == "camera":
            return self._camera(span, meaning)
        else:
            _HANDLERS[kind](self, span, meaning)
        return len(span)

    def _pick(self, meanings: tuple[Meaning, ...], span: range) -> Meaning:
        """Several meanings: what follows decides (baby elephant, short hair, happy music)."""
        if len(meanings) == 1:
            return meanings[0]
        kinds = {meaning.kind: meaning for meaning in meanings}
        following = self._text(span.stop)
        if "size" in kinds and "generic" in kinds:
            return kinds["size"] if self._noun_ahead(span.stop) else kinds["generic"]
        if "size" in kinds and "choice" in kinds:
            return kinds["choice"] if following in {"hair", "haired"} else kinds["size"]
        if "count" in kinds:
            return kinds["count"] if following == "of" else meanings[0]
        if "action" in kinds and "mood" in kinds:
            return kinds["action"] if self.subjects else kinds["mood"]
        return meanings[0]

    def _is_shade(self, span: range) -> bool:
        """ "dark green": the shade is not drawn, and "dark" does not mean night here."""
        if len(span) > 1 or self._text(span.start) not in SHADES:
            return False
        return any(meaning.kind == "colour" for meaning in self._lookup(span.stop)[0])

    def _counts(self, span: range, meaning: Meaning) -> bool:
        return meaning.value not in COLLECTIVES or self._text(span.stop) == "of" or self._noun_ahead(span.stop)

    def _plain(self, at: int, word: str) -> None:
        if word in NEGATIONS or word.endswith("n't"):
            self.negated = True
        self._begin_swap(at, word)
        if word in TAKES and self._away_ahead(at):
            self.negated, self.marks[at] = True, True
        elif word in FUNCTION_WORDS:
            self._function(word)
        elif word in SPEECH_NOUNS and self.negated:
            self.silenced, self.marks[at], self.negated = True, True, False
        elif word in NARRATORS:
            self._narrating, self.marks[at] = True, any(token.kind == "quote" for token in self.tokens[at : at + 6])
        elif word in MUSIC_NOUNS:
            self._music(range(at, at + 1))
        elif word not in CAMERA_NOUNS:
            self._unknown(range(at, at + 1))

    def _begin_swap(self, at: int, word: str) -> bool:
        """In a remix "turn A into B" names first what goes, then what comes."""
        if self.parent is None:
            return False
        if word in SWAPS and (link := self._link_ahead(at)):
            self._swapping, self.swapped, self.swap_link = True, [], link
        elif word == "instead" and self._text(at + 1) == "of":
            self._swapping, self.swapped, self.swap_back, self.swap_link = True, [], True, len(self.tokens)
        return self._swapping

    def _unknown(self, span: range) -> None:
        self.tainted = bool(self.pending)
        self.stray = self.stray or not self.in_phrase
        self._mark(span, False)

    def _function(self, word: str) -> None:
        if word in {"and", "or", "nor", "but", "while", "then", "as", "when"}:
            self.joined = True
            self.making = None
            # A noun after these begins a clause of its own; without one the subjects go on.
            self.after_verb = self.after_verb or word in {"but", "while", "then", "as", "when"}
        elif word in DETERMINERS_NEW or word in DETERMINERS_OLD:
            self._determiner(word)
        elif word in PREPOSITIONS:
            self._flush()
            self.object_next, self.preposition = PREPOSITIONS[word], word
            self.object_next = self.object_next if self.subjects else None
            self.making = None
        elif word in {
            "is",
            "are",
            "was",
            "were",
            "be",
            "has",
            "have",
            "becomes",
            "become",
            "seems",
            "wearing",
            "wears",
        }:
            self._flush()
            self.copula = word not in {"has", "have", "wearing", "wears"}
        elif word in {"who", "which", "whose"} and self.last:
            self.subjects, self.after_verb = [self.last], False
        elif word in {"make", "makes", "making", "made"}:
            self.making_next = True
        elif word in {"add", "adds", "adding", "more", "extra"}:
            self.adding = True
        self._pronoun(word)

    def _pronoun(self, word: str) -> None:
        if word in {"they", "them", "both", "everyone", "everybody", "everything", "all"} and not self.subjects:
            self.subjects = [m for m in self.mentions if not m.removed]
            self.together = True
        elif word in {"he", "she", "it", "him", "they", "them"} and self._recalled and not self.subjects:
            self.subjects = list(self._recalled)
        else:
            return
        self.last = self.subjects[-1] if self.subjects else self.last
        self.after_verb = False
        if self.making_next:
            self.making = self.last

    def _determiner(self, word: str) -> None:
        if self.pending and (self.copula or word in DETERMINERS_OLD):
            self._flush()
        elif self.joined and word in {"a", "an", "another"} and any(p.meaning.kind in MODIFIERS for p in self.pending):
            self.groups.append(self.pending)
            self.pending = []
        self.determiner, self.in_phrase = word, True

    # -- punctuation, sentences, speech

    def _punctuation(self, at: int, token: Token) -> None:
        if token.kind == "stop":
            self._stop()
        elif token.kind == "comma":
            self.joined = True
            self.object_next = None
        elif token.kind == "quote":
            self._quote(at, token.text)

    def _new_sentence(self) -> None:
        self.subjects: list[Mention] = []
        self.last: Mention | None = None
        self.pending: list[Pending] = []
        self.groups: list[list[Pending]] = []
        self.relation: Pending | None = None
        self.passive = False
        self.object_next: str | None = None
        self.preposition = self.determiner = self.verb = ""
        self.part = ""
        self.together = self.joined = self.after_verb = self.in_phrase = self.copula = self.tainted = self.stray = (
            self.negated
        ) = False
        self.swapped: list[Mention] = []
        self.swap_link = 0
        self.swap_back = self._swapping = self.making_next = self.adding = False
        self.making: Mention | None = None

    def _stop(self) -> None:
        self._flush(final=True)
        if self.relation:
            self._mark(self.relation.span, False)
        if self.subjects:
            self._recalled = self.subjects
        self._new_sentence()
        self._narrating = False

    def _quote(self, at: int, text: str) -> None:
        before = {token.text for token in self.tokens[max(0, at - 3) : at]}
        if before & SIGNS or len(self.speeches) + len(self._orphans) >= MAX_LINES or not words_of(text):
            self.marks[at] = False
            return
        self.marks[at] = True
        self._flush()
        if self._narrating:
            self.speeches.append(Speech(None, text))
        elif self.subjects:
            self._say(self.subjects[0], text)
        else:
            self._orphans.append(text)
        self.after_verb = self.joined = True

    def _say(self, speaker: Mention, text: str) -> None:
        self.speeches.append(Speech(speaker, text))
        if speaker not in self.touched:
            self.touched.append(speaker)

    def _settle_orphans(self) -> None:
        """Lines without a speaker in their sentence: the one who spoke or was spoken of last, else the narrator."""
        for text in self._orphans:
            if self._recalled:
                self._say(self._recalled[0], text)
            else:
                self.speeches.append(Speech(None, text))
        self._orphans = []

    def _settle_nouns(self) -> None:
        for at, token in enumerate(self.tokens):
            if self.marks[at] is None and token.kind == "word":
                if token.text in CAMERA_NOUNS:
                    self.marks[at] = "camera" in self.fields
                elif token.text in MUSIC_NOUNS:
                    self.marks[at] = "mood" in self.fields

    # -- modifiers

    def _modifier(self, span: range, meaning: Meaning) -> None:
        if meaning.kind == "count" and self.pending and self.joined and meaning.value == "one":
            self.groups.append(self.pending)
            self.pending = []
        if self.negated:
            self.negated = False
            self._mark(span, False)
            return
        if meaning.kind == "count":
            self.determiner = "some"
        self.in_phrase = True
        self.pending.append(Pending(meaning, span))

    def _flush(self, final: bool = False) -> None:
        """Gives waiting modifiers to the last subject; what says something about a later noun keeps waiting."""
        held: list[Pending] = []
        targets = (
            self.subjects if self.subjects and (self.copula or self.together) else [self.last] if self.last else []
        )
        for waiting in [*(p for group in self.groups for p in group), *self.pending]:
            if not targets and not final and waiting.meaning.kind in {"action", "manner", "worn"}:
                held.append(waiting)
            elif targets and not self.tainted:
                self._mark(waiting.span, any([self._apply(target, waiting) for target in targets]))
            else:
                self._mark(waiting.span, self._as_mood(waiting.meaning))
        self.pending, self.groups = held, []
        self.in_phrase = self.copula = self.tainted = False

    def _as_mood(self, meaning: Meaning) -> bool:
        return meaning.kind == "choice" and meaning.value in v.MOODS and self._set("mood", meaning.value)

    def _apply(self, mention: Mention, waiting: Pending) -> bool:
        kind, value, key, _ = waiting.meaning
        self._touch(mention)
        if kind == "colour":
            return mention.paint_part(self.part, value) if self.part else self._paint(mention, value)
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
        # In a remix a new line does not change what the speaker does.
        speaks = value == "talk" and mention.known is not None and self._quote_near(waiting.span)
        return speaks or mention.act(value)

    def _quote_near(self, span: range) -> bool:
        return any(token.kind == "quote" for token in self.tokens[max(0, span.start - 2) : span.stop + 6])

    def _paint(self, mention: Mention, colour: str) -> bool:
        main = next(iter(v.SUBJECTS[mention.subject].palette))
        selects = self.determiner in DETERMINERS_OLD and mention.known and mention.known.look.get(main) == colour
        return bool(selects) or mention.paint(colour)

    def _worn(self, span: range, meaning: Meaning) -> None:
        colours = [p for p in self.pending if p.meaning.kind == "colour"]
        value = "no" if self.negated else colours[0].meaning.value if colours else "yes"
        for waiting in self.pending:
            if waiting.meaning.kind in MODIFIERS:
                self._mark(waiting.span, False)
        self.pending = [p for p in self.pending if p.meaning.kind not in MODIFIERS]
        worn = Meaning("worn", meaning.value, value)
        if self.negated and self.last is None:
            self._mark(
                span, any([self._apply(m, Pending(worn, span)) for m in self.mentions if _wears(m, meaning.value)])
            )
        elif self.last is None:
            self.pending.append(Pending(worn, span))
        else:
            self._mark(span, self._apply(self.last, Pending(worn, span)))
        for colour in colours[:1]:
            self._mark(colour.span, self.last is None or meaning.value in v.LOOKS[self.last.rig])
        self._end_phrase()

    def _part(self, span: range, meaning: Meaning) -> None:
        """ "blue eyes", "long hair"; alone it says what a following "is white" speaks about."""
        self.part = meaning.value
        done = False
        for waiting in [p for p in self.pending if p.meaning.kind in MODIFIERS]:
            fits = waiting.meaning.kind == "colour" or waiting.meaning.key in {"hair_style", "pattern", "texture"}
            ok = fits and self.last is not None and self._apply(self.last, waiting)
            self._mark(waiting.span, ok)
            done = done or ok
        self.pending = [p for p in self.pending if p.meaning.kind not in MODIFIERS]
        self._mark(span, done)
        self.part = "" if done else self.part
        self._end_phrase()

    def _end_phrase(self) -> None:
        self.object_next, self.determiner = None, ""
        self.in_phrase = self.negated = self.tainted = False

    # -- nouns

    def _noun(self, span: range, meaning: Meaning) -> None:
        if not meaning.plural and self._compound(span.stop):
            self._unknown(span)
            return
        names = _options(meaning)
        if self.negated:
            self._negated_noun(span, names)
            return
        groups = [*self.groups, self.pending]
        self.groups = []
        for nth, group in enumerate(groups):
            self.pending = []
            self.joined = self.joined or nth > 0
            self._one_noun(span, meaning, names, group)
        self._end_phrase()
        self.copula = False

    def _compound(self, at: int) -> bool:
        """A noun right before another noun describes it (robot dog): the head is the last one."""
        return any(meaning.kind in NOUNS or meaning.kind == "worn" for meaning in self._lookup(at)[0])

    def _negated_noun(self, span: range, names: tuple[str, ...]) -> None:
        found = [m for m in self.mentions if m.subject in names and not m.removed]
        colours = [p.meaning.value for p in self.pending if p.meaning.kind == "colour"]
        for mention in [m for m in found if not colours or _colour_of(m) in colours] or found[:1]:
            mention.removed = True
            self._touch(mention)
        for waiting in self.pending:
            self._mark(waiting.span, bool(found))
        # A new scene without the subject is what was asked; a remix must have had it.
        self._mark(span, bool(found) or self.parent is None)
        self.pending = []
        self.groups = []
        joined = self.joined
        self._end_phrase()
        self.joined = joined

    def _one_noun(self, span: range, meaning: Meaning, names: tuple[str, ...], group: list[Pending]) -> None:
        mention = self._swap(span, names) if self._swapping or self.making else None
        if not self._goes(span):
            mention = mention or self._find(names, group) or self._create(names, meaning)
        if mention is None:
            self._mark(span, False)
            for waiting in group:
                self._mark(waiting.span, False)
            return
        if not (self._swapping and mention in self.swapped and not mention.replaced):
            self._describe(mention, meaning, span)
        for waiting in group:
            self._mark(waiting.span, self._apply(mention, waiting))
        self._mark(span, True)
        self._place_in_clause(mention)
        if meaning.kind == "generic" and meaning.plural and mention.known is None and (mention.count or 1) > 1:
            self._mix(mention, names)

    def _describe(self, mention: Mention, meaning: Meaning, span: range) -> None:
        self._touch(mention)
        phrase = "-".join(self._text(at) for at in span)
        look, size = v.IMPLIES.get(meaning.key, v.IMPLIES.get(phrase, ({}, 1.0)))
        for key, value in look.items():
            mention.look.setdefault(key, value)
        if size != 1.0 and mention.size is None:
            mention.resize(size)
        if meaning.kind == "doer":
            mention.act(meaning.value)
        if meaning.plural and mention.count is None and mention.known is None:
            mention.count = 2 if phrase == "couple" else PLURAL_COPIES

    def _mix(self, mention: Mention, names: tuple[str, ...]) -> None:
        """ "Five children" are girls and boys."""
        others = [name for name in names if name != mention.subject]
        count = mention.count or 1
        if len(self.mentions) >= MAX_ACTORS or count < 2:
            return
        twin = Mention(choose(others, self.seed, "mixed", mention.subject), count=count // 2)
        twin.look, twin.size = dict(mention.look), mention.size
        twin.action, twin.manner = mention.action, mention.manner
        mention.count = count - count // 2
        self.mentions.append(twin)
        self._touch(twin)
        self.joined = True
        self._place_in_clause(twin)

    def _find(self, names: tuple[str, ...], group: Iterable[Pending]) -> Mention | None:
        """The mention that this noun speaks of again, if any."""
        if self.determiner == "another" or self.adding:
            return None
        colours = [p.meaning.value for p in group if p.meaning.kind == "colour"]
        fresh = self.determiner in DETERMINERS_NEW
        same = [m for m in self.mentions if m.subject in names and not m.removed]
        if fresh:
            same = [m for m in same if m.known is not None and m not in self.touched]
        exact = [m for m in same if colours and _colour_of(m) in colours]
        return next(iter([*exact, *(m for m in same if m.fits(colours))]), None)

    def _create(self, names: tuple[str, ...], meaning: Meaning) -> Mention | None:
        if sum(not m.removed for m in self.mentions) >= MAX_ACTORS:
            return None
        subject = choose(names, self.seed, "generic", meaning.key, str(len(self.mentions)))
        mention = Mention(subject)
        self.mentions.append(mention)
        return mention

    def _swap(self, span: range, names: tuple[str, ...]) -> Mention | None:
        """Replacing in a remix: the first noun is the one that goes, the second takes its place."""
        if self._goes(span):
            return self._swap_from(names)
        targets = [self.making] if self.making else self.swapped
        self._swapping = False
        if not targets or (self.making and (self.determiner not in DETERMINERS_NEW or self.making.subject in names)):
            return None
        for target in targets:
            target.subject = choose(names, self.seed, "generic", names[0])
            target.replaced, target.look, target.size = True, {}, None
        self.swapped, self.making = [], None
        return targets[0]

    def _swap_from(self, names: tuple[str, ...]) -> Mention | None:
        known = next((m for m in self.mentions if m.known and m.subject in names and not m.replaced), None)
        new = self.last
        if known and self.swap_back and new and new.known is None:
            known.subject, known.replaced, known.look, known.size = new.subject, True, new.look, new.size
            self.mentions.remove(new)
            self.touched.remove(new)
            self._swapping = False
        elif known and self.swap_back:
            self.swap_link = 0  # "instead of the cat, a lion": the next noun comes
        self.swapped = [*self.swapped, known] if known else self.swapped
        return known

    def _touch(self, mention: Mention) -> None:
        if mention not in self.touched:
            self.touched.append(mention)

    def _place_in_clause(self, mention: Mention) -> None:
        if self._is_object(mention):
            self._relate(mention)
        else:
            if self.after_verb or self.stray or not self.joined:
                self.subjects = []
            self.after_verb = self.stray = False
            self.subjects = [*self.subjects, mention] if mention not in self.subjects else self.subjects
        self.last = mention
        self.joined = False
        if self.making_next and mention.known:
            self.making, self.making_next = mention, False
        if self._orphans and self.verb == "talk":
            for text in self._orphans:
                self._say(mention, text)
            self._orphans = []

    def _is_object(self, mention: Mention) -> bool:
        if not self.subjects or mention in self.subjects:
            return False
        return self.object_next is not None or ((self.after_verb or self.stray) and not self.joined)

    def _relate(self, other: Mention) -> None:
        kind = self.object_next
        if self.relation:
            kind = self.relation.meaning.value
        elif kind is None:
            kind = OBJECTS.get(self.verb, "") if self.after_verb else ""
        elif self.preposition in {"in", "into"} and other.rig == "vehicle":
            kind = "on"
        pairs = [(other, s) if self.passive else (s, other) for s in self.subjects]
        ok = [bool(kind) and doer.relate(kind, target) for doer, target in pairs]
        if self.relation:
            self._mark(self.relation.span, any(ok))
            self.relation, self.passive = None, False

    # -- verbs and relations

    def _action(self, span: range, meaning: Meaning) -> None:
        waiting = Pending(meaning, span)
        if self._begin_swap(span.start, self._text(span.start)):
            self._mark(span, True)
        elif self.negated:
            self.negated = False
            self._mark(span, False)
        elif self._describes_noun(span) or not self.subjects:
            self.pending.append(waiting)
            self.verb = meaning.value
        else:
            self._flush()
            self._mark(span, any([self._apply(subject, waiting) for subject in self.subjects]))
            self._begin_object(meaning.value)

    def _describes_noun(self, span: range) -> bool:
        """ "a dancing cat"; "a dog and dancing cats"."""
        ahead = self._noun_ahead(span.stop)
        return ahead and (self.in_phrase or (self.joined and self._text(span.start).endswith("ing")))

    def _begin_object(self, verb: str) -> None:
        self.verb, self.after_verb, self.joined, self.object_next, self.stray = verb, True, False, None, False
        self.making = None

    def _relation(self, span: range, meaning: Meaning) -> None:
        if self.negated or not self.subjects:
            self.negated = False
            self._mark(span, False)
            return
        self._flush()
        self.relation = Pending(meaning, span)
        self.passive = self._text(span.stop) == "by"
        self._begin_object("")
        self.object_next = meaning.value

    def _manner(self, span: range, meaning: Meaning) -> None:
        if self.after_verb and self.subjects:
            self._mark(span, any([self._apply(s, Pending(meaning, span)) for s in self.subjects]))
        else:
            self.pending.append(Pending(meaning, span))

    # -- scene fields

    def _set(self, name: str, value: str) -> bool:
        if self.fields.get(name, value) != value:
            return False
        self.fields[name] = value
        return True

    def _scene_field(self, span: range, meaning: Meaning) -> None:
        name, value = meaning.kind, meaning.value
        self._drop_modifiers()
        if self._goes(span):
            self._mark(span, getattr(self.parent, name) == value)
        elif self.negated:
            self.negated = False
            named = name == "weather" and self.fields.get("weather", "clear") == "clear"
            self._mark(span, named and self._set("weather", "clear"))
        else:
            self._mark(span, self._set(name, value))
        self._end_phrase()

    def _goes(self, span: range) -> bool:
        """ "turn the day into night": the day is what goes."""
        return self._swapping and span.start < self.swap_link

    def _place(self, span: range, meaning: Meaning) -> None:
        if meaning.key == "moon" and self.preposition not in {"on", "to", "across"}:
            self._scene_field(span, Meaning("time", "night"))
            return
        self._drop_modifiers()
        if self._goes(span):
            self._mark(span, self.parent is not None and self.parent.place == meaning.value)
            self._end_phrase()
            return
        if self.fields.get("place") == "sky" and not self.negated:
            del self.fields["place"]
        if span.start == self._place_end and self.parent is None:
            # "a mountain lake": the last word is the place, the one before it describes it.
            self._mark(range(self._place_start, self._place_end), self.fields.get("place") == meaning.value)
            self.fields.pop("place", None)
        self._place_start, self._place_end = span.start, span.stop
        sky = meaning.value == "sky" and "place" in self.fields
        self._mark(span, not self.negated and (sky or self._set("place", meaning.value)))
        self.place_preposition = self.place_preposition or self.preposition
        self._end_phrase()

    def _drop_modifiers(self) -> None:
        """Modifiers of a place or a weather are not drawn; those of a "the cat is blue in ..." were the cat's."""
        if self.copula:
            self._flush()
        for waiting in self.pending:
            if waiting.meaning.kind in MODIFIERS:
                self._mark(waiting.span, self._as_mood(waiting.meaning))
        self.pending = [p for p in self.pending if p.meaning.kind not in MODIFIERS]

    def _music(self, span: range) -> None:
        moods = [p for p in self.pending if p.meaning.value in v.MOODS]
        for waiting in moods:
            self._mark(waiting.span, self._as_mood(waiting.meaning))
        self.pending = [p for p in self.pending if p not in moods]
        if not moods and self.pending:
            self.tainted = True

    def _camera(self, span: range, meaning: Meaning) -> int:
        """A direction may stand apart: "pans slowly to the left"."""
        value, reach = meaning.value, span
        if value.startswith(("pan", "zoom")) and len(span) == 1:
            turns = (
                {"left": "pan_left", "right": "pan_right"}
                if value.startswith("pan")
                else {"in": "zoom_in", "out": "zoom_out"}
            )
            for at in range(span.stop, min(span.stop + 4, len(self.tokens))):
                if self.tokens[at].kind == "word" and self.tokens[at].text in turns:
                    value, reach = turns[self.tokens[at].text], range(span.start, at + 1)
                    break
        self._flush()
        ok = not self.negated and self._set("camera", value)
        self._mark(range(span.start, span.stop), ok)
        if len(reach) > len(span):
            self._mark(range(reach.stop - 1, reach.stop), ok)
            self._taken.add(reach.stop - 1)
        self._end_phrase()
        return len(span)

    # -- helpers

    def _text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) and self.tokens[at].kind == "word" else ""

    def _mark(self, span: range, ok: bool) -> None:
        for at in span:
            self.marks[at] = ok

    def _noun_ahead(self, at: int) -> bool:
        """Does this noun phrase still reach a subject?"""
        for here in range(at, at + 5):
            kinds = {meaning.kind for meaning in self._lookup(here)[0]}
            if kinds & NOUNS:
                return True
            if self._text(here) in FUNCTION_WORDS - {"and", "very", "of"} or not self._text(here):
                return False
            if kinds - MODIFIERS - {"action"}:
                return False
        return False

    def _link_ahead(self, at: int) -> int:
        return next((here for here in range(at + 1, at + 9) if self._text(here) in SWAP_LINKS), 0)

    def _away_ahead(self, at: int) -> bool:
        return any(self._text(here) in {"away", "out", "off", "of"} for here in range(at + 1, at + 7))


_HANDLERS = {
    "worn": Reader._worn,
    "part": Reader._part,
    "action": Reader._action,
    "relation": Reader._relation,
    "manner": Reader._manner,
    "place": Reader._place,
    "weather": Reader._scene_field,
    "time": Reader._scene_field,
    "mood": Reader._scene_field,
}


def _options(meaning: Meaning) -> tuple[str, ...]:
    if meaning.kind == "generic":
        return v.GENERIC[meaning.value][0]
    return v.GENERIC["person"][0] if meaning.kind == "doer" else (meaning.value,)


def _wears(mention: Mention, item: str) -> bool:
    known = mention.known.look if mention.known else {}
    return {**v.SUBJECTS[mention.subject].wears, **known, **mention.look}.get(item, "no") != "no"


def _number(value: str) -> int:
    return NUMBERS[value] if value in NUMBERS else int(value)


def _colour_of(mention: Mention) -> str | None:
    main = next(iter(v.SUBJECTS[mention.subject].palette))
    return mention.look.get(main) or (mention.known.look.get(main) if mention.known else None)


def account(tokens: Sequence[Token], marks: Sequence[bool | None]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Understood and ignored words, each once in order; a word that was understood anywhere counts as understood."""
    verdicts: dict[str, bool] = {}
    for token, mark in zip(tokens, marks, strict=True):
        for word in words_of(token.text) if token.kind == "quote" else [token.text] if token.kind == "word" else []:
            if is_content(word):
                verdicts[word] = verdicts.get(word, False) or bool(mark)
    return tuple(w for w, ok in verdicts.items() if ok), tuple(w for w, ok in verdicts.items() if not ok)
