"""Fitting the codecs: closed forms first (principal components), then a short training of what is not linear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from inference.model import BackgroundDecoder, BackgroundEncoder, SpriteDecoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HELD = 200  # frames


def principal(x: Tensor, numbers: int) -> tuple[Tensor, Tensor, Tensor]:
    """(basis [numbers, inputs] with orthonormal rows, mean, spread of each number) of rows x."""
    mean = x.mean(0)
    centred = x - mean
    _, values, basis = torch.svd_lowrank(centred, q=min(numbers + 16, *x.shape), niter=4)
    return basis[:, :numbers].T.contiguous(), mean, values[:numbers] / len(x) ** 0.5


def fit_sprite(cut: Tensor, numbers: int) -> tuple[Tensor, Tensor]:
    """Patches [12, n, 2304], weighted -> basis [12, K, 2304] and mean [12, 2304]."""
    fits = [principal(patch, numbers) for patch in cut]
    return torch.stack([fit[0] for fit in fits]), torch.stack([fit[1] for fit in fits])


def spread_to_scale(spread: Tensor) -> Tensor:
    """[..., numbers]: the root of own times common spread (see `recut1.tokens`)."""
    top = spread.reshape(-1, spread.shape[-1]).amax(1)
    return (spread.clamp_min(1e-4) * top.quantile(0.75)).sqrt()


def start_background(encoder: BackgroundEncoder, decoder: BackgroundDecoder, pictures: Tensor) -> None:
    """The linear paths become principal components of the cells."""
    cell, numbers = encoder.linear.kernel_size[0], encoder.linear.out_channels
    cells = nnf.unfold(pictures, cell, stride=cell).transpose(1, 2).reshape(-1, 3 * cell * cell)
    basis, mean, _ = principal(cells, numbers)
    with torch.no_grad():
        encoder.linear.weight.copy_(basis.view(numbers, 3, cell, cell))
        encoder.linear.bias.copy_(-(basis @ mean))
        decoder.linear.weight.copy_(basis.T.reshape(-1, numbers, 1, 1))
        decoder.linear.bias.copy_(mean)


def train_background(
    pictures: Tensor,  # [n, 3, 192, 192] in -1..1
    held: Tensor,
    steps: int,
    report: Callable[[dict[str, object]], None],
) -> tuple[BackgroundEncoder, BackgroundDecoder]:
    encoder, decoder = BackgroundEncoder(), BackgroundDecoder()
    start_background(encoder, decoder, pictures)
    pair = nn.ModuleList([encoder, decoder])
    optimiser = torch.optim.AdamW(pair.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.01)
    report({"step": 0, "psnr_held": psnr(decoder(encoder(held)), held, 2.0)})
    for step, batch in zip(range(1, steps + 1), _batches(pictures, 16), strict=False):
        for group in optimiser.param_groups:
            group["lr"] = 1.5e-3 * _rate(step / steps, step)
        tokens = encoder(batch)
        noisy = tokens + 0.04 * tokens.detach().std() * torch.randn_like(tokens)
        again = decoder(noisy)
        loss = _sharp(again, batch)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(pair.parameters(), 1.0)
        optimiser.step()
        if step % 100 == 0 or step == steps:
            with torch.no_grad():
                report({"step": step, "psnr_held": psnr(decoder(encoder(held)), held, 2.0)})
    return encoder, decoder


def train_refiner(
    decoder: SpriteDecoder,
    numbers: Tensor,  # [n, 12, K] of frames at 96x72, as they come back from the slots' tokens
    targets: Tensor,  # uint8 [n, 4, 192, 144] of the same
    mouths: Tensor,  # [1, 1, 192, 144], 0..1: where frames change when a mouth opens
    steps: int,
    report: Callable[[dict[str, object]], None],
) -> None:
    """All but the linear path moves; the head, where small dark marks make the face, counts three times and a mouth
    more than that. The first frames are held out."""
    weight = torch.ones(1, 1, 192, 144) + 6 * mouths
    weight[:, :, 8:90] += 2.0
    for part in (decoder.basis, decoder.mean, decoder.weight):
        part.requires_grad_(False)
    trained = [part for part in decoder.parameters() if part.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=1e-3, betas=(0.9, 0.95), weight_decay=0.01)
    held = (numbers[:HELD], targets[:HELD])
    report({"step": 0, "psnr_mask": masked(decoder, *held)})
    for step, rows in zip(range(1, steps + 1), _rows(len(numbers), HELD, 16), strict=False):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * _rate(step / steps, step)
        target = targets[rows].float() / 255
        with torch.autocast("cpu", torch.bfloat16, enabled=fast_halves()):
            again = decoder(numbers[rows])
        loss = _near(again.float(), target, weight)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        if step % 200 == 0 or step == steps:
            report({"step": step, "psnr_mask": masked(decoder, *held)})


def _near(a: Tensor, b: Tensor, weight: Tensor) -> Tensor:
    """L1 for sharp edges, L2 of what is left at half the resolution for right colours."""
    coarse = nnf.avg_pool2d(weight * (a - b), 2)
    return (weight * (a - b).abs()).mean() + 4 * (coarse**2).mean()


def fast_halves() -> bool:
    """Only where the processor multiplies bfloat16 itself: elsewhere it would be ten times slower."""
    return torch.cpu._is_avx512_bf16_supported()


def _rate(share: float, step: int) -> float:
    """Share of the full learning rate: a short rise, full for half of the steps, then down in a line."""
    return min(1.0, step / 50) * min(1.0, 2 * (1 - share) + 0.02)


@torch.no_grad()
def masked(decoder: SpriteDecoder, numbers: Tensor, targets: Tensor) -> float:
    """PSNR of colours inside the alpha mask at the codec's own resolution, dB."""
    target = nnf.avg_pool2d(targets.float() / 255, 2)
    again = nnf.avg_pool2d(decoder(numbers).clamp(0, 1), 2)
    inside = (target[:, 3:] > 0.5).expand(-1, 3, -1, -1)
    return float(-10 * torch.log10(((again[:, :3] - target[:, :3])[inside] ** 2).mean()))


def psnr(a: Tensor, b: Tensor, span: float) -> float:
    error = (a.detach().clamp(-span / 2, span / 2) - b) if span == 2.0 else a.detach() - b
    return float(-10 * torch.log10((error**2).mean() / span**2))


def _sharp(a: Tensor, b: Tensor) -> Tensor:
    """L1 and L2, more where the picture has edges."""
    edge = (b[..., 1:, 1:] - b[..., :-1, 1:]).abs() + (b[..., 1:, 1:] - b[..., 1:, :-1]).abs()
    weight = 1 + 3 * nnf.pad(edge.amax(1, keepdim=True), (1, 0, 1, 0)).clamp(max=1)
    return (weight * ((a - b).abs() * 0.5 + (a - b) ** 2)).mean()


def _batches(x: Tensor, size: int) -> Iterator[Tensor]:
    for rows in _rows(len(x), 0, size):
        yield x[rows]


def _rows(count: int, first: int, size: int) -> Iterator[Tensor]:
    while True:
        order = first + torch.randperm(count - first)
        for start in range(0, len(order) - size + 1, size):
            yield order[start : start + size]


def as_frames(pixels: np.ndarray) -> Tensor:
    """uint8 [n, height, width, 4] -> float [n, 4, height, width] in 0..1."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
