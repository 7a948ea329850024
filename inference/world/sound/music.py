"""A small composer: a piece of the clip's length and tempo in a mood, for a handful of instruments.

The last chord is the tonic and begins early enough to ring out; a melody of chord tones moves by steps above an
accompaniment. What the mood leaves open (key, progression, melody, arpeggio) comes from the seed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from inference.world.scene import SAMPLE_RATE
from inference.world.sound import instruments
from inference.world.sound.synth import Synth, generator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inference.world.sound.synth import Wave

Play = Callable[[float, float], "Wave"]

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
LAST = 1.4  # seconds that the final chord needs to ring
FADE = 0.7


class Style(msgspec.Struct, frozen=True):
    scale: tuple[int, ...]
    progressions: tuple[tuple[int, ...], ...]  # scale degrees, 0 = tonic; the tonic is added at the end
    chord_beats: int
    pad: str  # warm | strings | brass
    pad_gain: float
    arpeggio: str  # name in PLUCKED
    arpeggio_gain: float
    per_beat: int  # arpeggio notes per beat
    melody: str
    melody_gain: float
    melody_density: float  # chance that a beat has a melody note
    drums: str  # none | shaker | groove | pulse | taiko
    octave: int  # of the tonic, in semitones from middle C
    room: tuple[float, float]  # wet, decay


STYLES: dict[str, Style] = {
    "gentle": Style(
        MAJOR, ((0, 5, 3, 4), (0, 3, 0, 4), (0, 4, 5, 3), (0, 2, 3, 4)), 4, "warm", 0.22, "mallet", 0.30, 2,
        "glass", 0.26, 0.55, "none", 0, (0.35, 1.6),
    ),
    "happy": Style(
        MAJOR, ((0, 3, 4, 3), (0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 0, 4)), 4, "warm", 0.10, "pluck", 0.34, 2,
        "mallet", 0.34, 0.85, "groove", 2, (0.18, 0.8),
    ),
    "tense": Style(
        MINOR, ((0, 5, 0, 4), (0, 1, 0, 6), (0, 5, 3, 4)), 4, "strings", 0.16, "spiccato", 0.30, 4,
        "piano", 0.20, 0.3, "pulse", -5, (0.3, 1.5),
    ),
    "sad": Style(
        MINOR, ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 4)), 4, "strings", 0.13, "piano", 0.30, 1,
        "piano", 0.34, 0.5, "none", -3, (0.4, 1.9),
    ),
    "epic": Style(
        MINOR, ((0, 5, 2, 6), (0, 2, 5, 6), (0, 3, 5, 6)), 4, "brass", 0.24, "spiccato", 0.30, 4,
        "brass", 0.24, 0.6, "taiko", -5, (0.32, 1.7),
    ),
}  # fmt: skip
PLUCKED: dict[str, Play] = {
    "mallet": instruments.mallet,
    "glass": instruments.glass,
    "pluck": instruments.pluck,
    "piano": instruments.piano,
    "spiccato": instruments.spiccato,
    "brass": instruments.brass,
}
SUSTAINED: dict[str, Callable[[float, float, float], Wave]] = {
    "warm": instruments.pad,
    "strings": instruments.strings,
    "brass": instruments.brass,
}


class Chord(msgspec.Struct, frozen=True):
    start: float  # beats
    beats: float
    degree: int


class Score:
    """Notes are mixed into a stereo bus as they are written."""

    def __init__(self, style: Style, rng: np.random.Generator, tempo: float, seconds: float) -> None:
        self.style, self.rng, self.beat, self.seconds = style, rng, 60 / tempo, seconds
        self.bus = np.zeros((round(seconds * SAMPLE_RATE), 2), np.float32)
        self.tonic = 60 + style.octave + int(rng.choice([-3, -1, 0, 2, 4]))
        self._notes: dict[tuple[str, int, int], Wave] = {}

    def hz(self, degree: int, octave: int = 0) -> float:
        steps, size = self.style.scale, len(self.style.scale)
        semitone = steps[degree % size] + 12 * (degree // size + octave)
        return float(440 * 2 ** ((self.tonic + semitone - 69) / 12))

    def add(self, wave: Wave, beat: float, gain: float, pan: float = 0.0) -> None:
        start = round(beat * self.beat * SAMPLE_RATE)
        if start >= len(self.bus):
            return
        wave = wave[: len(self.bus) - start]
        angle = (pan + 1) * np.pi / 4
        sides = np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(gain * 1.414)
        self.bus[start : start + len(wave)] += wave[:, None] * sides

    def note(
        self, name: str, degree: int, octave: int, beat: float, beats: float, gain: float, pan: float = 0.0
    ) -> None:
        length = round(beats * 4)
        key = (name, degree + 7 * octave, length)
        if key not in self._notes:
            self._notes[key] = PLUCKED[name](self.hz(degree, octave), beats * self.beat + 0.15)
        # No two strokes are equally strong.
        self.add(self._notes[key], beat, gain * float(self.rng.uniform(0.85, 1.1)), pan)


def compose(mood: str, tempo: float, seconds: float, seed: int) -> NDArray[np.float32]:
    """The piece, [samples, 2], silent at its very end; its level is whatever the notes add up to."""
    score = Score(STYLES[mood], generator(seed, "music", mood), tempo, seconds)
    chords = harmony(score)
    for part in (pads, bass_line, arpeggio, melody, drums):
        part(score, chords)
    wet, decay = score.style.room
    return _ending(instruments.reverberate(score.bus, wet, decay))


def harmony(score: Score) -> list[Chord]:
    """The progression fitted into the clip: as many chords as leave room for the final tonic to ring."""
    style, total = score.style, score.seconds / score.beat
    progression = style.progressions[int(score.rng.integers(len(style.progressions)))]
    last = max(0.0, np.floor(total - LAST / score.beat))  # on a beat
    count = max(1, round(last / style.chord_beats)) if last else 0
    if last >= 2:
        count = max(count, 2)
    edges = [float(np.round(last * i / count)) for i in range(count + 1)] if count else [0.0]
    chords = [Chord(a, b - a, progression[i % len(progression)]) for i, (a, b) in enumerate(pairwise(edges))]
    if len(chords) > 1 and chords[-1].degree == 0:
        chords[-1] = msgspec.structs.replace(chords[-1], degree=4)  # the dominant leads home
    return [*chords, Chord(edges[-1], total - edges[-1], 0)]


def pads(score: Score, chords: list[Chord]) -> None:
    style = score.style
    for chord in chords:
        for i, degree in enumerate(_voicing(chord.degree)):
            play = SUSTAINED[style.pad]
            wave = play(score.hz(degree, 0), chord.beats * score.beat + 0.25, 0.13 * i)
            score.add(wave, chord.start, style.pad_gain, (-0.6, 0.0, 0.6)[i])


def _voicing(degree: int) -> tuple[int, int, int]:
    """The chord's three tones, kept within one octave of the tonic so that voices move little."""
    return tuple(sorted((tone if tone < 6 else tone - 7) for tone in (degree, degree + 2, degree + 4)))  # type: ignore[return-value]


