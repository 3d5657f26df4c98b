from __future__ import annotations

import numpy as np
import pytest

from core.models import autoencoder
from core.models.autoencoder import fit, layers, rebuilt


def rows() -> np.ndarray:
    """400 rows in six columns that two numbers decide."""
    chance = np.random.default_rng(1)
    hidden = chance.normal(size=(400, 2))
    return (hidden @ chance.normal(size=(2, 6))).astype("float32")


@pytest.fixture(autouse=True)
def _few_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autoencoder, "EPOCHS", 10)


def test_what_two_numbers_decide_is_given_back_from_two_numbers() -> None:
    x, told = rows(), list[float]()
    network, share = fit(x, 0, lambda done, stage: told.append(done))
    inner = x[np.random.default_rng(0).permutation(len(x))[:60]].astype("float64")
    left = ((inner - rebuilt(network, inner.astype("float32"))) ** 2).sum()
    whole = ((inner - inner.mean(axis=0)) ** 2).sum()
    assert share == pytest.approx(1 - left / whole, abs=1e-6)
    assert share > 0.4
    assert [w.shape for w in network.weights] == [(6, 4), (4, 2), (2, 4), (4, 6)]
    odd = np.array([[4, -4, 4, -4, 4, -4]], "float32")
    errors = [((one - rebuilt(network, one)) ** 2).sum(axis=1) for one in (x, odd)]
    assert errors[1][0] > np.quantile(errors[0], 0.99)
    assert len(told) > 5


@pytest.mark.parametrize(
    ("width", "said"), [(1, "4-2-4"), (12, "6-3-6"), (40, "20-8-20"), (500, "32-8-32")]
)
def test_the_layers_fit_the_width(width: int, said: str) -> None:
    assert layers(width) == said
