"""Animal voices: one function per effect, mono, at pitch 1 (a cat of cat's size)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from inference.world.sound.synth import Synth, Wave


def rough(s: Synth, hz: Wave, depth: float) -> Wave:
    """Folds that do not swing evenly: the pitch jumps about within `depth`."""
    seconds = len(hz) / s.rate
    return hz * np.clip(s.wobble(seconds, 90, depth), 0.4, 1.8)


def meow(s: Synth) -> Wave:
    hz = s.curve(0.75, (0, 470), (0.3, 690), (0.55, 660), (1, 390)) * s.wobble(0.75, 12, 0.01)
    closed = ((420.0, 200.0, 0.8), (2500.0, 400.0, 0.25))
    front = ((750.0, 260.0, 1.0), (2200.0, 420.0, 0.8), (3400.0, 500.0, 0.25))
    opened = ((1050.0, 300.0, 1.1), (1650.0, 350.0, 0.7), (3300.0, 500.0, 0.2))
    rounded = ((560.0, 220.0, 0.9), (1000.0, 260.0, 0.5))
    return s.morph(s.reed(hz, soft=1600), closed, front, opened, rounded) * s.swell(0.75, 0.2, 0.4)


def bark(s: Synth) -> Wave:
    def woof(gain: float) -> Wave:
        hz = rough(s, s.curve(0.19, (0, 300), (0.25, 430), (1, 190)), 0.1)
        source = s.reed(hz, soft=900) + 0.5 * s.noise(0.19)[: len(hz)]
        return (
            gain
            * s.vowel(source, (620.0, 260.0, 1.0), (1250.0, 380.0, 0.8), (2500.0, 600.0, 0.25))
            * s.hit(0.19, 0.06, 0.012)
        )

    return s.place((0, woof(1.0)), (0.27, woof(0.9)))


def moo(s: Synth) -> Wave:
    hz = s.curve(1.5, (0, 118), (0.2, 142), (0.7, 150), (1, 108)) * s.wobble(1.5, 10, 0.012)
    lips = ((240.0, 140.0, 1.0), (900.0, 200.0, 0.08))
    throat = ((330.0, 150.0, 1.0), (780.0, 200.0, 0.6), (2200.0, 400.0, 0.08))
    return s.morph(s.reed(hz, soft=350), lips, throat, throat, lips) * s.swell(1.5, 0.15, 0.3)


def neigh(s: Synth) -> Wave:
    t = s.times(1.4)
    hz = s.curve(1.4, (0, 750), (0.12, 1150), (0.5, 900), (1, 420)) * (1 + 0.10 * np.sin(2 * np.pi * 12.5 * t))
    shaking = 0.6 + 0.4 * np.sin(2 * np.pi * 12.5 * t + 1)
    voice = s.vowel(
        s.reed(rough(s, hz, 0.04), soft=1800), (1100.0, 500.0, 1.0), (2300.0, 700.0, 0.7), (3600.0, 900.0, 0.3)
    )
    snort = 0.3 * s.band(s.noise(0.4), 300, 1800) * (0.5 + 0.5 * s.sine(38, 0.4)) * s.swell(0.4, 0.2, 0.5)
    return s.place((0, voice * shaking * s.swell(1.4, 0.1, 0.4)), (1.15, snort))


def roar(s: Synth) -> Wave:
    hz = rough(s, s.curve(1.7, (0, 75), (0.25, 125), (0.6, 105), (1, 60)), 0.22)
    source = s.reed(hz, 5000, soft=600) + 0.8 * s.noise(1.7) * (0.6 + 0.4 * s.sine(hz * 0.5))
    low = ((300.0, 200.0, 1.0), (750.0, 300.0, 0.5))
    wide = ((480.0, 260.0, 1.2), (950.0, 420.0, 0.9), (2300.0, 800.0, 0.25))
    return s.morph(source, low, wide, wide, low) * s.swell(1.7, 0.2, 0.45)


def growl(s: Synth) -> Wave:
    hz = rough(s, s.curve(1.1, (0, 52), (0.5, 60), (1, 48)), 0.18)
    source = s.reed(hz, 2500, soft=350) * (1 + 0.5 * s.sine(27, 1.1)[: len(hz)])
    return s.vowel(source, (230.0, 160.0, 1.0), (620.0, 260.0, 0.5), (1400.0, 500.0, 0.12)) * s.swell(1.1, 0.25, 0.35)


def howl(s: Synth) -> Wave:
    t = s.times(2.2)
    hz = s.curve(2.2, (0, 240), (0.2, 520), (0.65, 545), (1, 270)) * (1 + 0.012 * np.sin(2 * np.pi * 5 * t))
    return (
        s.vowel(s.reed(hz, 3000, soft=500), (520.0, 260.0, 1.0), (1050.0, 300.0, 0.25)) + 0.4 * s.sine(hz)
    ) * s.swell(2.2, 0.2, 0.35)


def oink(s: Synth) -> Wave:
    def grunt(seconds: float, start: float, end: float) -> Wave:
        hz = rough(s, s.curve(seconds, (0, start), (1, end)), 0.25)
        source = s.reed(hz, 5000, soft=1000) + 0.5 * s.noise(seconds)
        return s.vowel(source, (480.0, 220.0, 1.0), (1350.0, 260.0, 0.9), (2800.0, 500.0, 0.3)) * s.swell(
            seconds, 0.2, 0.4
        )

    return s.place((0, 0.8 * grunt(0.16, 95, 120)), (0.21, grunt(0.26, 110, 230)))


def baa(s: Synth) -> Wave:
    t = s.times(0.95)
    tremble = 1 + 0.55 * np.sin(2 * np.pi * 8.5 * t)
    hz = s.curve(0.95, (0, 300), (0.15, 345), (1, 290)) * (1 + 0.03 * np.sin(2 * np.pi * 8.5 * t))
    voice = s.vowel(s.reed(hz, soft=1000), (820.0, 200.0, 1.0), (1700.0, 260.0, 0.9), (2900.0, 400.0, 0.3))
    return voice * tremble * s.swell(0.95, 0.08, 0.3)


def squeak(s: Synth) -> Wave:
    def cry(low: float, high: float) -> Wave:
        hz = s.curve(0.11, (0, low), (0.5, high), (1, low * 1.05))
        return (s.sine(hz) + 0.3 * s.sine(hz * 2)) * s.swell(0.11, 0.2, 0.4)

    return s.place((0, cry(2300, 3300)), (0.15, 0.8 * cry(2500, 3500)))


def trumpet(s: Synth) -> Wave:
    hz = rough(s, s.curve(1.3, (0, 290), (0.12, 460), (0.5, 560), (0.85, 500), (1, 380)), 0.03)
    source = s.reed(hz, 8000, soft=2200) * (1 + 0.4 * s.sine(44, 1.3)[: len(hz)])
    brass = s.vowel(source, (620.0, 300.0, 0.7), (1250.0, 500.0, 1.0), (2600.0, 900.0, 0.6))
    return brass * s.swell(1.3, 0.08, 0.3)


def croak(s: Synth) -> Wave:
    def pulse_train(seconds: float, hz: float, rate: float) -> Wave:
        gate = np.exp(3 * (np.cos(s.phase(np.full(s.count(seconds), rate, np.float32))) - 1))
        tone = s.sine(s.curve(seconds, (0, hz), (1, hz * 1.25))) + 0.5 * s.sine(
            s.curve(seconds, (0, hz * 2.1), (1, hz * 2.5))
        )
        return tone * gate * s.swell(seconds, 0.2, 0.3)

    return s.place((0, 0.8 * pulse_train(0.16, 480, 62)), (0.2, pulse_train(0.2, 640, 78)))


def chirp(s: Synth) -> Wave:
    def tweet(low: float, high: float, seconds: float) -> Wave:
        return s.sine(s.curve(seconds, (0, high), (0.35, low), (1, high * 0.93))) * s.swell(seconds, 0.2, 0.5)

    top = float(s.rng.uniform(4300, 5200))
    return s.place(*[(0.12 * i, (0.7 + 0.1 * i) * tweet(top * 0.68, top, 0.085)) for i in range(3)])


def hoot(s: Synth) -> Wave:
    def hoo(seconds: float) -> Wave:
        hz = s.curve(seconds, (0, 340), (0.25, 385), (1, 355))
        return (s.sine(hz) + 0.12 * s.sine(hz * 2) + 0.05 * s.band(s.noise(seconds), 300, 900)) * s.swell(
            seconds, 0.3, 0.45
        )

    return s.place((0, hoo(0.3)), (0.45, 0.8 * hoo(0.16)), (0.68, hoo(0.5)))


def quack(s: Synth) -> Wave:
    def call(gain: float) -> Wave:
        hz = rough(s, s.curve(0.21, (0, 215), (0.2, 235), (1, 165)), 0.05)
        return (
            gain
            * s.vowel(s.reed(hz, soft=2500), (1050.0, 220.0, 1.0), (1950.0, 300.0, 0.9), (3000.0, 500.0, 0.3))
            * s.swell(0.21, 0.08, 0.5)
        )

    return s.place((0, call(1.0)), (0.27, call(0.8)))


def cluck(s: Synth) -> Wave:
    def buk(seconds: float, start: float, end: float) -> Wave:
        hz = s.curve(seconds, (0, start), (1, end))
        return s.vowel(s.reed(hz, soft=1200), (760.0, 260.0, 1.0), (1500.0, 400.0, 0.5)) * s.hit(
            seconds, seconds / 2.5, 0.006
        )

    return s.place((0, 0.7 * buk(0.07, 420, 330)), (0.15, 0.7 * buk(0.07, 430, 330)), (0.33, buk(0.32, 560, 760)))


def squawk(s: Synth) -> Wave:
    hz = rough(s, s.curve(0.42, (0, 560), (0.3, 820), (1, 520)), 0.14)
    source = s.reed(hz, soft=3500) + 0.4 * s.noise(0.42)
    return s.vowel(source, (1500.0, 500.0, 1.0), (2900.0, 700.0, 0.8)) * s.swell(0.42, 0.08, 0.45)


def screech(s: Synth) -> Wave:
    hz = rough(s, s.curve(1.0, (0, 2500), (0.1, 3300), (0.6, 2800), (1, 2000)), 0.015)
    return (s.sine(hz) + 0.4 * s.sine(hz * 2) + 0.25 * s.band(s.noise(1.0), 2000, 6000)) * s.swell(1.0, 0.06, 0.6)


def buzz(s: Synth) -> Wave:
    hz = s.curve(1.2, (0, 195), (0.4, 235), (0.7, 210), (1, 225)) * s.wobble(1.2, 14, 0.03)
    return (
        s.vowel(s.reed(hz, 6000, soft=1500), (450.0, 400.0, 1.0), (1800.0, 1200.0, 0.6))
        * s.wobble(1.2, 8, 0.2)
        * s.swell(1.2, 0.25, 0.35)
    )


def whale(s: Synth) -> Wave:
    hz = s.curve(2.6, (0, 170), (0.3, 310), (0.5, 260), (0.75, 420), (1, 190)) * s.wobble(2.6, 6, 0.008)
    song = (s.sine(hz) + 0.45 * s.sine(hz * 2) + 0.2 * s.sine(hz * 3)) * s.swell(2.6, 0.25, 0.4)
    return s.place((0, song), (0.33, 0.35 * song), (0.7, 0.15 * song))


def dolphin(s: Synth) -> Wave:
    whistled = s.sine(s.curve(0.6, (0, 4200), (0.35, 8200), (0.6, 6100), (1, 9000))) * s.swell(0.6, 0.15, 0.3)
    tick = s.band(s.noise(0.012), 3000, 9000) * s.hit(0.012, 0.002, 0.0004)
    clicks = [(0.028 * i * (1 - 0.012 * i), 0.9 * tick) for i in range(20)]
    return s.place(*clicks, (0.35, 0.6 * whistled))
