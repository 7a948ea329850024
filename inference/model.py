"""The networks of the model `recut-1`, all of them, with shapes in comments.

A clip is four seconds in layers, never a grid of video patches:

    background  one picture, 192x192 whatever the aspect: its pixels are as wide as the aspect asks (anamorphic)
    key         the subject once, in its own upright frame of 96x72, premultiplied RGBA
    sprite      per slot of four frames what differs from the key
    motion      per slot where the subject is and in which pose: `MOTION` numbers for each of four frames
    sound       log mel spectrogram, two tokens per slot

`Flow` denoises all layers together: every token has its own time (0 noise .. 1 clean) and a flag that says it is given,
so that the same network creates, talks, makes sound for a picture, extends, remixes and edits. `Background…` and
`Sprite…` turn pictures into tokens and back. A fixed compositor outside draws the clip; the sampling loop is outside
as well.

Letters: B batch, N tokens of a clip, D width, K numbers of a sprite patch, F frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

SLOTS, SLOT_FRAMES = 12, 4  # 48 frames at 12 per second
SECONDS = 4.0
MOTION = (
    "x", "y", "scale", "sin", "cos", "facing", "lift", "squash", "phase_sin", "phase_cos", "walk", "mouth",
)  # fmt: skip


class Stream(NamedTuple):
    """One kind of token: how many a clip has and how many numbers each holds."""

    name: str
    tokens: int
    numbers: int


@dataclass(frozen=True)
class BackgroundConfig:
    side: int = 192
    cell: int = 32  # pixels: 6x6 cells
    numbers: int = 96
    encoder: int = 40  # channels
    decoder: int = 64

    @property
    def cells(self) -> int:
        return self.side // self.cell


@dataclass(frozen=True)
class SpriteConfig:
    height: int = 96
    width: int = 72
    patch: int = 24  # 4x3 patches
    numbers: int = 96  # K
    refiner: int = 40  # channels at half of the resolution; 96 and 128 below

    @property
    def patches(self) -> int:
        return (self.height // self.patch) * (self.width // self.patch)

    @property
    def pixels(self) -> int:
        return 4 * self.patch * self.patch


@dataclass(frozen=True)
class FlowConfig:
    width: int = 192  # D
    depth: int = 8
    heads: int = 3
    vocabulary: int = 128  # words, all kinds in one table; 0 = unknown
    words: int = 6  # subject, colour, place, time, variant, action
    character: int = 24  # floats in 0..1, of people
    plan: int = 9  # log aspect, then numbers of the whole motion
    streams: tuple[Stream, ...] = (
        Stream("background", 36, 96),
        Stream("key", 12, 96),
        Stream("sprite", 6 * SLOTS, 192),  # a patch and the one under it per token
        Stream("motion", SLOTS, SLOT_FRAMES * len(MOTION)),
        Stream("sound", 2 * SLOTS, 128),  # ten mel frames each
    )

    @property
    def tokens(self) -> int:
        return sum(stream.tokens for stream in self.streams)  # N = 156

    def span(self, name: str) -> slice:
        """Where a stream lies among the tokens of a clip."""
        first = 0
        for stream in self.streams:
            if stream.name == name:
                return slice(first, first + stream.tokens)
            first += stream.tokens
        raise KeyError(name)

    def stream(self, name: str) -> Stream:
        return next(stream for stream in self.streams if stream.name == name)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.norm_q = nn.RMSNorm(width // heads, eps=1e-6)
        self.norm_k = nn.RMSNorm(width // heads, eps=1e-6)

    def forward(self, x: Tensor) -> Tensor:  # [B, T, D] -> [B, T, D]
        b, t, d = x.shape
        q, k, v = (part.view(b, t, self.heads, d // self.heads).transpose(1, 2) for part in self.qkv(x).chunk(3, -1))
        mixed = nnf.scaled_dot_product_attention(self.norm_q(q), self.norm_k(k), v)  # [B, heads, T, D / heads]
        return self.out(mixed.transpose(1, 2).reshape(b, t, d))


class Block(nn.Module):
    """Attention and an MLP, each scaled, shifted and gated by the clip's condition."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm_a, self.norm_m = nn.RMSNorm(width, eps=1e-6), nn.RMSNorm(width, eps=1e-6)
        self.attention = Attention(width, heads)
        self.up = nn.Linear(width, 4 * width, bias=False)
        self.down = nn.Linear(4 * width, width, bias=False)
        self.table = nn.Parameter(torch.zeros(6, width))  # what differs between blocks; the rest is shared

    def forward(self, x: Tensor, shared: Tensor) -> Tensor:  # x [B, T, D], shared [B, 6, D]
        scale_a, shift_a, gate_a, scale_m, shift_m, gate_m = (shared + self.table).chunk(6, 1)  # [B, 1, D]
        x = x + (1 + gate_a) * self.attention(self.norm_a(x) * (1 + scale_a) + shift_a)
        hidden = nnf.gelu(self.up(self.norm_m(x) * (1 + scale_m) + shift_m), approximate="tanh")
        return x + (1 + gate_m) * self.down(hidden)


