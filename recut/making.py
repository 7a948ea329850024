"""What is made here, and with what: the models that are offered, and the processes of a worker."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recut.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.model import Model
    from inference.engine import Engine
    from inference.ltx2.config import Config
    from inference.pool import Pool
    from inference.ports import Runner, Watch
    from recut.settings import Settings

LOADING_SECONDS: Final = 1800.0  # 40 GB from a slow disk


def offered(settings: Settings) -> tuple[Model, ...]:
    from inference.engines.ports import EngineUnavailable
    from inference.models import models

    try:
        return models(_ltx2(settings))
    except EngineUnavailable as error:
        raise OperatorError(str(error)) from error


def engines(settings: Settings, watch: Watch, dress: Callable[[Engine], Runner]) -> Pool:
    """A worker makes films of one model."""
    from inference.engine import Engine
    from inference.pool import Pool

    if settings.worker_model == "ltx-2":
        return _large(_ltx2(settings), watch, dress)
    slots = settings.worker_slots or cores()
    return Pool("sketch", [settings.worker_model], slots, lambda: Engine(watch=watch), watch, dress)


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _large(config: Config | None, watch: Watch, dress: Callable[[Engine], Runner]) -> Pool:
    """One process, one film at a time. What is missing is said here and not by a process that dies of it."""
    from inference.engine import Engine
    from inference.engines.ports import EngineUnavailable
    from inference.ltx2.config import check
    from inference.pool import Pool

    if config is None:
        raise OperatorError("A worker for ltx-2 needs RECUT_LTX2_WEIGHTS: the folder of its weights.")
    try:
        check(config)
    except EngineUnavailable as error:
        raise OperatorError(str(error)) from error
    engine = config.options.engine
    name = engine if engine == "torch" else f"{engine} and torch"

    def make() -> Engine:
        task = "inference.ltx2.serve"
        return Engine(task, name, options=(config,), warm_seconds=LOADING_SECONDS, watch=watch)

    return Pool(name, ["ltx-2"], 1, make, watch, dress)


def _ltx2(settings: Settings) -> Config | None:
    """What the operator says about ltx-2, where he has its weights."""
    if not settings.ltx2_weights:
        return None
    from inference.ltx2.config import config_of

    return config_of(Path(settings.ltx2_weights), settings.ltx2_licence, settings.home)
