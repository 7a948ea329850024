"""`recut evaluate MODEL`: the gates of a model with their numbers; exit code 1 when one fails."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from recut.errors import OperatorError

if TYPE_CHECKING:
    from pathlib import Path

    from inference.recut1.maker import Maker
    from recut.settings import Settings

CLIPS, CLIPS_QUICK = 128, 12  # held-out clips of recut-1
SHOWN = 12
PACKAGES = ("numpy", "scipy", "av", "thorvg-python", "msgspec")


def evaluate(settings: Settings, model: str, seed: int, quick: bool, sheets: Path | None, training: Path | None) -> int:
    print(_machine())
    if model == "sketch-1":
        return _sketch_1(seed, quick, sheets)
    return _recut_1(_trained(training) if training else _installed(settings), seed, quick, sheets)


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


def _recut_1(maker: Maker, seed: int, quick: bool, sheets: Path | None) -> int:
    from inference.recut1 import gates

    about = maker.studio.metadata
    print(f"recut-1 {maker.digest[:12]}, {about['samples']} samples, {maker.engine}, seed {seed}{', quick' * quick}\n")
    found = gates.run(CLIPS_QUICK if quick else CLIPS, seed, maker.studio)
    print(gates.table(found))
    if sheets is not None:
        _show_recut_1(maker, sheets, seed)
    failed = [gate.name for gate in found if not gate.passed]
    print(f"\n{'failed: ' + ', '.join(failed) if failed else 'all gates passed'}")
    return 1 if failed else 0


def _show_recut_1(maker: Maker, folder: Path, seed: int) -> None:
    """Of another seed than what is measured: who looks at those clips would begin to tune on them."""
    from inference.evaluate import films
    from inference.recut1 import showing

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "recut-1.png"
    showing.sheet(maker.studio, path, SHOWN, seed + 1)
    print(f"{path}: true, motion given, motion made up")
    print(f"\n{films.lines(showing.make_films(maker, folder, seed))}")


def _installed(settings: Settings) -> Maker:
    from inference.engines.ports import EngineUnavailable
    from inference.recut1.config import check, config_of, why_not
    from inference.recut1.maker import open_maker

    config = config_of(settings.recut1_weights, settings.home, settings.recut1_engine, os.cpu_count() or 1)
    if config is None:
        raise OperatorError(f"{why_not(settings.recut1_weights)}, or measure a training: --training FOLDER.")
    try:
        check(config)
        return open_maker(config)
    except EngineUnavailable as error:
        raise OperatorError(str(error)) from error


def _trained(folder: Path) -> Maker:
    try:
        from inference.train.export import export
    except ImportError as missing:
        raise OperatorError(
            f"a training needs the extra `train` ({missing.name} is missing): pip install 'recut[train]'"
        ) from missing
    from inference.recut1.config import Config
    from inference.recut1.maker import open_maker
    from recut.train_cli import commit

    weights = folder / "recut-1.safetensors"
    export(folder, weights, commit())
    return open_maker(Config(weights=weights, networks=folder / "networks", plans=folder / "plans"))