class Waves(nn.Module):
    """A number in 0..1 as sines and cosines."""

    def __init__(self, numbers: int) -> None:
        super().__init__()
        rates = torch.pi * torch.logspace(0, 1.5, numbers // 2)
        self.register_buffer("rates", rates, persistent=False)

    def forward(self, x: Tensor) -> Tensor:  # [...] -> [..., numbers]
        angle = x.unsqueeze(-1) * self.rates
        return torch.cat([angle.sin(), angle.cos()], -1)


class Flow(nn.Module):
    """Noisy tokens -> what they are without noise (x-prediction)."""

    def __init__(self, config: FlowConfig = FlowConfig()) -> None:
        super().__init__()
        self.config = c = config
        d = c.width
        self.enter = nn.ModuleDict({s.name: nn.Linear(s.numbers, d) for s in c.streams})
        self.leave = nn.ModuleDict({s.name: silent(nn.Linear(d, s.numbers)) for s in c.streams})
        self.place = nn.Parameter(_places(c))  # [N, D]
        self.given = nn.Parameter(torch.randn(d) * 0.02)
        self.waves = Waves(32)
        self.time = nn.Sequential(nn.Linear(32, d), nn.SiLU(), nn.Linear(d, d))
        # Within a slot picture and sound hear of each other before any attention.
        motion, sound = SLOT_FRAMES * len(MOTION), 2 * c.stream("sound").numbers
        self.motion_to_sprite = nn.Linear(motion, d, bias=False)
        self.sound_to_sprite = nn.Linear(sound, d, bias=False)
        self.sound_to_motion = nn.Linear(sound, d, bias=False)
        self.motion_to_sound = nn.Linear(motion // 2, d, bias=False)
        self.word = nn.Embedding(c.vocabulary, d)
        self.word_kind = nn.Parameter(torch.randn(c.words, d) * 0.02)
        self.character = nn.Sequential(nn.Linear(c.character + 1, d), nn.SiLU(), nn.Linear(d, d))
        self.plan = nn.Sequential(nn.Linear(c.plan + 1, d), nn.SiLU(), nn.Linear(d, d))
        self.times = nn.Linear(32 * len(c.streams), d)
        self.shared = nn.Sequential(nn.SiLU(), silent(nn.Linear(d, 6 * d)))
        self.blocks = nn.ModuleList(Block(d, c.heads) for _ in range(c.depth))
        self.norm = nn.RMSNorm(d, eps=1e-6)
        self._start()

    def _start(self) -> None:
        nn.init.normal_(self.word.weight, std=0.5)
        for layer in (self.motion_to_sprite, self.sound_to_sprite, self.sound_to_motion, self.motion_to_sound):
            nn.init.normal_(layer.weight, std=0.02)
        for block in self.blocks:
            for matrix in (block.attention.out.weight, block.down.weight):
                nn.init.normal_(matrix, std=0.02 / (2 * len(self.blocks)) ** 0.5)

    def forward(
        self,
        background: Tensor,  # [B, 36, 96]
        key: Tensor,  # [B, 12, K]
        sprite: Tensor,  # [B, 72, 192], slot by slot
        motion: Tensor,  # [B, 12, 48], frame by frame
        sound: Tensor,  # [B, 24, 128]
        time: Tensor,  # [B, N] 0 noise .. 1 clean
        given: Tensor,  # [B, N] 1 = this token is as it shall be
        words: Tensor,  # [B, 6] int64
        character: Tensor,  # [B, 25]: the floats and 1, or zeros where unknown
        plan: Tensor,  # [B, 10]: the numbers and 1, or zeros where unknown
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:  # as the first five
        c = self.config
        streams = dict(zip((s.name for s in c.streams), (background, key, sprite, motion, sound), strict=True))
        x = self._tokens(streams) + self.place + self.time(self.waves(time)) + given.unsqueeze(-1) * self.given
        condition, tokens = self._condition(words, character, plan, time)
        shared = self.shared(condition).view(-1, 6, c.width)  # [B, 6, D]
        x = torch.cat([x, tokens], 1)  # [B, N + 8, D]
        for block in self.blocks:
            x = block(x, shared)
        x = self.norm(x)
        b, k, s, m, a = (self.leave[name.name](x[:, c.span(name.name)]) for name in c.streams)
        return b, k, s, m, a

    def _tokens(self, streams: dict[str, Tensor]) -> Tensor:  # -> [B, N, D]
        inside = {name: layer(streams[name]) for name, layer in self.enter.items()}
        motion = streams["motion"]  # [B, 12, 48]
        sound = streams["sound"].reshape(-1, SLOTS, 2 * streams["sound"].shape[-1])  # [B, 12, 256]
        to_sprite = (self.motion_to_sprite(motion) + self.sound_to_sprite(sound)).unsqueeze(2)  # [B, 12, 1, D]
        d = self.config.width
        sprite = (inside["sprite"].reshape(-1, SLOTS, 6, d) + to_sprite).reshape(-1, 6 * SLOTS, d)
        halves = motion.reshape(-1, 2 * SLOTS, motion.shape[-1] // 2)  # [B, 24, 24]: the frames of a sound token
        return torch.cat(
            [
                inside["background"],
                inside["key"],
                sprite,
                inside["motion"] + self.sound_to_motion(sound),
                inside["sound"] + self.motion_to_sound(halves),
            ],
            1,
        )

    def _condition(self, words: Tensor, character: Tensor, plan: Tensor, time: Tensor) -> tuple[Tensor, Tensor]:
        """[B, D] for the blocks and [B, 8, D] to look at."""
        said = self.word(words) + self.word_kind  # [B, 6, D]
        who, how = self.character(character), self.plan(plan)  # [B, D]
        means = torch.stack([time[:, self.config.span(s.name)].mean(1) for s in self.config.streams], 1)  # [B, 5]
        when = self.times(self.waves(means).flatten(1))
        return said.sum(1) + who + how + when, torch.cat([said, who.unsqueeze(1), how.unsqueeze(1)], 1)


def _places(config: FlowConfig) -> Tensor:
    """A learned table [N, D] that begins with sines of where and when a token is; seconds are shared by all streams."""
    slots, halves = torch.arange(SLOTS) / SLOTS, torch.arange(2 * SLOTS) / (2 * SLOTS)
    sixths, quarters, thirds = torch.arange(6) / 6, torch.arange(4) / 4, torch.arange(3) / 3
    grid = torch.cartesian_prod(sixths, sixths)  # y, x
    keys = torch.cartesian_prod(quarters, thirds)
    twos = torch.cartesian_prod(torch.tensor([0.125, 0.625]), thirds)  # a patch and the one under it
    rows = [
        torch.stack([torch.zeros(36), grid[:, 0], grid[:, 1]], 1),
        torch.stack([torch.zeros(12), keys[:, 0], keys[:, 1]], 1),
        torch.cat([slots.repeat_interleave(6).unsqueeze(1), twos.repeat(SLOTS, 1)], 1),
        torch.stack([slots, torch.zeros(SLOTS), torch.zeros(SLOTS)], 1),
        torch.stack([halves, torch.zeros(2 * SLOTS), torch.zeros(2 * SLOTS)], 1),
    ]
    waves = Waves(config.width // 3)
    kind = torch.randn(len(rows), config.width) * 0.3
    return torch.cat([waves(row).flatten(1) * 0.5 + kind[i] for i, row in enumerate(rows)])


Layer = TypeVar("Layer", nn.Linear, nn.Conv2d)


def silent(layer: Layer) -> Layer:
    """Zeros: what it leads to begins with nothing added."""
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.a = nn.Conv2d(width, width, 3, padding=1)
        self.b = silent(nn.Conv2d(width, width, 3, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.b(nnf.silu(self.a(nnf.silu(x))))


class BackgroundEncoder(nn.Module):
    """[B, 3, 192, 192] in -1..1 -> [B, 36, 96]: a linear projection of each cell and what a small network adds."""

    def __init__(self, config: BackgroundConfig = BackgroundConfig()) -> None:
        super().__init__()
        c, w = config, config.encoder
        self.linear = nn.Conv2d(3, c.numbers, c.cell, c.cell)
        self.net = nn.Sequential(
            nn.PixelUnshuffle(4), nn.Conv2d(48, w // 2, 3, padding=1), nn.SiLU(),  # 48x48
            nn.PixelUnshuffle(2), nn.Conv2d(2 * w, w, 1), Residual(w),  # 24x24
            nn.PixelUnshuffle(2), nn.Conv2d(4 * w, w, 1), Residual(w),  # 12x12
            nn.PixelUnshuffle(2), nn.Conv2d(4 * w, 2 * w, 1), Residual(2 * w),  # 6x6
        )  # fmt: skip
        self.add = silent(nn.Conv2d(2 * w, c.numbers, 1))

    def forward(self, picture: Tensor) -> Tensor:
        return (self.linear(picture) + self.add(self.net(picture))).flatten(2).transpose(1, 2)


class BackgroundDecoder(nn.Module):
    """[B, 36, 96] -> [B, 3, 192, 192] in -1..1; no layer works at more than a quarter of the resolution."""

    def __init__(self, config: BackgroundConfig = BackgroundConfig()) -> None:
        super().__init__()
        c, w = config, config.decoder
        self.cells = c.cells
        self.linear = nn.Conv2d(c.numbers, 3 * c.cell * c.cell, 1)
        self.unfold = nn.PixelShuffle(c.cell)
        self.net = nn.Sequential(
            nn.Conv2d(c.numbers, 2 * w, 1), Residual(2 * w),  # 6x6
            nn.Conv2d(2 * w, 4 * w, 1), nn.PixelShuffle(2), Residual(w),  # 12x12
            nn.Conv2d(w, 4 * w, 1), nn.PixelShuffle(2), Residual(w),  # 24x24
            nn.Conv2d(w, 2 * w, 1), nn.PixelShuffle(2), Residual(w // 2), Residual(w // 2), nn.SiLU(),  # 48x48
        )  # fmt: skip
        self.add = silent(nn.Conv2d(w // 2, 48, 3, padding=1))
        self.shuffle = nn.PixelShuffle(4)

    def forward(self, tokens: Tensor) -> Tensor:
        grid = tokens.transpose(1, 2).reshape(-1, tokens.shape[-1], self.cells, self.cells)
        return self.unfold(self.linear(grid)) + self.shuffle(self.add(self.net(grid)))


class SpriteEncoder(nn.Module):
    """[F, 4, 96, 72] premultiplied RGBA in 0..1 -> [F, 12, K]: each patch in the basis of its own position."""

    def __init__(self, config: SpriteConfig = SpriteConfig()) -> None:
        super().__init__()
        self.config = c = config
        self.basis = nn.Parameter(torch.zeros(c.patches, c.numbers, c.pixels))
        self.mean = nn.Parameter(torch.zeros(c.patches, c.pixels))  # of the weighted pixels
        self.weight = nn.Parameter(torch.ones(c.patches, c.pixels))  # how much a pixel counts: mouths are small

    def forward(self, frames: Tensor) -> Tensor:
        c = self.config
        rows, columns = c.height // c.patch, c.width // c.patch
        cut = frames.reshape(-1, 4, rows, c.patch, columns, c.patch).permute(0, 2, 4, 1, 3, 5)
        flat = cut.reshape(-1, c.patches, c.pixels) * self.weight - self.mean  # [F, 12, 2304]
        return torch.bmm(flat.transpose(0, 1), self.basis.transpose(1, 2)).transpose(0, 1)


class SpriteDecoder(nn.Module):
    """[F, 12, K] -> [F, 4, 192, 144]: the patches of the basis at 96x72, then twice as fine with sharp edges.

    `linear` is blind to what a figure may look like; `whole` sees all patches at once and knows: it mends what the
    basis left out."""

    def __init__(self, config: SpriteConfig = SpriteConfig()) -> None:
        super().__init__()
        self.config = c = config
        self.basis = nn.Parameter(torch.zeros(c.patches, c.numbers, c.pixels))
        self.mean = nn.Parameter(torch.zeros(c.patches, c.pixels))  # of the weighted pixels
        self.weight = nn.Parameter(torch.ones(c.patches, c.pixels))  # how much a pixel counts: mouths are small
        self.whole = nn.Sequential(
            nn.Conv2d(c.numbers, 128, 1), Residual(128),  # 4x3
            nn.Conv2d(128, 9 * 128, 1), nn.PixelShuffle(3), Residual(128),  # 12x9
            nn.Conv2d(128, 4 * 96, 1), nn.PixelShuffle(2), Residual(96),  # 24x18
            nn.Conv2d(96, 4 * c.refiner, 1), nn.PixelShuffle(2),  # 48x36
        )  # fmt: skip
        self.enter = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(16, c.refiner, 3, padding=1))  # 48x36
        self.net = nn.Sequential(Residual(c.refiner), Residual(c.refiner), nn.SiLU())
        self.add = silent(nn.Conv2d(c.refiner, 64, 3, padding=1))
        self.shuffle = nn.PixelShuffle(4)

    def linear(self, numbers: Tensor) -> Tensor:  # -> [F, 4, 96, 72]
        c = self.config
        rows, columns = c.height // c.patch, c.width // c.patch
        flat = torch.bmm(numbers.transpose(0, 1), self.basis).transpose(0, 1) + self.mean
        flat = flat / self.weight  # [F, 12, 2304]
        cut = flat.reshape(-1, rows, columns, 4, c.patch, c.patch).permute(0, 3, 1, 4, 2, 5)
        return cut.reshape(-1, 4, c.height, c.width)

    def forward(self, numbers: Tensor) -> Tensor:
        c = self.config
        coarse = self.linear(numbers)
        twice = nnf.interpolate(coarse, scale_factor=2.0, mode="bilinear", align_corners=False)
        grid = numbers.transpose(1, 2).reshape(-1, c.numbers, c.height // c.patch, c.width // c.patch)
        return twice + self.shuffle(self.add(self.net(self.enter(coarse) + self.whole(grid))))


class Network(NamedTuple):
    """A network as an engine builds it. `inputs` are an example batch of two, in the order of `forward`."""

    name: str
    module: nn.Module
    inputs: dict[str, Tensor]
    batch: int = 0  # the axis that is free, of every input and every output
    outputs: tuple[str, ...] = ()


def networks() -> tuple[Network, ...]:
    """All networks of the model with untrained weights: `weights.load` fills them."""
    flow, c = Flow(), FlowConfig()
    noisy = {s.name: torch.randn(2, s.tokens, s.numbers) for s in c.streams}
    condition = {
        "time": torch.rand(2, c.tokens),
        "given": torch.zeros(2, c.tokens),
        "words": torch.ones(2, c.words, dtype=torch.int64),
        "character": torch.rand(2, c.character + 1),
        "plan": torch.rand(2, c.plan + 1),
    }
    back, figure = BackgroundConfig(), SpriteConfig()
    picture = torch.rand(2, 3, back.side, back.side)
    frames = torch.rand(2, 4, figure.height, figure.width)
    return (
        Network("flow", flow, noisy | condition, 0, tuple(f"clean_{s.name}" for s in c.streams)),
        Network("background_encoder", BackgroundEncoder(), {"picture": picture}, 0, ("tokens",)),
        Network(
            "background_decoder",
            BackgroundDecoder(),
            {"tokens": torch.randn(2, back.cells**2, back.numbers)},
            0,
            ("picture",),
        ),
        Network("sprite_encoder", SpriteEncoder(), {"frames": frames}, 0, ("numbers",)),
        Network(
            "sprite_decoder",
            SpriteDecoder(),
            {"numbers": torch.randn(2, figure.patches, figure.numbers)},
            0,
            ("frames",),
        ),
    )
