"""The graphs that lie in the package, filled with weights: are they still the networks of this build?"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from inference.engines import hollow
from inference.engines.export import named, weights_digest
from inference.engines.onnxruntime import OnnxRuntime
from inference.model import Network, networks
from inference.recut1.networks import GRAPHS, NETWORKS
from tests.engines.agreement import ERROR, apart, batch


def scattered(network: Network) -> Network:
    """Weights that are neither those of the start nor those that the graph was written with."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for value in network.module.parameters():
            value.normal_(0, 0.5 / max(value.shape[-1], 4) ** 0.5, generator=generator)
    for name, value in network.module.named_parameters():
        if name == "weight":  # pixels are divided by it
            value.data.abs_().add_(0.5)
    return network._replace(module=network.module.eval())


@pytest.mark.parametrize("name", NETWORKS)
def test_a_graph_that_is_filled_is_the_module(name: str, tmp_path: Path) -> None:
    source = scattered(next(network for network in networks() if network.name == name))
    arrays = {key: value.numpy() for key, value in source.module.state_dict().items()}
    exported = hollow.filled(GRAPHS / name, arrays, tmp_path / name)
    assert exported.manifest.weights == weights_digest(source.module)
    inputs = batch(source.inputs, 3)
    with torch.inference_mode():
        wanted = source.module(*(torch.from_numpy(inputs[key]) for key in source.inputs))
    answer = OnnxRuntime(1).load(exported).run(inputs)
    _, error = apart(answer, {key: value.numpy() for key, value in named(source.outputs, wanted).items()})
    assert error < ERROR
