"""A training's folder to the one file that all else starts from: it fits the graphs of the build, in its limit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from inference.model import networks
from inference.recut1.networks import check
from inference.recut1.subset import WORLD
from inference.train.export import LARGEST, export, loaded
from inference.weights import store
from tests.recut1_weights import untrained


def trained(folder: Path) -> Path:
    """As the stages of a training leave it, with weights of chance."""
    torch.manual_seed(0)
    modules = {network.name: network.module for network in networks()}
    for module in modules.values():
        for value in module.parameters():
            value.data.normal_(0, 0.1)
    states = {name: module.state_dict() for name, module in modules.items()}
    about = {"data_seed": "1", "commit": "drawn"}
    torch.save({"ema": states["flow"], "samples": 7, "about": about}, folder / "flow.pt")
    background = {"encoder": states["background_encoder"], "decoder": states["background_decoder"]}
    torch.save(background, folder / "background.pt")
    torch.save(states["sprite_decoder"], folder / "sprite.pt")
    arrays, _ = store.load(untrained(folder / "codec.safetensors"), WORLD)
    np.savez(folder / "codec.npz", **{name: value for name, value in arrays.items() if name.startswith("codec.")})
    return folder


def test_what_is_exported_fits_the_graphs_and_is_what_was_trained(tmp_path: Path) -> None:
    folder, out = trained(tmp_path), tmp_path / "weights.safetensors"
    assert export(folder, out, "made")["samples"] == "7"
    assert out.stat().st_size <= LARGEST
    arrays, metadata = store.load(out, WORLD)
    check(arrays)
    assert (metadata["data_commit"], metadata["commit"]) == ("drawn", "made")
    state = torch.load(folder / "flow.pt", weights_only=False)["ema"]
    flow = next(network.module for network in loaded(out) if network.name == "flow")
    for name, value in flow.state_dict().items():
        assert (value - state[name]).abs().max() <= 0.01 * state[name].abs().max(), name
