"""Muon: steps whose matrices are made orthogonal. In single precision, equal shapes in one batched product: CPUs
without native half precision would be an order of magnitude slower in bfloat16."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_A, _B, _C = 3.4445, -4.7750, 2.0315  # quintic iteration that drives singular values to about one


class Muon(torch.optim.Optimizer):
    """For matrices inside a network only; embeddings, heads and vectors belong to another optimiser."""

    def __init__(
        self, matrices: Iterable[Tensor], lr: float, momentum: float = 0.95, weight_decay: float = 0.01
    ) -> None:
        super().__init__(list(matrices), {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:
        for group in self.param_groups:
            shapes: dict[tuple[int, ...], list[Tensor]] = {}
            for matrix in group["params"]:
                if matrix.grad is not None:
                    shapes.setdefault(tuple(matrix.shape), []).append(matrix)
            for matrices in shapes.values():
                self._together(matrices, group)

    def _together(self, matrices: list[Tensor], group: dict[str, Any]) -> None:
        steps = []
        for matrix in matrices:
            state = self.state[matrix]
            before = state.setdefault("momentum", torch.zeros_like(matrix))
            before.lerp_(matrix.grad, 1 - group["momentum"])
            steps.append(matrix.grad.lerp(before, group["momentum"]))
        size = 0.2 * max(matrices[0].shape) ** 0.5 * group["lr"]
        for matrix, step in zip(matrices, orthogonal(torch.stack(steps)), strict=True):
            matrix.mul_(1 - group["lr"] * group["weight_decay"]).add_(step, alpha=-size)


def orthogonal(x: Tensor, steps: int = 5) -> Tensor:
    """[n, rows, columns]: the nearest matrices with about equal singular values."""
    tall = x.shape[1] > x.shape[2]
    x = x.transpose(1, 2) if tall else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        square = torch.bmm(x, x.transpose(1, 2))
        x = _A * x + torch.bmm(_B * square + _C * torch.bmm(square, square), x)
    return x.transpose(1, 2) if tall else x
