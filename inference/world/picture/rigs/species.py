"""The bodies of the quadrupeds: proportions in units of their height, and which parts they carry."""

from __future__ import annotations

from typing import NamedTuple


class Species(NamedTuple):
    chest: tuple[float, float, float] = (0.26, -0.44, 0.17)  # x, y, radius
    rump: tuple[float, float, float] = (-0.27, -0.43, 0.165)
    waist: float = 0.15  # radius in the middle
    head: tuple[float, float, float] = (0.42, -0.70, 0.20)
    neck: tuple[float, float] = (0.13, 0.12)  # radius at chest and head
    leg: float = 0.055  # radius at the top
    foot: float = 0.042
    shank: float = 0.8  # radius at the ankle relative to the top
    snout: str = "cat"
    ears: str = "point"
    tail: str = "long"
    hoof: bool = False
    belly: bool = True
    marks: str = ""
    horns: str = ""
    mane: str = ""
    hop: bool = False
    wool: bool = False
    eye: float = 0.15
    spread: float = 0.40
    stride: float = 0.14
    biped: bool = False


# Proportions in the order of `Species`, then the parts.
SPECIES: dict[str, Species] = {
    "cat": Species(
        (0.22, -0.4, 0.155), (-0.26, -0.38, 0.16), 0.135, (0.38, -0.655, 0.235), (0.12, 0.13), 0.055, 0.05,
        marks="tabby", eye=0.17,
    ),
    "dog": Species(
        (0.22, -0.43, 0.165), (-0.27, -0.42, 0.15), 0.135, (0.37, -0.72, 0.215), (0.12, 0.12), 0.058, 0.052,
        snout="dog", ears="flop", tail="wag",
    ),
    "horse": Species(
        (0.2, -0.53, 0.155), (-0.24, -0.53, 0.15), 0.135, (0.44, -0.83, 0.115), (0.12, 0.085), 0.052, 0.036, 0.5,
        snout="horse", ears="leaf", tail="horse", hoof=True, belly=False, mane="horse", spread=0.34, stride=0.15,
    ),
    "unicorn": Species(
        (0.2, -0.51, 0.15), (-0.24, -0.51, 0.146), 0.13, (0.42, -0.78, 0.118), (0.12, 0.085), 0.05, 0.036, 0.5,
        snout="horse", ears="leaf", tail="horse", hoof=True, belly=False, horns="unicorn", mane="horse", eye=0.18,
        spread=0.34, stride=0.15,
    ),
    "zebra": Species(
        (0.2, -0.53, 0.15), (-0.24, -0.53, 0.15), 0.14, (0.42, -0.82, 0.118), (0.12, 0.09), 0.05, 0.036, 0.55,
        snout="zebra", ears="leaf", tail="tuft", hoof=True, belly=False, marks="zebra", mane="brush", spread=0.34,
    ),
    "cow": Species(
        (0.26, -0.5, 0.2), (-0.32, -0.5, 0.2), 0.205, (0.5, -0.74, 0.165), (0.14, 0.12), 0.058, 0.046, 0.7,
        snout="cow", ears="side", tail="tuft", hoof=True, belly=False, marks="patches", horns="cow", spread=0.42,
    ),
    "fox": Species(
        (0.24, -0.41, 0.15), (-0.24, -0.39, 0.145), 0.12, (0.43, -0.66, 0.205), (0.12, 0.11), 0.048, 0.042,
        snout="fox", ears="fox", tail="bush", marks="socks",
    ),
    "wolf": Species(
        (0.24, -0.45, 0.17), (-0.27, -0.43, 0.145), 0.125, (0.43, -0.73, 0.195), (0.15, 0.13), 0.05, 0.045,
        snout="wolf", ears="fox", tail="bush", mane="ruff", eye=0.13,
    ),
    "rabbit": Species(
        (0.13, -0.26, 0.145), (-0.16, -0.25, 0.2), 0.17, (0.26, -0.5, 0.195), (0.11, 0.11), 0.055, 0.05,
        snout="rabbit", ears="rabbit", tail="puff", hop=True, eye=0.18,
    ),
    "mouse": Species(
        (0.2, -0.3, 0.16), (-0.18, -0.3, 0.22), 0.205, (0.36, -0.52, 0.25), (0.13, 0.13), 0.05, 0.048,
        snout="mouse", ears="mouse", tail="whip", eye=0.17, stride=0.11,
    ),
    "squirrel": Species(
        (0.15, -0.36, 0.135), (-0.1, -0.27, 0.19), 0.17, (0.29, -0.6, 0.2), (0.11, 0.11), 0.052, 0.05,
        snout="mouse", ears="tuft", tail="plume", hop=True, eye=0.18,
    ),
    "elephant": Species(
        (0.2, -0.52, 0.245), (-0.26, -0.51, 0.235), 0.245, (0.42, -0.71, 0.215), (0.17, 0.15), 0.105, 0.085, 0.92,
        snout="trunk", ears="elephant", tail="thin", belly=False, horns="tusk", eye=0.1, spread=0.34, stride=0.12,
    ),
    "giraffe": Species(
        (0.12, -0.5, 0.115), (-0.15, -0.46, 0.105), 0.1, (0.27, -0.915, 0.075), (0.085, 0.05), 0.036, 0.028, 0.55,
        snout="cow", ears="side", tail="tuft", hoof=True, belly=False, marks="giraffe", horns="giraffe", mane="brush",
        eye=0.16, spread=0.42, stride=0.13,
    ),
    "lion": Species(
        (0.25, -0.45, 0.17), (-0.32, -0.43, 0.15), 0.135, (0.42, -0.66, 0.195), (0.13, 0.13), 0.062, 0.058,
        snout="lion", ears="round", tail="tuft", mane="lion", eye=0.13,
    ),
    "tiger": Species(
        (0.26, -0.46, 0.18), (-0.34, -0.44, 0.165), 0.155, (0.46, -0.7, 0.215), (0.14, 0.14), 0.066, 0.062,
        snout="lion", ears="round", tail="ring", marks="tiger", eye=0.13,
    ),
    "bear": Species(
        (0.2, -0.44, 0.225), (-0.22, -0.42, 0.235), 0.245, (0.4, -0.74, 0.2), (0.17, 0.16), 0.095, 0.085, 0.95,
        snout="bear", ears="round", tail="stub", eye=0.11, stride=0.11,
    ),
    "panda": Species(
        (0.18, -0.42, 0.22), (-0.2, -0.41, 0.235), 0.25, (0.36, -0.74, 0.225), (0.17, 0.16), 0.095, 0.085, 0.95,
        snout="bear", ears="round", tail="stub", marks="panda", eye=0.12, stride=0.11,
    ),
    "deer": Species(
        (0.18, -0.46, 0.125), (-0.19, -0.46, 0.12), 0.105, (0.33, -0.735, 0.105), (0.095, 0.075), 0.042, 0.03, 0.5,
        snout="deer", ears="deer", tail="stub", hoof=True, marks="fawn", horns="antler", eye=0.17, spread=0.38,
    ),
    "pig": Species(
        (0.26, -0.42, 0.24), (-0.28, -0.42, 0.25), 0.265, (0.44, -0.62, 0.25), (0.18, 0.18), 0.07, 0.056,
        snout="pig", ears="pig", tail="curl", hoof=True, belly=False, eye=0.11, stride=0.1,
    ),
    "sheep": Species(
        (0.22, -0.47, 0.22), (-0.24, -0.47, 0.23), 0.24, (0.45, -0.66, 0.165), (0.12, 0.12), 0.05, 0.042, 0.85,
        snout="sheep", ears="side", tail="stub", hoof=True, belly=False, wool=True, stride=0.1,
    ),
    "goat": Species(
        (0.23, -0.46, 0.17), (-0.26, -0.45, 0.165), 0.155, (0.41, -0.72, 0.155), (0.12, 0.1), 0.048, 0.038, 0.65,
        snout="goat", ears="side", tail="stub", hoof=True, horns="goat", eye=0.14,
    ),
    "monkey": Species(
        (0.14, -0.46, 0.155), (-0.14, -0.37, 0.155), 0.14, (0.24, -0.745, 0.225), (0.11, 0.11), 0.045, 0.048, 0.85,
        snout="monkey", ears="monkey", tail="spiral", eye=0.14,
    ),
    "frog": Species(
        (0.16, -0.38, 0.22), (-0.18, -0.28, 0.26), 0.26, (0.24, -0.56, 0.27), (0.2, 0.2), 0.075, 0.07,
        snout="frog", ears="frog", tail="", hop=True, eye=0.1, spread=0.5,
    ),
    "turtle": Species(
        (0.3, -0.3, 0.17), (-0.3, -0.3, 0.17), 0.17, (0.6, -0.55, 0.19), (0.1, 0.12), 0.09, 0.085, 1.0,
        snout="turtle", ears="", tail="point", marks="shell", stride=0.09,
    ),
    "dinosaur": Species(
        (0.1, -0.52, 0.165), (-0.1, -0.4, 0.195), 0.2, (0.33, -0.81, 0.165), (0.13, 0.13), 0.095, 0.08, 0.75,
        snout="rex", ears="", tail="dino", marks="dino", eye=0.13, biped=True,
    ),
    "dragon": Species(
        (0.18, -0.42, 0.17), (-0.16, -0.38, 0.195), 0.185, (0.38, -0.78, 0.165), (0.12, 0.11), 0.075, 0.065, 0.85,
        snout="dragon", ears="", tail="dragon", marks="spines", horns="dragon", eye=0.14, stride=0.11,
    ),
}  # fmt: skip
