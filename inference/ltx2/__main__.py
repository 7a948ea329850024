"""Exports the transformer for one size and length, so that another engine than torch can run it:

python -m inference.ltx2 --weights FOLDER --licence TERMS --home .recut --size 720x1280 --seconds 4
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from inference.ltx2.config import Config, Options, config_of
from inference.ltx2.pipeline import Ltx2, open_ltx2
from inference.ltx2.shapes import shape_of
from inference.world.scene import FPS


def main(arguments: Sequence[str] | None = None, opened: Callable[[Config], Ltx2] = open_ltx2) -> None:
    parser = argparse.ArgumentParser(prog="python -m inference.ltx2", description="Export ltx-2's transformer.")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--licence", required=True, help="the accepted terms: docs/engines.md")
    parser.add_argument("--home", type=Path, required=True, help="as RECUT_HOME of the worker")
    parser.add_argument("--size", required=True, help="WIDTHxHEIGHT")
    parser.add_argument("--seconds", type=float, required=True)
    args = parser.parse_args(arguments)
    config = config_of(args.weights, args.licence, args.home)
    options: Options = msgspec.structs.replace(config.options, engine="torch")  # which has the transformer to export
    model = opened(msgspec.structs.replace(config, options=options))
    width, height = (int(side) for side in args.size.split("x"))
    assert config.networks
    network = model.export(shape_of(width, height, round(args.seconds * FPS)), config.networks)
    print(network.folder, network.digest)


if __name__ == "__main__":
    main()
