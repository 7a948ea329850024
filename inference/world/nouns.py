"""Nouns: which mention a noun speaks of, what it brings along, and its part in the clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.world import vocabulary as v
from inference.world.dice import choose
from inference.world.lexicon import Meaning
from inference.world.mention import Mention
from inference.world.words.function import (
    DETERMINERS_NEW,
    NOUNS,
    OBJECTS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inference.world.clause import Pending
    from inference.world.reading import Reader

MAX_ACTORS = 8
PLURAL_COPIES = 3  # "birds" without a number


def noun(r: Reader, span: range, meaning: Meaning) -> None:
    names = _options(meaning)
    if not meaning.plural and _compound(r, span.stop, names):
        r.unknown(span)
        return
    if r.c.comparing:
        r.c.comparing = False
        r.mark(span, False)
        return
    if r.c.negated:
        _negated_noun(r, span, names)
        return
    groups = [*r.c.groups, r.c.pending]
    r.c.groups = []
    for nth, group in enumerate(groups):
        r.c.pending = []
        r.c.joined = r.c.joined or nth > 0
        _one_noun(r, span, meaning, names, group)
    r.end_phrase()
    r.c.copula = False


def again(r: Reader, span: range, of: Mention) -> None:
    """One more of a subject that was named before."""
    group, r.c.pending = r.c.pending, []
    _one_noun(r, span, Meaning("subject", of.subject, of.subject), (of.subject,), group)
    r.end_phrase()


def _compound(r: Reader, at: int, names: tuple[str, ...]) -> bool:
    """A noun right before another noun describes it (robot dog, cowboy hat): the head is the last one.

    Not so "give the dog glasses", where the dog is somebody already.
    """
    kinds = {meaning.kind for meaning in r.lookup(at)[0]}
    somebody = any(m.subject in names for m in r.mentions)
    verb = "action" in kinds  # "the knight bows"
    return bool(kinds & NOUNS and not verb) or ("worn" in kinds and not verb and not somebody)


def _negated_noun(r: Reader, span: range, names: tuple[str, ...]) -> None:
    found = [m for m in r.mentions if m.subject in names and not m.removed]
    colours = [p.meaning.value for p in r.c.pending if p.meaning.kind == "colour"]
    for mention in [m for m in found if not colours or _colour_of(m) in colours] or found[:1]:
        mention.removed = True
        r.touch(mention)
    for waiting in r.c.pending:
        r.mark(waiting.span, bool(found))
    # A new scene without the subject is what was asked; a remix must have had it.
    r.mark(span, bool(found) or r.parent is None)
    r.c.pending = []
    r.c.groups = []
    joined = r.c.joined
    r.end_phrase()
    r.c.joined, r.c.denied = joined, True


def _one_noun(r: Reader, span: range, meaning: Meaning, names: tuple[str, ...], group: list[Pending]) -> None:
    mention = _swap(r, span, names) if r.c.swapping or r.c.making else None
    if not r.goes(span):
        mention = mention or _find(r, names, group) or _create(r, names, meaning)
    if mention is None:
        r.mark(span, False)
        for waiting in group:
            r.mark(waiting.span, False)
        return
    r.c.part = ""
    for waiting in group:
        r.mark(waiting.span, r.apply(mention, waiting))
    if not (r.c.swapping and mention in r.c.swapped and not mention.replaced):
        _describe(r, mention, meaning, span)
    r.mark(span, True)
    _place_in_clause(r, mention)
    if meaning.kind == "generic" and meaning.plural and mention.known is None and (mention.count or 1) > 1:
        _mix(r, mention, names)


def _describe(r: Reader, mention: Mention, meaning: Meaning, span: range) -> None:
    r.touch(mention)
    if v.KINDS.get(meaning.key) == mention.subject:
        r.note(f"{meaning.key}: shown as a {mention.subject.replace('_', ' ')}")
    phrase = "-".join(r.text(at) for at in span)
    look, size = v.IMPLIES.get(meaning.key, v.IMPLIES.get(phrase, ({}, 1.0)))
    for key, value in look.items():
        mention.look.setdefault(key, value)
    if size != 1.0 and mention.size is None:
        mention.resize(size)
    if meaning.kind == "doer" and mention.action is None:
        mention.usual = mention.act(meaning.value)
    if meaning.plural and mention.count is None and mention.known is None:
        mention.count = 2 if phrase == "couple" else PLURAL_COPIES


def _mix(r: Reader, mention: Mention, names: tuple[str, ...]) -> None:
    """ "Five children" are girls and boys."""
    others = [name for name in names if name != mention.subject]
    count = mention.count or 1
    if len(r.mentions) >= MAX_ACTORS or count < 2:
        return
    twin = Mention(choose(others, r.seed, "mixed", mention.subject), count=count // 2)
    twin.look, twin.size = dict(mention.look), mention.size
    twin.action, twin.manner = mention.action, mention.manner
    mention.count = count - count // 2
    r.mentions.append(twin)
    r.touch(twin)
    r.c.joined = True
    _place_in_clause(r, twin)


def _find(r: Reader, names: tuple[str, ...], group: Iterable[Pending]) -> Mention | None:
    """The mention that this noun speaks of again, if any."""
    if r.c.determiner == "another" or r.c.adding:
        return None
    colours = [p.meaning.value for p in group if p.meaning.kind == "colour"]
    fresh = r.c.determiner in DETERMINERS_NEW
    same = [m for m in r.mentions if m.subject in names and not m.removed]
    if fresh:
        same = [m for m in same if m.known is not None and m not in r.touched]
    exact = [m for m in same if colours and _colour_of(m) in colours]
    return next(iter([*exact, *(m for m in same if m.fits(colours))]), None)


def _create(r: Reader, names: tuple[str, ...], meaning: Meaning) -> Mention | None:
    if sum(not m.removed for m in r.mentions) >= MAX_ACTORS:
        return None
    subject = choose(names, r.seed, "generic", meaning.key, str(len(r.mentions)))
    mention = Mention(subject)
    r.mentions.append(mention)
    return mention


def _swap(r: Reader, span: range, names: tuple[str, ...]) -> Mention | None:
    """Replacing in a remix: the first noun is the one that goes, the second takes its place."""
    if r.goes(span):
        return _swap_from(r, names)
    targets = [r.c.making] if r.c.making else r.c.swapped
    r.c.swapping = False
    if not targets or (r.c.making and (r.c.determiner not in DETERMINERS_NEW or r.c.making.subject in names)):
        return None
    for target in targets:
        target.subject = choose(names, r.seed, "generic", names[0])
        target.replaced, target.look, target.size = True, {}, None
    r.c.swapped, r.c.making = [], None
    return targets[0]


def _swap_from(r: Reader, names: tuple[str, ...]) -> Mention | None:
    known = next((m for m in r.mentions if m.known and m.subject in names and not m.replaced), None)
    new = r.c.last
    if known and r.c.swap_back and new and new.known is None:
        known.subject, known.replaced, known.look, known.size = new.subject, True, new.look, new.size
        r.mentions.remove(new)
        r.touched.remove(new)
        r.c.swapping = False
    elif known and r.c.swap_back:
        r.c.swap_link = 0  # "instead of the cat, a lion": the next noun comes
    r.c.swapped = [*r.c.swapped, known] if known else r.c.swapped
    return known


def _place_in_clause(r: Reader, mention: Mention) -> None:
    if _is_object(r, mention):
        _relate(r, mention)
    else:
        if r.c.after_verb or r.c.stray or not r.c.joined:
            r.c.subjects = []
        r.c.after_verb = r.c.stray = False
        r.c.subjects = [*r.c.subjects, mention] if mention not in r.c.subjects else r.c.subjects
    r.c.last = mention
    r.c.joined = False
    if r.c.making_next and mention.known:
        r.c.making, r.c.making_next = mention, False
    if r.orphans and r.c.verb == "talk":
        for text in r.orphans:
            r.say(mention, text)
        r.orphans = []


def _is_object(r: Reader, mention: Mention) -> bool:
    if not r.c.subjects or mention in r.c.subjects:
        return False
    return r.c.object_next is not None or ((r.c.after_verb or r.c.stray) and not r.c.joined)


def _flown(r: Reader, other: Mention) -> str:
    """Who flies a kite runs with it, who flies a plane sits in it: only what is flown leaves the ground."""
    if other.subject != "kite" and other.rig != "vehicle":
        return ""
    other.act("fly")
    r.mark(r.c.verb_span, True)
    for flier in r.c.subjects:
        flier.action = v.staged(flier.rig, "run" if other.subject == "kite" else "drive")
    return "holds" if other.subject == "kite" else "on"


def _by_verb(r: Reader, other: Mention) -> str:
    """What the object of a verb is to its doer: only things go into hands."""
    if r.c.verb == "fly":
        return _flown(r, other)
    kind = OBJECTS.get(r.c.verb, "")
    if kind == "holds" and other.rig == "vehicle" and r.c.verb != "push":
        return ""
    return "with" if kind == "holds" and r.c.verb in HANDLED and other.rig in LIVING else kind


LIVING = frozenset({"person", "quadruped", "bird", "fish"})
HANDLED = frozenset({"push", "kick", "throw", "juggle", "read", "drink"})


def _relate(r: Reader, other: Mention) -> None:
    kind = r.c.object_next
    if r.c.relation:
        kind = r.c.relation.meaning.value
    elif r.c.verb == "fight":
        kind = "with"
    elif kind is None:
        kind = _by_verb(r, other) if r.c.after_verb else ""
    elif r.c.preposition in {"in", "into"} and other.rig == "vehicle":
        kind = "on"
    pairs = [(other, s) if r.c.passive else (s, other) for s in r.c.subjects]
    ok = [bool(kind) and doer.relate(kind, target) for doer, target in pairs]
    if r.c.relation:
        r.mark(r.c.relation.span, any(ok))
        r.c.relation, r.c.passive = None, False


def _options(meaning: Meaning) -> tuple[str, ...]:
    if meaning.kind == "generic":
        return v.GENERIC[meaning.value][0]
    return v.GENERIC["person"][0] if meaning.kind == "doer" else (meaning.value,)


def _colour_of(mention: Mention) -> str | None:
    main = next(iter(v.SUBJECTS[mention.subject].palette))
    return mention.look.get(main) or (mention.known.look.get(main) if mention.known else None)
