"""What is made here, and with what: the models that are offered, and the processes of a worker."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from recut.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.model import Model
    from inference.batching import Batches
    from inference.ltx2.config import Config as Ltx2
    from inference.pool import Pool
    from inference.ports import Runner, Watch
    from inference.recut1.config import Config as Recut1
    from inference.several import Several
    from recut.settings import Settings

    Dress = Callable[[Runner], Runner]

log = logging.getLogger(__name__)

T = TypeVar("T")

LOADING_SECONDS: Final = 1800.0  # 40 GB from a slow disk
BATCH: Final = 8  # films of recut-1 that are denoised together


def offered(settings: Settings) -> tuple[Model, ...]:
    from inference.models import models
    from inference.recut1.config import why_not

    if reason := why_not(settings.recut1_weights):
        log.info(reason)
    return _told(lambda: models(_ltx2(settings), _recut1(settings)))


def engines(settings: Settings, watch: Watch, dress: Dress) -> Pool | Batches | Several:
    """A worker makes films of one model, or of those that need no GPU."""
    from inference.several import Several

    if settings.worker_model == "ltx-2":
        return _large(_ltx2(settings), watch, dress)
    small = _recut1(settings)
    if settings.worker_model == "recut-1":
        return _learned(small, settings, watch, dress)
    drawn = _drawn(settings, watch, dress)
    if settings.worker_model == "sketch-1" or small is None:
        return drawn
    return Several([drawn, _learned(small, settings, watch, dress)])


def _drawn(settings: Settings, watch: Watch, dress: Dress) -> Pool:
    from inference.engine import Engine
    from inference.pool import Pool

    return Pool("sketch", ["sketch-1"], settings.worker_slots or cores(), lambda: Engine(watch=watch), watch, dress)


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _learned(config: Recut1 | None, settings: Settings, watch: Watch, dress: Dress) -> Batches:
    """One process for the networks, and as many as there are cores that write files."""
    from inference.batching import Batches
    from inference.engine import Engine
    from inference.pool import Pool
    from inference.recut1.config import check, why_not
    from inference.recut1.shape import bucket_of

    if config is None:
        raise OperatorError(f"A worker for recut-1 needs its weights: {why_not(settings.recut1_weights)}.")
    found = config
    _told(lambda: check(found))
    maker = Engine("inference.recut1.maker", config.engine, rows=BATCH, options=(config,), watch=watch)
    slots = settings.worker_slots or cores()
    encoders = Pool("encoder", [""], slots, lambda: Engine("inference.recut1.writer", "encoder", watch=watch), watch)
    return Batches(
        ["recut-1"], BATCH, maker, encoders, bucket_of=bucket_of, lower=lambda bucket: None, watch=watch, dress=dress
    )


def _large(config: Ltx2 | None, watch: Watch, dress: Dress) -> Pool:
    """One process, one film at a time. What is missing is said here and not by a process that dies of it."""
    from inference.engine import Engine
    from inference.ltx2.config import check
    from inference.pool import Pool

    if config is None:
        raise OperatorError("A worker for ltx-2 needs RECUT_LTX2_WEIGHTS: the folder of its weights.")
    found = config
    _told(lambda: check(found))
    engine = config.options.engine
    name = engine if engine == "torch" else f"{engine} and torch"

    def make() -> Engine:
        task = "inference.ltx2.serve"
        return Engine(task, name, options=(config,), warm_seconds=LOADING_SECONDS, watch=watch)

    return Pool(name, ["ltx-2"], 1, make, watch, dress)


def _told(ask: Callable[[], T]) -> T:
    """What is set up by half is the operator's to mend."""
    from inference.engines.ports import EngineUnavailable

    try:
        return ask()
    except EngineUnavailable as error:
        raise OperatorError(str(error)) from error


def _recut1(settings: Settings) -> Recut1 | None:
    from inference.recut1.config import config_of

    return config_of(settings.recut1_weights, settings.home, settings.recut1_engine, cores())


def _ltx2(settings: Settings) -> Ltx2 | None:
    """What the operator says about ltx-2, where he has its weights."""
    if not settings.ltx2_weights:
        return None
    from inference.ltx2.config import config_of

    return config_of(Path(settings.ltx2_weights), settings.ltx2_licence, settings.home)
