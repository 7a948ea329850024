"""The gates of `sketch-1`: how prompts are understood, what a remix leaves alone, what picture and sound show."""

from __future__ import annotations

from inference.evaluate import cases, remixing, showing, understanding
from inference.evaluate.measure import Row

SHOWN, SHOWN_QUICK = 40, 6  # held-out prompts that are drawn and heard
QUICK = 60


def run(seed: int, quick: bool = False) -> list[Row]:
    """`quick`: every gate on fewer prompts, spread over the list."""
    told, remixes = cases.load("held_out"), cases.remixes()
    if quick:
        told, remixes = told[:: len(told) // QUICK], remixes[:: len(remixes) * 2 // QUICK]
    drawn = told[:: max(1, len(told) // (SHOWN_QUICK if quick else SHOWN))]
    return [*understanding.rows(told, seed), *remixing.rows(remixes, seed), *showing.rows(drawn, seed)]
