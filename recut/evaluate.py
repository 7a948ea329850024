"""`recut evaluate MODEL`: the gates of a model with their numbers; exit code 1 when one fails."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from recut.errors import OperatorError

if TYPE_CHECKING:
    from pathlib import Path

CLIPS, CLIPS_QUICK = 128, 12  # held-out clips of recut-1
PACKAGES = ("numpy", "scipy", "av", "thorvg-python", "msgspec")


def evaluate(model: str, seed: int, quick: bool, sheets: Path | None, training: Path | None) -> int:
    print(_machine())
    return _sketch_1(seed, quick, sheets) if model == "sketch-1" else _recut_1(seed, quick, training)


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {packages}"


def _sketch_1(seed: int, quick: bool, sheets: Path | None) -> int:
    from inference.digest import model_digest
    from inference.evaluate import gates
    from inference.evaluate.measure import table
    from inference.world.scene import WORLD_VERSION

    print(f"sketch-1 {model_digest()[:12]}, world version {WORLD_VERSION}, seed {seed}{', quick' if quick else ''}\n")
    rows = gates.run(seed, quick)
    print(table(rows))
    if sheets is not None:
        _show(sheets, seed)
    failed = [row.name for row in rows if not row.passed]
    print(f"\n{'failed: ' + ', '.join(failed) if failed else 'all gates passed'}")
    return 1 if failed else 0


def _show(folder: Path, seed: int) -> None:
    """Sheets of prompts that nothing is measured on: who looks at the held-out ones would begin to tune on them."""
    from inference.evaluate import cases, films
    from inference.evaluate.sheets import write_sheets
    from inference.world.shots import tell

    told = [(prompt, tell(prompt, seed + n)) for n, prompt in enumerate(cases.unseen())]
    for path in write_sheets(folder, "unseen", told):
        print(path)
    print(f"\n{films.lines(films.make(folder, seed))}")


def _recut_1(seed: int, quick: bool, training: Path | None) -> int:
    if training is None:
        raise OperatorError("recut-1 is measured from a training: recut evaluate recut-1 --training FOLDER")
    try:
        from inference.recut1 import gates
        from inference.train import look
    except ImportError as missing:
        raise OperatorError(
            f"recut-1 needs the extra `train` ({missing.name} is missing): pip install 'recut[train]'"
        ) from missing
    from recut.train_cli import commit

    studio = look.studio_of(training, commit(), os.cpu_count() or 1)
    found = gates.run(CLIPS_QUICK if quick else CLIPS, seed, studio)
    print(f"recut-1 after {studio.metadata['samples']} samples, seed {seed}{', quick' if quick else ''}\n")
    print(gates.table(found))
    return 0 if all(gate.passed for gate in found) else 1
