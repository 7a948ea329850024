"""Contacts, motion, machines, human noises, instruments: one function per effect, mono, at pitch 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.world.sound.synth import layered

if TYPE_CHECKING:
    from inference.world.sound.synth import Synth, Wave

VOWEL_A = ((730.0, 160.0, 1.0), (1150.0, 200.0, 0.6), (2500.0, 300.0, 0.15))
VOWEL_U = ((340.0, 120.0, 1.0), (850.0, 160.0, 0.3), (2300.0, 300.0, 0.05))


# contacts ------------------------------------------------------------------------------------------------------------
def thump(s: Synth, seconds: float, start: float, end: float, decay: float) -> Wave:
    """A body hitting something: a tone that falls while it dies away."""
    return s.sine(s.curve(seconds, (0, start), (0.3, end), (1, end))) * s.hit(seconds, decay)


def grains(s: Synth, seconds: float, count: int, low: float, high: float) -> Wave:
    """Crackle: `count` tiny noises within the length."""
    parts = [
        (at, float(s.rng.uniform(0.3, 1)) * s.band(s.noise(0.03), low, high) * s.hit(0.03, 0.006, 0.0007))
        for at in np.sort(s.rng.uniform(0, seconds, count))
    ]
    return s.place(*parts)


def contact(s: Synth) -> Wave:
    """What the ground itself answers to a foot."""
    match s.ground:
        case "hard":
            return 0.8 * s.band(s.noise(0.09), 1200, 3800) * s.hit(0.09, 0.010, 0.001)
        case "snow":
            return 1.2 * grains(s, 0.2, 34, 1000, 4500)
        case "sand":
            return 0.7 * s.band(s.noise(0.2), 450, 2400) * s.swell(0.2, 0.35, 0.6)
        case "water":
            return 0.8 * s.place((0, s.band(s.noise(0.18), 500, 4200) * s.hit(0.18, 0.05)), (0.07, 0.9 * drop(s, 700)))
        case _:
            return 0.5 * s.band(s.noise(0.11), 2600, 8000) * s.swell(0.11, 0.2, 0.7)


def step(s: Synth) -> Wave:
    return s.place((0, 0.5 * thump(s, 0.12, 150, 95, 0.028)), (0.006, 0.9 * unit_peak(contact(s))))


def paw(s: Synth) -> Wave:
    return s.place((0, 0.7 * thump(s, 0.09, 260, 170, 0.018)), (0.004, 0.35 * contact(s)))


def hoof(s: Synth) -> Wave:
    clop = 0.8 * thump(s, 0.1, 760, 560, 0.020) + 0.4 * s.band(s.noise(0.1), 1100, 1900) * s.hit(0.1, 0.012)
    return s.place((0, clop), (0, 0.6 * thump(s, 0.12, 170, 120, 0.03)), (0.004, 0.3 * contact(s)))


def hop(s: Synth) -> Wave:
    return s.sine(s.curve(0.17, (0, 260), (0.4, 380), (1, 720))) * s.swell(0.17, 0.12, 0.5)


def land(s: Synth) -> Wave:
    return s.place((0, 1.2 * thump(s, 0.22, 130, 62, 0.06)), (0.004, 1.1 * contact(s)))


def thud(s: Synth) -> Wave:
    body = thump(s, 0.4, 95, 42, 0.11)
    return s.place((0, body), (0, 0.5 * s.low(s.noise(0.2), 420) * s.hit(0.2, 0.04)))


def crunch(s: Synth) -> Wave:
    bite = 0.8 * s.band(s.noise(0.09), 900, 5000) * s.hit(0.09, 0.022)
    return s.place((0, bite), (0.02, grains(s, 0.2, 34, 1200, 5500)))


def pop(s: Synth) -> Wave:
    return s.sine(s.curve(0.08, (0, 330), (0.5, 1050), (1, 1250))) * s.hit(0.08, 0.022, 0.003)


def click(s: Synth) -> Wave:
    tick = s.band(s.noise(0.03), 2200, 7000) * s.hit(0.03, 0.004, 0.0005)
    return s.place((0, tick), (0, 0.7 * s.sine(2100, 0.03) * s.hit(0.03, 0.006, 0.0005)))


# water and air -------------------------------------------------------------------------------------------------------
def drop(s: Synth, hz: float) -> Wave:
    """A bubble of air in water: a tone that rises as it closes."""
    return s.sine(s.curve(0.12, (0, hz), (1, hz * 1.9))) * s.hit(0.12, 0.03, 0.004)


def bubble(s: Synth) -> Wave:
    starts = np.cumsum(s.rng.uniform(0.05, 0.11, 4))
    return s.place(*[(at, drop(s, float(s.rng.uniform(330, 620)))) for at in starts])


def splash(s: Synth) -> Wave:
    body = s.sweep(s.noise(0.9), (2200, 1500, 900, 700), 1.4) * s.hit(0.9, 0.18, 0.006)
    drops = [(at, 0.35 * drop(s, float(s.rng.uniform(500, 1400)))) for at in s.rng.uniform(0.12, 0.75, 9)]
    return s.place((0, unit_peak(body)), (0, 0.7 * thump(s, 0.25, 190, 80, 0.05)), *drops)


def flap(s: Synth) -> Wave:
    down = s.sweep(s.noise(0.15), (380, 900, 420), 1.1) * s.swell(0.15, 0.35, 0.5)
    up = s.sweep(s.noise(0.12), (800, 1700), 0.9) * s.swell(0.12, 0.4, 0.5)
    return s.place((0, down), (0.13, 0.3 * up))


def whoosh(s: Synth) -> Wave:
    return s.sweep(s.noise(0.7), (260, 700, 2100, 1100, 380), 0.9) * s.swell(0.7, 0.45, 0.5)


def boing(s: Synth) -> Wave:
    t = s.times(0.85)
    hz = np.float32(230) * (1 + np.float32(0.35) * np.exp(-t / 0.3) * np.sin(2 * np.pi * 11 * t)) * (1 + 0.25 * t)
    body = s.sine(hz) + 0.5 * s.sine(hz * 2.01) + 0.25 * s.sine(hz * 3.98)
    return body * s.hit(0.85, 0.26, 0.004)


# machines ------------------------------------------------------------------------------------------------------------
RUN = 1.8  # seconds of a running machine: its ends overlap with those of the next one, 1.4 s later


def engine(s: Synth) -> Wave:
    hz = s.curve(RUN, (0, 62), (0.5, 78), (1, 62)) * s.wobble(RUN, 9, 0.02)
    chug = 1 + 0.35 * s.sine(hz * 0.5)
    return (s.low(s.reed(hz), 520) + 0.25 * s.band(s.noise(RUN), 150, 1200)) * chug * s.swell(RUN, 0.22, 0.22)


def horn(s: Synth) -> Wave:
    tones = layered(s.reed(s.curve(0.5, (0, hz * 0.97), (0.08, hz), (1, hz)), 4500, soft=2500) for hz in (415, 523))
    return s.band(tones, 350, 2600) * s.swell(0.5, 0.06, 0.12)


def whistle(s: Synth) -> Wave:
    bend = s.curve(1.1, (0, 0.94), (0.15, 1), (0.8, 1), (1, 0.93))
    tones = layered(s.sine(hz * bend) + 0.35 * s.sine(2 * hz * bend) for hz in (554, 659, 880))
    return (0.5 * tones + 0.35 * s.band(s.noise(1.1), 900, 5000)) * s.swell(1.1, 0.12, 0.25)


def rocket(s: Synth) -> Wave:
    crackle = 1 + 0.6 * np.clip(s.low(s.noise(2.2), 40) * 6, -1, 2)
    fire = s.rumble(2.2, 160) + 0.4 * s.band(s.noise(2.2), 300, 2400)
    return fire * crackle * s.swell(2.2, 0.08, 0.5)


def propeller(s: Synth) -> Wave:
    beat = s.phase(s.curve(RUN, (0, 21), (0.5, 23), (1, 21)))
    blades = np.exp(3 * (np.cos(beat) - 1))
    air = 1.4 * s.band(s.noise(RUN), 90, 700) + 0.35 * s.low(s.reed(np.full(s.count(RUN), 126, np.float32)), 900)
    return air * (0.15 + blades) * s.swell(RUN, 0.22, 0.22)


def beep(s: Synth) -> Wave:
    def tone(hz: float, seconds: float) -> Wave:
        return s.low(s.reed(np.full(s.count(seconds), hz, np.float32), soft=3000), 3000) * s.swell(seconds, 0.08, 0.12)

    hz = s.rng.choice([880.0, 1175.0, 1319.0, 1568.0], 3)
    return s.place((0, tone(hz[0], 0.08)), (0.1, tone(hz[1], 0.08)), (0.2, tone(hz[2], 0.14)))


# people --------------------------------------------------------------------------------------------------------------
def laugh(s: Synth) -> Wave:
    syllables = []
    for i in range(5):
        voiced = s.morph(s.reed(s.curve(0.15, (0, 290 - 14 * i), (1, 235 - 14 * i)), soft=800), VOWEL_A, VOWEL_A)
        breath = 0.5 * s.band(s.noise(0.15), 900, 3500) * s.hit(0.15, 0.02)
        syllables.append((0.17 * i, (voiced + breath) * s.hit(0.15, 0.07, 0.02) * (1 - 0.1 * i)))
    return s.place(*syllables)


def sob(s: Synth) -> Wave:
    def moan(seconds: float, high: float, low: float) -> Wave:
        hz = s.curve(seconds, (0, high * 0.9), (0.25, high), (1, low)) * (1 + 0.03 * s.sine(6.5, seconds))
        return s.morph(s.reed(hz, soft=700), VOWEL_A, VOWEL_U) * s.swell(seconds, 0.15, 0.5)

    sniff = 0.35 * s.sweep(s.noise(0.16), (1500, 3800), 0.7) * s.swell(0.16, 0.6, 0.2)
    return s.place(
        (0, 0.8 * moan(0.2, 370, 330)), (0.24, 0.8 * moan(0.2, 365, 320)), (0.5, moan(0.6, 390, 240)), (1.1, sniff)
    )


def snore(s: Synth) -> Wave:
    rattle = np.exp(4 * (np.cos(s.phase(s.curve(0.9, (0, 26), (1, 36)))) - 1))
    inhale = s.sweep(s.noise(0.9), (260, 420, 520), 0.8) * rattle * s.swell(0.9, 0.3, 0.15)
    exhale = 0.25 * s.sweep(s.noise(0.7), (700, 480, 380), 0.5) * s.swell(0.7, 0.2, 0.6)
    return s.place((0, inhale), (1.0, exhale))


def clap(s: Synth) -> Wave:
    def slap(gain: float) -> Wave:
        return gain * s.band(s.noise(0.12), 850, 2600, order=2) * s.hit(0.12, 0.018, 0.0008)

    return s.place((0, slap(0.6)), (0.009, slap(0.5)), (0.019, slap(1.0)))


# instruments and magic -----------------------------------------------------------------------------------------------
def bell(s: Synth) -> Wave:
    partials = (
        (0.5, 0.5, 1.3),
        (1, 1, 0.9),
        (1.19, 0.7, 0.7),
        (1.5, 0.4, 0.5),
        (2, 0.6, 0.45),
        (2.74, 0.3, 0.25),
        (4.1, 0.2, 0.12),
    )
    return layered(gain * s.sine(660 * ratio, 2.0) * s.hit(2.0, decay, 0.001) for ratio, gain, decay in partials)


def plucked(s: Synth, hz: float, seconds: float) -> Wave:
    """A string: each harmonic dies away sooner than the one below it."""
    return layered(
        s.sine(hz * n, seconds) * s.hit(seconds, 0.6 / n**0.8, 0.002) * (1 / n)
        for n in range(1, 8)
        if hz * n < 0.45 * s.rate
    )


def strum(s: Synth) -> Wave:
    notes = (196.0, 261.63, 329.63, 392.0, 523.25)
    return s.place(*[(0.024 * i, plucked(s, hz, 1.1)) for i, hz in enumerate(notes)])


def drum(s: Synth) -> Wave:
    skin = thump(s, 0.35, 210, 128, 0.09)
    return s.place((0, skin), (0, 0.6 * s.band(s.noise(0.2), 1400, 6000) * s.hit(0.2, 0.05)))


def sparkle(s: Synth) -> Wave:
    scale = 1046.5 * 2 ** (np.array([0, 2, 4, 7, 9, 12, 14, 16, 19, 21, 24]) / 12)
    notes = [
        (0.065 * i, s.sine(float(hz), 0.5) * s.hit(0.5, 0.13, 0.001) * float(s.rng.uniform(0.5, 1)))
        for i, hz in enumerate(scale)
    ]
    return s.place(*notes)


def thunder(s: Synth) -> Wave:
    crack = 0.9 * s.band(s.noise(0.5), 200, 3500) * s.hit(0.5, 0.09, 0.004)
    rolls = s.curve(3.0, (0, 0.2), (0.05, 1), (0.2, 0.55), (0.32, 0.9), (0.5, 0.4), (0.62, 0.55), (1, 0))
    roll = s.rumble(3.0, 130) + 0.4 * s.band(s.noise(3.0), 90, 500)
    return s.place((0, crack), (0.03, roll * rolls * s.wobble(3.0, 7, 0.3)))


def unit_peak(x: Wave) -> Wave:
    return x / max(float(np.abs(x).max()), 1e-9)
