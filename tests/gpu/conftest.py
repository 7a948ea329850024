from __future__ import annotations

from collections.abc import Iterator

import pytest

from inference.engines.cache import Plans
from inference.engines.graphs import Graphs
from inference.engines.tensorrt import TensorRt
from tests.engines.conftest import Shelf

SECRET = b"tests" * 7


def pytest_collection_modifyitems() -> None:
    """These tests are asked for where there is a GPU; where there is none they fail, and are not passed over."""
    import torch

    if not torch.cuda.is_available():
        raise pytest.UsageError(f"torch {torch.__version__} sees no GPU: look at nvidia-smi. These tests need one")


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("networks"))


@pytest.fixture(scope="session")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Plans:
    return Plans(tmp_path_factory.mktemp("plans"), SECRET)


@pytest.fixture(scope="session")
def tensorrt(plans: Plans) -> Iterator[TensorRt]:
    engine = TensorRt(plans)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def graphs(plans: Plans) -> Iterator[TensorRt]:
    engine = TensorRt(plans, graphs=Graphs())
    yield engine
    engine.close()