def bass_line(score: Score, chords: list[Chord]) -> None:
    bounce = score.style.drums in {"groove", "taiko"}
    for chord in chords:
        step = 1.0 if bounce else 2.0
        beats = np.arange(0, chord.beats, step) if chord is not chords[-1] else [0.0]
        for i, at in enumerate(beats):
            fifth = bounce and score.style.drums == "groove" and i % 2 == 1
            degree = (chord.degree if chord.degree < 5 else chord.degree - 7) + (-3 if fifth else 0)
            length = min(step, chord.beats - at) if chord is not chords[-1] else chord.beats
            score.add(instruments.bass(score.hz(degree, -2), length * score.beat), chord.start + at, 0.34)


def arpeggio(score: Score, chords: list[Chord]) -> None:
    style = score.style
    patterns = ((0, 1, 2, 1), (0, 2, 1, 2), (0, 1, 2, 3), (2, 1, 0, 1))
    pattern = patterns[int(score.rng.integers(len(patterns)))]
    for chord in chords:
        tones = (*_voicing(chord.degree), _voicing(chord.degree)[0] + 7)
        final = chord is chords[-1]
        count = 4 if final else int(chord.beats * style.per_beat)
        for i in range(count):  # the last chord is spread upwards once and left to ring
            degree, at = (tones[i], i * 0.12) if final else (tones[pattern[i % 4]], i / style.per_beat)
            accent = 1.0 if i % style.per_beat == 0 else 0.75
            length = chord.beats - at if final else max(1.0, 1 / style.per_beat)
            score.note(
                style.arpeggio,
                degree,
                0,
                chord.start + at,
                length,
                style.arpeggio_gain * accent,
                -0.25 if i % 2 else 0.25,
            )


def melody(score: Score, chords: list[Chord]) -> None:
    style, rng = score.style, score.rng
    place = 4
    for chord in chords[:-1]:
        at = 0.0
        while at < chord.beats:
            length = float(rng.choice([0.5, 1.0, 1.0, 2.0]))
            if rng.random() < style.melody_density:
                place = _near_chord_tone(place + int(rng.integers(-2, 3)), chord.degree)
                score.note(style.melody, place, 1, chord.start + at, length, style.melody_gain, 0.1)
            at += length
    score.note(style.melody, 7, 1, chords[-1].start, chords[-1].beats, style.melody_gain, 0.1)


def _near_chord_tone(place: int, degree: int) -> int:
    """The tone of the chord nearest to a scale place, between the tonic and a tenth above."""
    tones = [d for d in range(10) if (d - degree) % 7 in (0, 2, 4)]
    return min(tones, key=lambda tone: (abs(tone - place), tone))


def drums(score: Score, chords: list[Chord]) -> None:
    last = chords[-1].start
    s = Synth(score.rng, SAMPLE_RATE)
    for half in range(round(last * 2)):
        beat, on = half / 2, half % 2 == 0
        match score.style.drums:
            case "groove":
                score.add(instruments.shaker(s), beat, 0.10 if on else 0.16, 0.3)
                if on:
                    score.add(
                        (instruments.snap if int(beat) % 2 else instruments.kick)(s),
                        beat,
                        0.22 if int(beat) % 2 else 0.4,
                    )
            case "pulse" if on:
                score.add(instruments.kick(s), beat, 0.35)
                score.add(instruments.kick(s), beat + 0.3, 0.2)
            case "taiko" if on or half % 8 == 7:
                score.add(instruments.taiko(s), beat, 0.55 if int(beat) % 2 == 0 else 0.3)
    if score.style.drums in {"taiko", "pulse"}:
        score.add(instruments.taiko(s), last, 0.6)


def _ending(bus: NDArray[np.float32]) -> NDArray[np.float32]:
    n = min(len(bus), round(FADE * SAMPLE_RATE))
    bus[len(bus) - n :] *= (np.cos(np.linspace(0, np.pi, n, dtype=np.float32))[:, None] + 1) / 2
    return bus
