"""Prompts that tell several shots: "Shot 1: ... Shot 2: ...", "[0s] ... [4s] ...", "... Cut to: ...".

A later shot keeps what those before it said and it does not say itself: who is there, how they look, place and light.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from inference.world.cutting import COVERAGE, LANDSCAPES, NEARNESS, ONE_TAKE
from inference.world.dice import choose
from inference.world.glossing import account, glossed
from inference.world.patch import patch
from inference.world.scene import Actor, Line, Scene, Understanding
from inference.world.tokens import content_words, without_quotes
from inference.world.understand import understand

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST = 8
_NUMBER = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight)"
_ORDINAL = r"(?:first|second|third|fourth|fifth|sixth|next|final|last)"
_CLOCK = r"\d{1,3}(?::\d\d)?"
_MARK = re.compile(
    rf"""\b(?:shot|scene)\s*\#?\s*{_NUMBER}\s*(?:[(\[][^)\]\n]{{1,24}}[)\]])?\s*[:.–—-]
    |\b{_ORDINAL}\s+(?:shot|scene)\s*[:,]
    |\bcut\s+to\s*:
    |[(\[]\s*(?P<from>{_CLOCK})\s*s?(?:ec)?\s*(?:(?:-|–|—|to)\s*(?P<to>{_CLOCK})\s*s?(?:ec)?\s*)?[)\]]\s*:?""",
    re.IGNORECASE | re.VERBOSE,
)
_TIMED = re.compile(
    rf"[(\[]\s*{_CLOCK}\s*(?:s|sec)?\s*(?:(?:-|–|—|to)\s*{_CLOCK}\s*(?:s|sec)?\s*)?[)\]]", re.IGNORECASE
)
_ONE_TAKE = re.compile(
    r"\b(?:one|single) (?:long )?(?:continuous )?(?:take|shot)\b|\bwithout (?:a |any )?cuts?\b|\bno cuts\b|\boner\b",
    re.IGNORECASE,
)
_ONLY = re.compile(
    rf"\b(?:in|for)\s+(?:the\s+)?(?:(?:shot|scene)\s+({_NUMBER})|({_ORDINAL})\s+(?:shot|scene))\b", re.IGNORECASE
)
_NAMES = {name: n for n, names in enumerate(
    (("1", "one", "first"), ("2", "two", "second"), ("3", "three", "third"), ("4", "four", "fourth"),
     ("5", "five", "fifth"), ("6", "six", "sixth"), ("7", "seven"), ("8", "eight"))) for name in names}  # fmt: skip
_STAYS = re.compile(
    r"\b(?:it|he|she|they|him|her|his|their|its|them|same|close[- ]?up|camera|zoom\w*|pans?|track\w*)\b", re.IGNORECASE
)


_PRONOUN = re.compile(r"\b(?:it|he|she|they)\b", re.IGNORECASE)


class Part(NamedTuple):
    text: str
    share: float


def tell(prompt: str, seed: int) -> Understanding:
    """The whole prompt understood: one scene, or a first one with those that follow in `shots`."""
    gloss = glossed(prompt)
    if gloss is None:
        return _tell(prompt, seed)
    got = _tell(gloss.text, seed)
    return Understanding(got.scene, *account(prompt, gloss, got.understood))


def _tell(prompt: str, seed: int) -> Understanding:
    parts, marks = split(prompt)
    told = [understand(parts[0].text, seed)]
    for nth, part in enumerate(parts[1:], 1):
        told.append(_next(part.text, seed, [one.scene for one in told], nth))
    first = _gathered([one.scene for one in told], [part.share for part in parts])
    return _accounted(prompt, first, told, marks)


def retell(parent: Scene, words: str) -> Understanding:
    """A remix of all shots, or of the one that the words name ("in shot 2, make it night")."""
    gloss = glossed(words)
    if gloss is None:
        return _retell(parent, words)
    got = _retell(parent, gloss.text)
    return Understanding(got.scene, *account(words, gloss, got.understood))


def _retell(parent: Scene, words: str) -> Understanding:
    if not parent.shots:
        return patch(parent, words)
    shots = _apart(parent)
    only, rest = _only(words, len(shots))
    told = [patch(shot, rest) if only in (None, nth) else Understanding(shot, (), ()) for nth, shot in enumerate(shots)]
    scenes = [one.scene for one in told]
    new = _new_lines(shots, scenes)
    first = _gathered(new, [shot.share for shot in shots])
    return _accounted(
        words,
        first,
        [one for nth, one in enumerate(told) if only in (None, nth)],
        [words[: len(words) - len(rest)]] if only is not None else [],
    )


def split(prompt: str) -> tuple[list[Part], list[str]]:
    """The shots with their lengths, and the marks that told them apart."""
    marks = [m for m in _MARK.finditer(without_quotes(prompt)) if not m["from"] or _timed(m)]
    if len(marks) + bool(marks and prompt[: marks[0].start()].strip()) < 2:
        return [Part(prompt, 1.0)], []
    before = prompt[: marks[0].start()].strip()
    texts = [prompt[m.end() : n.start() if n else None].strip() for m, n in zip(marks, [*marks[1:], None], strict=True)]
    shares = _shares(marks)
    cut = re.match(r"cut", marks[0].group(), re.IGNORECASE)
    if before and cut:
        texts, shares = [before, *texts], [1.0, *shares]
    elif before:  # what is said before the first mark holds for it: a title, a place, a style
        texts[0] = f"{before}\n{texts[0]}"
    parts = [Part(text, share) for text, share in zip(texts, shares, strict=True) if text][:MOST]
    return parts or [Part(prompt, 1.0)], [m.group() for m in marks]


def _timed(mark: re.Match[str]) -> bool:
    """ "(2)" is no time."""
    return bool(mark["to"]) or ":" in mark["from"] or "s" in mark.group().lower()


def _shares(marks: Sequence[re.Match[str]]) -> list[float]:
    """Lengths by the clock where every mark has one; else all alike."""
    if not all(mark["from"] for mark in marks):
        return [1.0] * len(marks)
    starts = [_seconds(mark["from"]) for mark in marks]
    lengths = [after - at for at, after in pairwise(starts)]
    last = marks[-1]
    lengths.append(_seconds(last["to"]) - starts[-1] if last["to"] else (lengths[-1] if lengths else 1.0))
    return lengths if all(length > 0 for length in lengths) else [1.0] * len(marks)


def _seconds(clock: str) -> float:
    minutes, _, seconds = clock.rpartition(":")
    return 60.0 * float(minutes or 0) + float(seconds)


def _next(text: str, seed: int, before: Sequence[Scene], nth: int) -> Understanding:
    last = before[-1]
    got = understand(text, seed)
    if last.actors and _PRONOUN.search(without_quotes(text)):
        return _going_on(last, text, seed, nth)
    if not got.scene.actors and last.actors and ("place" not in got.scene.fixed or _STAYS.search(without_quotes(text))):
        return _going_on(last, text, seed, nth)
    scene = got.scene
    kept = {name: getattr(last, name) for name in ("place", "weather", "time", "mood") if name not in scene.fixed}
    actors = tuple(_known(actor, scene, before) for actor in scene.actors)
    camera = scene.camera if "camera" in scene.fixed else _another(last.camera, seed, nth, bool(actors))
    return msgspec.structs.replace(got, scene=msgspec.structs.replace(scene, actors=actors, camera=camera, **kept))


def _going_on(last: Scene, text: str, seed: int, nth: int) -> Understanding:
    """The same cast, and what the words change about it; an object comes along with who has it."""
    before = msgspec.structs.replace(last, lines=(), fixed=())
    got = patch(before, text)
    camera = (
        got.scene.camera if "camera" in got.scene.fixed else _another(last.camera, seed, nth, bool(got.scene.actors))
    )
    return msgspec.structs.replace(got, scene=msgspec.structs.replace(got.scene, camera=camera))


def _known(actor: Actor, scene: Scene, before: Sequence[Scene]) -> Actor:
    """Who has the name of somebody seen before looks the same."""
    for shot in reversed(before):
        for earlier in shot.actors:
            if earlier.name == actor.name and earlier.subject == actor.subject:
                size = actor.size if f"{actor.name}.size" in scene.fixed else earlier.size
                return msgspec.structs.replace(
                    actor, seed=earlier.seed, look=dict(sorted({**earlier.look, **actor.look}.items())), size=size,
                    voice=earlier.voice,
                )  # fmt: skip
    return actor


def _another(camera: str, seed: int, nth: int, peopled: bool) -> str:
    options = [c for c in (COVERAGE if peopled else LANDSCAPES) if NEARNESS[c] != NEARNESS[camera]]
    return choose(options, seed, "shot", str(nth))


def _gathered(scenes: Sequence[Scene], shares: Sequence[float]) -> Scene:
    lines = tuple(Line(line.speaker, line.text, nth) for nth, scene in enumerate(scenes) for line in scene.lines)
    first, *rest = [
        msgspec.structs.replace(scene, lines=(), share=share, shots=())
        for scene, share in zip(scenes, shares, strict=True)
    ]
    return msgspec.structs.replace(first, lines=lines, shots=tuple(rest))


def _apart(scene: Scene) -> list[Scene]:
    """Each shot with its own lines."""
    shots = [msgspec.structs.replace(scene, shots=()), *scene.shots]
    return [
        msgspec.structs.replace(shot, lines=tuple(line for line in scene.lines if line.shot == nth))
        for nth, shot in enumerate(shots)
    ]


def _new_lines(before: Sequence[Scene], after: Sequence[Scene]) -> list[Scene]:
    """A new line is said once: in the first shot that has its speaker."""
    said: set[tuple[str, str]] = set()
    out = []
    for old, new in zip(before, after, strict=True):
        known = {(line.speaker, line.text) for line in old.lines}
        lines = [
            line for line in new.lines if (line.speaker, line.text) in known or (line.speaker, line.text) not in said
        ]
        said |= {(line.speaker, line.text) for line in lines} - known
        out.append(msgspec.structs.replace(new, lines=tuple(lines)))
    return out


def _only(words: str, count: int) -> tuple[int | None, str]:
    found = _ONLY.search(without_quotes(words))
    if not found:
        return None, words
    name = (found[1] or found[2]).lower()
    nth = count - 1 if name in {"last", "final"} else _NAMES.get(name)
    rest = words[: found.start()] + words[found.end() :]
    return (nth, rest) if nth is not None and nth < count else (None, words)


def _accounted(prompt: str, scene: Scene, told: Iterable[Understanding], marks: Sequence[str]) -> Understanding:
    """A word that any shot understood was understood; so were the marks, and the words that ask for one take."""
    takes = [match.group() for match in _ONE_TAKE.finditer(without_quotes(prompt))]
    if takes:
        scene = msgspec.structs.replace(scene, fixed=(*scene.fixed, ONE_TAKE))
    known = {word for one in told for word in one.understood if ": " not in word}
    known |= {word for mark in (*marks, *takes) for word in content_words(mark)}
    notes = dict.fromkeys(note for one in told for note in one.understood if ": " in note)
    words = content_words(prompt)
    return Understanding(scene, (*(w for w in words if w in known), *notes), tuple(w for w in words if w not in known))
