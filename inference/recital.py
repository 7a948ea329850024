"""The spoken lines of a scene on a clip's clock: what is heard, what is only read, and what a next shot begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from inference.captions import Cue
from inference.world.scene import SAMPLE_RATE, Line, Scene, Understanding, Utterance
from inference.world.speech import REASONS, SENTENCE, Silent, Voice, read
from inference.world.stage import voices
from inference.world.tokens import content_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONG: Final = 64  # characters: more is not read at a glance


class Recital(msgspec.Struct, frozen=True):
    speech: tuple[Utterance, ...] = ()
    shown: tuple[Cue, ...] = ()  # captions of what is not heard
    unspoken: dict[str, str] = {}  # what is not heard -> why
    unsaid: tuple[Line, ...] = ()  # what only found no time

    def cues(self, before: float = 0.0, names: Mapping[str, str] | None = None) -> list[Cue]:
        """All captions. `before`: what the file shows before the shot in which this is said, in seconds; `names`: what
        speakers are called there."""
        called = names or {}
        heard = [cue for line in self.speech for cue in _by_sentence(line)]
        moved = (
            Cue(c.start + before, c.end + before, called.get(c.speaker, c.speaker), c.text)
            for c in (*heard, *self.shown)
        )
        return sorted(moved, key=lambda cue: cue.start)


def _by_sentence(line: Utterance) -> list[Cue]:
    """What is long is shown sentence by sentence, each for its share of the characters."""
    texts = SENTENCE.findall(line.text) if len(line.text) > LONG else [line.text]
    at, pace = line.at, len(line.samples) / SAMPLE_RATE / sum(map(len, texts))
    cues = []
    for text in texts:
        cues.append(Cue(at, at + pace * len(text), line.speaker, text.strip()))
        at += pace * len(text)
    return cues


def recite(scene: Scene, seconds: float, shots: Sequence[tuple[float, float]] | None = None) -> Recital:
    """`shots`: for each line the first and last second of its shot; the whole clip if None."""
    if not scene.lines:
        return Recital()
    of = voices(scene)
    cast = [Voice(*of[line.speaker]) for line in scene.lines]
    reading = read([line.text for line in scene.lines], cast, scene.seed, seconds, shots)
    speakers = [line.speaker for line in scene.lines]
    return Recital(
        speech=tuple(
            Utterance(
                part.at, speakers[part.line], part.text, part.take.samples,
                cast[part.line].pitch, cast[part.line].formant, part.take.mouth,
            )
            for part in reading.spoken
        ),
        shown=tuple(Cue(part.at, part.end, speakers[part.line], part.text) for part in reading.silent),
        unspoken={part.text: _why(part, seconds) for part in reading.silent},
        unsaid=tuple(Line(speakers[part.line], part.text) for part in reading.silent if part.reason == "long"),
    )  # fmt: skip


def _why(part: Silent, seconds: float) -> str:
    return f"{REASONS[part.reason].format(seconds=seconds)}: shown as a caption"


def settle(understanding: Understanding, prompt: str, unspoken: dict[str, str]) -> tuple[list[str], list[str]]:
    """Understood and ignored words, now that it is known which lines are not heard: their words were ignored after all,
    unless the prompt has them elsewhere too. Each such line follows whole, with its reason."""
    for text in unspoken:
        prompt = prompt.replace(text, " ")
    lost = {word for text in unspoken for word in content_words(f'"{text}"')} - set(content_words(prompt))
    understood = [word for word in understanding.understood if word not in lost]
    ignored = [*understanding.ignored, *(word for word in understanding.understood if word in lost)]
    return understood, [*ignored, *(f'"{text}" ({reason})' for text, reason in unspoken.items())]
