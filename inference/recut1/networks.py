"""The networks of `recut-1` on disk: graphs that belong to the build, filled with a file of weights.

`python -m inference.recut1.networks` writes the graphs anew after a change of `inference.model`; it needs the extra
`engines`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from inference.engines import hollow
from inference.engines.network import GRAPH
from inference.recut1.subset import WORLD
from inference.weights import store

if TYPE_CHECKING:
    from inference.engines.hollow import Arrays

GRAPHS: Final = Path(__file__).parent / "graphs"
NETWORKS: Final = ("flow", "background_encoder", "background_decoder", "sprite_encoder", "sprite_decoder")
SHARED: Final = ("basis", "mean", "weight")  # the sprite encoder's are the decoder's: they are stored once
SHORT: Final = 16  # characters of a digest that name a folder


def unpacked(weights: Path, home: Path) -> Path:
    """The folder with all networks, filled. They are written once for each file of weights."""
    arrays, _ = store.load(weights, WORLD)
    folder = home / digest_of(weights)[:SHORT]
    for name in NETWORKS:
        if not (folder / name).exists():
            hollow.filled(GRAPHS / name, own(name, arrays), folder / name)
    return folder


def check(arrays: Arrays) -> None:
    """Whether these weights fill the graphs of this build. Raises `Unsupported`."""
    for name in NETWORKS:
        hollow.check(GRAPHS / name, own(name, arrays))


def own(network: str, arrays: Arrays) -> Arrays:
    """The weights of one network, by the names of its module."""
    prefix = network + "."
    mine = {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}
    if network == "sprite_encoder":
        mine |= {part: arrays[f"sprite_decoder.{part}"] for part in SHARED if f"sprite_decoder.{part}" in arrays}
    return mine


def digest_of(weights: Path) -> str:
    """Over the weights and the graphs that they fill."""
    digest = hashlib.sha256(weights.read_bytes())
    for name in NETWORKS:
        digest.update((GRAPHS / name / GRAPH).read_bytes())
    return digest.hexdigest()


def main() -> None:
    from inference.model import networks

    hollow.empty_all(networks(), GRAPHS)


if __name__ == "__main__":
    main()
