"""The bed of a scene: what a place and its weather sound like when nobody does anything. Stereo, [samples, 2]."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inference.world.scene import SAMPLE_RATE
from inference.world.sound import animals, objects
from inference.world.sound.loudness import weighted
from inference.world.sound.synth import Synth, generator, layered, unit
from inference.world.words.sounds import ambiences

if TYPE_CHECKING:
    from inference.world.scene import Background, Layers
    from inference.world.sound.synth import Wave

Samples = NDArray[np.float32]
Bed = Callable[[Synth, float], Samples]

OVERLAP = 0.3  # seconds in which two beds are heard
LEVEL = 0.05  # K-weighted RMS of a bed of gain 1, both channels together


def ambience(background: Background, seconds: float) -> Samples:
    """All beds of the place, summed at their gains."""
    total = np.zeros((round(seconds * SAMPLE_RATE), 2), np.float32)
    for name, gain in ambiences(background.place, background.weather, background.time):
        total += np.float32(gain) * render(name, background.seed, seconds)
    return total


def bed(layers: Layers) -> Samples:
    """The ambience under a whole clip. Where the next shot is in another place or weather, one fades into the other."""
    total = np.zeros((round(layers.seconds * SAMPLE_RATE), 2), np.float32)
    at = 0.0
    for background, seconds in _stretches(layers):
        sound = ambience(background, seconds + (OVERLAP if at + seconds < layers.seconds - 1e-6 else 0.0))
        start, fade = round(at * SAMPLE_RATE), round(OVERLAP * SAMPLE_RATE)
        if start:
            sound[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)[: len(sound), None]
        if at + seconds < layers.seconds - 1e-6:
            sound[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)[-len(sound) :, None]
        end = min(len(total), start + len(sound))
        total[start:end] += sound[: end - start]
        at += seconds
    return total


def _stretches(layers: Layers) -> list[tuple[Background, float]]:
    """Backgrounds with their seconds; neighbours that sound alike are one."""
    found: list[tuple[Background, float]] = []
    for shot in layers.shots or (layers,):
        if found and found[-1][0] == shot.background:
            found[-1] = shot.background, found[-1][1] + shot.seconds
        else:
            found.append((shot.background, shot.seconds))
    return found


def render(name: str, seed: int, seconds: float) -> Samples:
    bed, level = AMBIENCES[name]
    sound = _exactly(bed(Synth(generator(seed, name), SAMPLE_RATE), seconds), round(seconds * SAMPLE_RATE))
    power = float(np.mean(np.square(weighted(sound)))) * 2
    return sound * np.float32(level * LEVEL / max(np.sqrt(power), 1e-6))


def _exactly(sound: Samples, length: int) -> Samples:
    out = np.zeros((length, 2), np.float32)
    out[: min(length, len(sound))] = sound[:length]
    return out


# helpers -------------------------------------------------------------------------------------------------------------
def wide(make: Callable[[], Wave]) -> Samples:
    """Two takes of one noise, left and right: the same everywhere and from nowhere."""
    return np.stack([make(), make()], axis=1)


def scatter(s: Synth, seconds: float, every: float, make: Callable[[float], Wave]) -> Samples:
    """Small sounds about `every` seconds, each somewhere left or right and near or far. `make` takes a pitch."""
    out = np.zeros((s.count(seconds), 2), np.float32)
    at = float(s.rng.uniform(0, min(every, 0.5)))
    while at < seconds - 0.1:
        wave = make(float(s.rng.uniform(0.8, 1.25)))[: len(out) - s.count(at)]
        pan, gain = float(s.rng.uniform(0.1, 0.9)), float(s.rng.uniform(0.35, 1))
        start = s.count(at)
        out[start : start + len(wave), 0] += gain * np.float32(np.sqrt(1 - pan)) * wave
        out[start : start + len(wave), 1] += gain * np.float32(np.sqrt(pan)) * wave
        at += every * float(s.rng.uniform(0.5, 1.6))
    return out


def gusts(s: Synth, seconds: float, hz: float, depth: float) -> Wave:
    """A slow rise and fall with a random start, never silent."""
    t = s.times(seconds)
    start = float(s.rng.uniform(0, 2 * np.pi))
    slow = np.sin(2 * np.pi * hz * t + start) + 0.5 * np.sin(2 * np.pi * hz * 2.7 * t + 2 * start)
    return np.clip(1 + depth * slow, 0.08, None).astype(np.float32)


def at_pitch(s: Synth, pitch: float) -> Synth:
    return Synth(s.rng, s.rate / pitch, s.ground)


# beds ----------------------------------------------------------------------------------------------------------------
def wind(s: Synth, seconds: float) -> Samples:
    def side() -> Wave:
        air = s.rumble(seconds, 420)
        whistle = unit(s.band(s.noise(seconds), 520, 760, order=2)) * gusts(s, seconds, 0.35, 0.7)
        return (air + 0.35 * whistle) * gusts(s, seconds, 0.22, 0.4)

    return wide(side)


def leaves(s: Synth, seconds: float) -> Samples:
    return wide(
        lambda: s.band(s.noise(seconds), 1800, 7000) * gusts(s, seconds, 0.5, 0.5) * s.wobble(seconds, 12, 0.25)
    )


def birds(s: Synth, seconds: float) -> Samples:
    def song(pitch: float) -> Wave:
        one = animals.chirp(at_pitch(s, pitch * float(s.rng.choice([0.55, 0.75, 1.0]))))
        return np.concatenate([one, one[: int(len(one) * float(s.rng.uniform(0.2, 1)))]])

    return scatter(s, seconds, 0.55, song)


def crickets(s: Synth, seconds: float) -> Samples:
    out = np.zeros((s.count(seconds), 2), np.float32)
    for hz, rate, pan in ((4100, 2.6, 0.2), (4550, 3.1, 0.8), (4900, 2.2, 0.55)):
        t = s.times(seconds) + np.float32(s.rng.uniform(0, 1))
        trill = np.clip(np.sin(2 * np.pi * 32 * t), 0, 1) * np.clip(np.sin(2 * np.pi * rate * t) * 4, 0, 1)
        call = s.sine(float(hz), seconds) * trill.astype(np.float32)
        out += call[:, None] * np.sqrt(np.array([1 - pan, pan], np.float32))
    return out


def waves(s: Synth, seconds: float) -> Samples:
    t = s.times(seconds)
    period = 4.2
    swell = ((t / period + s.rng.uniform(0.1, 0.5)) % 1.0).astype(np.float32)
    rise = np.where(swell < 0.4, (swell / 0.4) ** 2, np.exp(-(swell - 0.4) / 0.2)).astype(np.float32)
    rise = s.low(rise, 6, order=1)  # rounds the moment of breaking

    def side() -> Wave:
        body = unit(s.low(s.noise(seconds), 700)) * (0.3 + rise)
        foam = unit(s.band(s.noise(seconds), 1500, 7000)) * np.roll(rise, s.count(0.25)) * rise
        return body + 0.8 * foam

    return wide(side)


def stream(s: Synth, seconds: float) -> Samples:
    water = wide(lambda: unit(s.band(s.noise(seconds), 500, 3200)) * s.wobble(seconds, 6, 0.15))
    drops = scatter(s, seconds, 0.035, lambda pitch: objects.drop(s, 850 * pitch**3))
    return 0.45 * water + 0.8 * drops


def underwater(s: Synth, seconds: float) -> Samples:
    deep = wide(lambda: s.rumble(seconds, 130) * gusts(s, seconds, 0.3, 0.3))
    return 0.6 * deep + 0.7 * scatter(s, seconds, 0.6, lambda pitch: objects.bubble(at_pitch(s, pitch)))


def city(s: Synth, seconds: float) -> Samples:
    def side() -> Wave:
        hum = s.rumble(seconds, 170)
        passing = unit(s.band(s.noise(seconds), 250, 1300)) * gusts(s, seconds, 0.3, 0.7)
        return hum + 0.5 * passing

    horns = scatter(s, seconds, 2.6, lambda pitch: s.low(objects.horn(at_pitch(s, pitch)), 900))
    return wide(side) + 0.7 * horns


def room(s: Synth, seconds: float) -> Samples:
    tone = wide(lambda: s.rumble(seconds, 260))
    tick = s.place(*[(0.25 + 0.5 * i, objects.click(s)) for i in range(int(seconds * 2))], (0, s.silence(seconds)))
    return tone + 1.6 * tick[: len(tone), None]


def kitchen(s: Synth, seconds: float) -> Samples:
    hum = s.sine(100.0, seconds) + 0.4 * s.sine(200.0, seconds)
    simmer = wide(lambda: unit(s.band(s.noise(seconds), 900, 5000)) * s.wobble(seconds, 20, 0.3))

    def clink(pitch: float) -> Wave:
        return layered(s.sine(hz * pitch, 0.35) * s.hit(0.35, 0.07, 0.001) for hz in (2900.0, 4370.0, 6100.0))

    return 0.35 * hum[:, None] + 0.5 * simmer + 0.8 * scatter(s, seconds, 1.1, clink)


def farm(s: Synth, seconds: float) -> Samples:
    calls = (animals.cluck, animals.moo, animals.cluck, animals.baa, animals.oink)

    def call(pitch: float) -> Wave:
        return unit(s.low(calls[int(s.rng.integers(len(calls)))](at_pitch(s, pitch)), 1600))

    return 0.5 * wind(s, seconds) + 0.8 * scatter(s, seconds, 1.2, call)


def crowd(s: Synth, seconds: float) -> Samples:
    def side() -> Wave:
        talk = [
            unit(s.band(s.noise(seconds), hz * 0.8, hz * 1.25)) * s.wobble(seconds, 5, 0.5)
            for hz in (320, 520, 780, 1300)
        ]
        return np.sum(talk, axis=0)

    return wide(side)


def space(s: Synth, seconds: float) -> Samples:
    drone = layered(s.sine(hz, seconds) * gusts(s, seconds, 0.2, 0.4) for hz in (55.0, 82.6, 110.4, 165.1))
    air = wide(lambda: unit(s.band(s.noise(seconds), 300, 900)) * gusts(s, seconds, 0.17, 0.6))
    shine = scatter(s, seconds, 1.3, lambda pitch: s.sine(1480.0 * pitch, 1.4) * s.swell(1.4, 0.3, 0.6))
    return 0.5 * drone[:, None] + 0.35 * air + 0.12 * shine


def rain(s: Synth, seconds: float) -> Samples:
    def side() -> Wave:
        hiss = unit(s.high(s.noise(seconds), 1400, order=1))
        drumming = s.noise(seconds) * (s.rng.random(s.count(seconds), dtype=np.float32) < 0.02)
        return 0.7 * hiss + 0.5 * unit(s.band(drumming, 500, 3500))

    return wide(side)


def storm(s: Synth, seconds: float) -> Samples:
    out = 0.6 * wind(s, seconds)
    at = float(s.rng.uniform(0.1, 0.3)) * seconds
    while at < seconds - 0.5:
        clap = 1.6 * unit(objects.thunder(at_pitch(s, float(s.rng.uniform(0.75, 1.0)))))[: len(out) - s.count(at)]
        out[s.count(at) : s.count(at) + len(clap)] += clap[:, None]
        at += float(s.rng.uniform(3.5, 5.5))
    return out


def gulls(s: Synth, seconds: float) -> Samples:
    def cry(pitch: float) -> Wave:
        hz = pitch * s.curve(0.45, (0, 900), (0.2, 1350), (1, 820))
        call = s.vowel(s.reed(hz, soft=2500), (1400.0, 500.0, 1.0), (2700.0, 600.0, 0.5)) * s.swell(0.45, 0.15, 0.6)
        return s.place((0, call), (0.5, 0.8 * call))

    return scatter(s, seconds, 1.7, cry)


# name -> (bed, level): the closed list of `words.sounds.AMBIENCES`. Few separate calls need more level than a wash.
AMBIENCES: dict[str, tuple[Bed, float]] = {
    "wind": (wind, 1.0),
    "birds": (birds, 0.7),
    "crickets": (crickets, 0.6),
    "waves": (waves, 1.2),
    "underwater": (underwater, 1.0),
    "city": (city, 1.0),
    "room": (room, 0.35),
    "kitchen": (kitchen, 0.5),
    "farm": (farm, 1.0),
    "crowd": (crowd, 0.9),
    "space": (space, 1.0),
    "rain": (rain, 1.2),
    "storm": (storm, 1.5),
    "leaves": (leaves, 0.6),
    "stream": (stream, 0.9),
    "gulls": (gulls, 0.8),
}
