"""How far two answers are apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

Arrays = Mapping[str, np.ndarray[Any, Any]]
PSNR_DB, ERROR = 40.0, 1e-3


def awake(module: nn.Module, seed: int = 0) -> nn.Module:
    """Layers that begin with zeros would make every answer zero, and all engines would agree on it."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for value in module.parameters():
            if not value.any():
                value.normal_(0, 0.02, generator=generator)
    return module.eval()


def apart(answer: Arrays, wanted: Arrays) -> tuple[float, float]:
    """The lowest PSNR in dB, over each output's own range, and the largest error as a share of it."""
    assert answer.keys() == wanted.keys()
    psnr, error = np.inf, 0.0
    for name, value in wanted.items():
        assert answer[name].shape == value.shape
        assert np.isfinite(answer[name]).all()
        span = float(np.ptp(value))
        assert span > 1e-3, f"{name} says nothing"
        difference = np.abs(answer[name].astype(np.float64) - value)
        error = max(error, float(difference.max()) / span)
        square = float((difference**2).mean())
        psnr = min(psnr, 20 * np.log10(span) - 10 * np.log10(square) if square else np.inf)
    return psnr, error


def batch(inputs: Mapping[str, torch.Tensor], size: int) -> dict[str, np.ndarray[Any, Any]]:
    """The example's rows, again and again, each with a little noise of its own."""
    rng = np.random.default_rng(size)
    rows = {name: np.resize(value.numpy(), (size, *value.shape[1:])) for name, value in inputs.items()}
    return {
        name: value + 0.01 * rng.standard_normal(value.shape, np.float32) if value.dtype == np.float32 else value
        for name, value in rows.items()
    }
