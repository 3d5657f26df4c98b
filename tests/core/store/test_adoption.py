"""Models from elsewhere: taken over where they are what ours are made of, refused otherwise."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from skops import io as skops_io

from core.errors import ModelDamaged, ModelForeign
from core.models.network import KERAS_FILE, save_network
from core.models.saving import ESTIMATOR
from core.predict import scored
from core.store import adoption, models, proving
from core.store.manifest import MANIFEST
from tests.core.store.made import saved, table
from tests.core.store.shelves import KINDS, Shelf, files, replaced


@pytest.fixture
def ours(ours: Shelf) -> Shelf:
    """A copy in which every model is the one that another machine signed."""
    for kind in KINDS:
        replaced(ours.model(kind), ours.foreign / ours.model(kind).name)
    return ours


def smuggled(place: Path, name: str, content: bytes) -> None:
    """A file of the model is another; the manifest says its hash, under no key of ours."""
    (place / "estimator" / name).write_bytes(content)
    known = msgspec.json.decode((place / MANIFEST).read_bytes())
    known["files"] = {
        file.relative_to(place).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files(place)
        if file.name != MANIFEST
    }
    (place / MANIFEST).write_bytes(msgspec.json.encode(known))


def refused(place: Path) -> str:
    """Why a model is neither loaded nor taken over."""
    with pytest.raises(ModelForeign):
        models.load(place)
    with pytest.raises(ModelDamaged) as caught:
        adoption.adopt_model(place)
    with pytest.raises(ModelForeign):
        models.load(place)
    return caught.value.reason


def test_what_a_person_trusts_is_taken_over(ours: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    adoption.adopt_model(ours.model("tree"))
    monkeypatch.setattr(proving, "prove", lambda place: None)  # the others without a child
    smuggled(ours.model("mlp"), KERAS_FILE, keras_file(network()))  # the drawn one has none
    found = adoption.adopt(ours.ours)
    assert set(found.taken) == {ours.model(kind).name for kind in ("linear", "mlp")}
    assert found.refused == {}
    for kind in KINDS:
        back = models.load(ours.model(kind))
        np.testing.assert_array_equal(
            scored(back.model, table()), scored(saved(kind).model, table())
        )


class Writes:
    """What a pickle may do when it is read: open a file for writing, as scanners let pass."""

    def __init__(self, file: Path) -> None:
        self.file = str(file)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return open, (self.file, "w")


# attacks G01, G02
@pytest.mark.parametrize("name", ["estimator.pkl", "estimator.joblib", ESTIMATOR, "estimator.npz"])
def test_g02_a_pickle_is_refused_whatever_it_is_called(
    name: str, ours: Shelf, tmp_path: Path
) -> None:
    place, trace = ours.model("tree"), tmp_path / "written"
    smuggled(place, name, pickle.dumps(Writes(trace)))
    refused(place)
    assert not trace.exists()


# attack G03
def test_g03_an_estimator_that_names_the_system_is_refused(ours: Shelf) -> None:
    place = ours.model("tree")
    smuggled(place, ESTIMATOR, skops_io.dumps(os.system))
    assert "system" in refused(place)


# attacks G06, G07
def test_g06_what_unpacks_too_far_is_refused_unparsed(
    ours: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "prove", lambda place: pytest.fail("parsed"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", b"[" * 9_000_000)
    for kind, name in (("tree", ESTIMATOR), ("mlp", "estimator.npz"), ("mlp", KERAS_FILE)):
        place = ours.model(kind)
        replaced(place, ours.foreign / place.name)
        smuggled(place, name, packed.getvalue())
        assert refused(place).startswith(name)


def layer(name: str, module: str = "keras.layers", /, **config: Any) -> dict[str, Any]:
    """A layer as Keras describes it."""
    return {"module": module, "class_name": name, "config": config, "registered_name": None}


def network(*more: dict[str, Any], **top: Any) -> dict[str, Any]:
    """A network of ours as Keras describes it, and more layers."""
    policy = layer("DTypePolicy", "keras", name="float32")
    made = [layer("InputLayer", batch_shape=[None, 4]), layer("Dense", units=3, dtype=policy)]
    return layer("Sequential", "keras", layers=[*made, *more]) | top


# how Keras names a network whose layers are not one after the other
FUNCTIONAL = {"class_name": "Functional", "module": "keras.src.models.functional",
              "registered_name": "Functional"}  # fmt: skip


def keras_file(config: Any) -> bytes:
    """An archive as Keras writes one."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("metadata.json", b"{}")
        archive.writestr("config.json", config if isinstance(config, bytes) else json.dumps(config))
    return packed.getvalue()


# attacks G10, G12, G13
@pytest.mark.parametrize(
    "config",
    [
        network(layer("Lambda", function={"class_name": "__lambda__", "config": {"code": "4wA="}})),
        network(layer("exec", "builtins")),
        network(layer("Dense", "builtins", units=1)),
        network(layer("Dense", units=1, activation=layer("exec", "builtins"))),
        network(layer("Dense", units=1, kernel_initializer=layer("system", "posix"))),
        network(layer("StringLookup", vocabulary="/etc/hostname")),
        network(layer("Dense", units=2_000_000_000)),
        network(layer("Dense", units=-1)),
        network(layer("Dense", units="all")),
        network(layer("Dense", units=1) | {"registered_name": "theirs>Dense"}),
        network(class_name="Functional"),
        network(layer("Lambda")) | FUNCTIONAL,
        network(layer("Dense", units=2_000_000_000)) | FUNCTIONAL,
        network(network() | FUNCTIONAL),
        network() | FUNCTIONAL | {"registered_name": "theirs>Functional"},
        network(class_name=["Sequential"]),
        network(module=3),
        [],
        b"[" * 900_000,
        b"{",
    ],
)  # fmt: skip
def test_g10_g12_g13_a_network_of_other_parts_is_refused(
    config: Any, ours: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "prove", lambda place: pytest.fail("parsed"))
    smuggled(ours.model("mlp"), KERAS_FILE, keras_file(config))
    assert refused(ours.model("mlp")) == f"{KERAS_FILE}: layers"


# attacks G08, G11
@pytest.mark.parametrize("name", ["model.h5", "model.hdf5", "model.onnx", "saved_model.pb"])
def test_g11_other_formats_are_refused_by_their_names(
    name: str, ours: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "prove", lambda place: pytest.fail("parsed"))
    smuggled(ours.model("mlp"), name, b"\x89HDF\r\n\x1a\n")
    assert refused(ours.model("mlp")) == f"estimator/{name}"


# attacks G10, G14
def test_g14_a_networks_own_file_is_never_what_answers(tmp_path: Path) -> None:
    """Scores come from the arrays, whatever the file beside them says."""
    estimator = saved("mlp").model.estimator
    save_network(estimator, tmp_path)
    (tmp_path / KERAS_FILE).write_bytes(keras_file(network(layer("Lambda"))))
    back = models.family("mlp").load(tmp_path)
    x = np.ones((3, len(estimator.weights[0])), "float32")
    scores: Callable[..., Any] = models.family("mlp").scores
    np.testing.assert_array_equal(scores(back, x), scores(estimator, x))


@pytest.mark.whole
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras's own
def test_what_keras_writes_is_what_is_taken_over() -> None:
    from core.models.keras_file import archived

    for kind in ("binary", "regression"):
        estimator = saved("mlp", models.Task(kind)).model.estimator
        with zipfile.ZipFile(io.BytesIO(archived(estimator).archive)) as archive:
            assert adoption._is_ours(archive)
