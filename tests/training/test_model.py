"""The networks: shapes, what may influence what, and that numpy beside them counts as they do."""

from __future__ import annotations

import numpy as np
import torch

from inference.model import MOTION, Flow, FlowConfig, SpriteDecoder, SpriteEncoder, networks
from inference.recut1 import sampler, subset, tokens
from inference.train.latents import Sprites


def flow_inputs(batch: int = 2) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    example = next(network for network in networks() if network.name == "flow").inputs
    return {name: value[:batch].clone() for name, value in example.items()}


def trained_flow() -> Flow:
    """With weights that are not zero anywhere."""
    torch.manual_seed(1)
    flow = Flow().eval()
    for parameter in flow.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.02)
    return flow


def test_every_network_answers_with_what_it_is_said_to() -> None:
    for network in networks():
        with torch.no_grad():
            answer = network.module.eval()(*network.inputs.values())
        answers = answer if isinstance(answer, tuple) else (answer,)
        assert len(answers) == len(network.outputs)
        assert all(len(one) == 2 for one in answers)


def test_the_loop_knows_the_same_streams_as_the_network() -> None:
    config = FlowConfig()
    assert {s.name: (s.tokens, s.numbers) for s in config.streams} == sampler.STREAMS
    assert config.tokens == sampler.TOKENS
    assert all(config.span(name) == sampler.span(name) for name in sampler.STREAMS)
    assert len(MOTION) == 12
    assert config.character == subset.PERSON
    assert config.plan == subset.PLAN
    assert sum(len(words) for words in subset.KINDS) < config.vocabulary


def test_the_sound_of_a_moment_reaches_the_mouth_of_that_moment_first() -> None:
    """Before any attention a slot's sprite tokens hear their own sound and motion, and no other's."""
    flow, inputs = trained_flow(), flow_inputs(1)
    streams = {name: inputs[name] for name in sampler.STREAMS}
    before = flow._tokens(streams)
    changed = streams | {"sound": streams["sound"].clone()}
    changed["sound"][:, 8:10] += 1  # slot 4
    moved = (flow._tokens(changed) - before).abs().sum(-1)[0]
    sprite = moved[flow.config.span("sprite")].reshape(12, 6).sum(1)
    assert sprite.nonzero().flatten().tolist() == [4]


def test_time_and_flags_belong_to_single_tokens() -> None:
    flow, inputs = trained_flow(), flow_inputs(1)
    base = flow(*inputs.values())
    given = inputs | {"given": inputs["given"].clone()}
    given["given"][:, 3] = 1
    assert not torch.equal(base[0], flow(*given.values())[0])


def test_a_batch_is_as_its_parts() -> None:
    flow, inputs = trained_flow(), flow_inputs(2)
    with torch.no_grad():
        both = flow(*inputs.values())
        one = flow(*(value[1:] for value in inputs.values()))
    for together, alone in zip(both, one, strict=True):
        torch.testing.assert_close(together[1:], alone, atol=1e-4, rtol=1e-4)


def test_sprites_in_numpy_are_those_of_the_encoder() -> None:
    rng = np.random.default_rng(0)
    basis = rng.standard_normal((12, 96, 2304)).astype(np.float32) / 48
    mean, weight = (rng.uniform(0.5, 2, (12, 2304)).astype(np.float32) for _ in range(2))
    frames = rng.integers(0, 255, (3, 96, 72, 4), np.uint8)
    encoder = SpriteEncoder()
    with torch.no_grad():
        encoder.basis.copy_(torch.from_numpy(basis))
        encoder.mean.copy_(torch.from_numpy(mean))
        encoder.weight.copy_(torch.from_numpy(weight))
        expected = encoder(torch.from_numpy(frames).permute(0, 3, 1, 2).float() / 255)
    np.testing.assert_allclose(Sprites(basis, mean, weight).numbers(frames), expected.numpy(), atol=1e-3)


def test_an_orthonormal_basis_decodes_what_it_encodes() -> None:
    torch.manual_seed(0)
    encoder, decoder = SpriteEncoder(), SpriteDecoder()
    basis = torch.linalg.qr(torch.randn(12, 2304, 96))[0].transpose(1, 2)
    numbers = torch.randn(2, 12, 96)
    with torch.no_grad():
        for half in (encoder, decoder):
            half.basis.copy_(basis)
            half.mean.uniform_(0, 1, generator=torch.Generator().manual_seed(1))
            half.weight.uniform_(1, 5, generator=torch.Generator().manual_seed(2))
        torch.testing.assert_close(encoder(decoder.linear(numbers)), numbers, atol=1e-4, rtol=1e-4)


def test_pairs_of_patches_lie_above_each_other() -> None:
    rows, columns = 4, 3
    for upper in tokens.UPPER:
        assert upper // columns in {0, 2}
        assert (upper + columns) // columns == upper // columns + 1
    assert len(tokens.UPPER) * 2 == rows * columns
