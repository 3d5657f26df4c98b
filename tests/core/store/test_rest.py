"""Encryption at rest: nothing readable on disk, everything readable through the app."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.data.finding import Act, Remedy
from core.data.preview import preview
from core.data.table import frame
from core.errors import KeyLost, UserError, VaultDamaged, VaultLocked
from core.explain.explanation import Explanation, Scale
from core.progress import Cancelled, silent
from core.store import (
    corrections,
    deletion,
    folder,
    history,
    models,
    originals,
    projects,
    protection,
    reasons,
    rest,
    tables,
    vault,
)
from core.store.opened import let_go
from core.store.reread import reread
from core.store.rest import State
from core.tasks.models import train_model
from core.tasks.reasons import held_out_inputs
from core.tasks.tables import bring
from core.train.wish import Choices, wish
from tests.core.store.made import copied

PLANTED = (b"Quackville", b"Kolumbusheim", b"Note of Zebedee", b"4711.25")
ROWS = 240


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in clear with a table, a model, reasons and a correction."""
    place = tmp_path_factory.mktemp("rest")
    draw = np.random.default_rng(3)
    orders = draw.integers(0, 20, ROWS)
    table = pd.DataFrame(
        {
            "customer_id": [f"KX-{990000 + i}" for i in range(ROWS)],
            "orders": orders,
            "spent": np.where(np.arange(ROWS) % 50 == 0, 4711.25, np.round(orders * 3.5, 2)),
            "city": draw.choice(["Quackville", "Kolumbusheim", "Ost"], ROWS),
            "remark": [f"Note of Zebedee about order {i}" for i in range(ROWS)],
            "bought": np.where(orders + draw.normal(0, 3, ROWS) > 10, "yes", "no"),
        }
    )
    table.to_csv(place / "shop.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYBUY_KEY", "a key of the tests")
        home = place / "home"
        known = bring(home, silent, str(place / "shop.csv"), "shop.csv")
        project = projects.folder(home, known["project"])
        train(home, project)
    return project


def train(home: Path, project: Path, seed: int = 0) -> None:
    """A model of the table in use, and reasons that are quicker made up than worked out."""
    dataset = tables.load(project, projects.load(home, project.name).table)
    spec = wish(dataset, "bought", "yes", Choices("tree", seed=seed))
    told = train_model(home, silent, project.name, msgspec.to_builtins(spec))
    model = str(told["model"])
    saved = models.load(models.place(project, model))
    inputs = held_out_inputs(project, saved, 20)
    effects = np.arange(inputs.size, dtype=float).reshape(len(inputs), -1)
    found = Explanation(
        columns=tuple(inputs.columns),
        base=0.0,
        effects=effects,
        errors=np.zeros_like(effects),
        prediction=effects.sum(axis=1),
        inputs=inputs,
        rows=inputs.index.to_numpy(np.int64),
        of="yes",
        scale=Scale.CHANCE,
        method="exact",
        background=1,
    )
    reasons.keep(reasons.place(project, model, reasons.way_text(reasons.Way("yes"))), 0, found)


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it in a home of its own."""
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    place = copied(made, tmp_path / "home")
    let_go()
    return place


def home_of(project: Path) -> Path:
    return project.parent.parent


def table_of(project: Path) -> str:
    return projects.load(home_of(project), project.name).table


def readable(project: Path) -> list[str]:
    """Files that hold a planted text, in clear or in Parquet."""
    found = []
    for file in sorted(path for path in project.rglob("*") if path.is_file()):
        content = file.read_bytes()
        if content[:4] == b"PAR1":
            content += pq.read_table(file).to_pandas().to_csv().encode()
        if any(text in content for text in PLANTED):
            found.append(file.relative_to(project).as_posix())
    return found


def everything(project: Path) -> dict[str, object]:
    """What the app reads of a project."""
    dataset = tables.load(project, table_of(project))
    entries, damaged = models.board(project)
    saved = {e.id: models.load(models.place(project, e.id)) for e in entries}
    way = reasons.way_text(reasons.Way("yes"))
    kept = {id_: reasons.load(reasons.place(project, id_, way)) for id_ in saved}
    with originals.taken(project, dataset.id) as file:
        original = file.read_bytes()
    return {
        "rows": frame(dataset).to_csv(),
        "schema": dataset.schema,
        "board": list(map(repr, entries)),  # a score that is not known equals only itself
        "damaged": damaged,
        "scores": {id_: s.evaluation.scores for id_, s in saved.items()},
        "held out": {id_: s.model.held_out_scores.tolist() for id_, s in saved.items()},
        "background": {id_: s.model.background.to_csv() for id_, s in saved.items()},
        "reasons": {id_: k.effects.tolist() for id_, k in kept.items() if k is not None},
        "original": original,
    }


def test_switched_on_nothing_planted_is_on_disk_and_all_is_read(project: Path) -> None:
    before = everything(project)
    assert len(readable(project)) > 6  # the search finds what is there
    protection.protect(project, True)
    assert rest.state(project) is State.SEALED
    assert readable(project) == []
    assert everything(project) == before
    protection.protect(project, False)
    assert rest.state(project) is State.CLEAR
    assert len(readable(project)) > 6
    assert everything(project) == before


def test_what_is_made_in_an_encrypted_project_is_sealed_and_the_same(
    project: Path, tmp_path: Path
) -> None:
    twin = copied(project, tmp_path / "twin")
    protection.protect(project, True)
    found = []
    for place in (twin, project):
        home, dataset = home_of(place), tables.load(place, table_of(place))
        corrections.correct(place, dataset, {"city": {"role": "ignored"}})
        mended = history.apply(
            place, dataset.id, Remedy(Act.REPEATS, ("orders", "city")), "duplicate_rows", "2026"
        )
        assert mended.rows < ROWS
        projects.save(home, replace(projects.load(home, place.name), table=mended.id))
        train(home, place, 1)
        reread(home, silent, place.name, dataset.id, {"separator": ","})
        found.append(everything(place))
    stamped = [{k: v for k, v in each.items() if k != "board"} for each in found]
    assert stamped[0] == stamped[1]
    assert len(readable(twin)) > 10
    assert readable(project) == []
    assert not list(project.rglob(".*"))


def test_a_customer_is_deleted_from_an_encrypted_project(project: Path) -> None:
    protection.protect(project, True)
    done = deletion.forget(project, "KX-990007")
    assert sum(done.rows.values()) == 1
    assert tables.load(project, table_of(project)).rows == ROWS - 1
    assert readable(project) == []
    entries, damaged = models.board(project)
    assert damaged == ()
    held = [models.load(models.place(project, e.id)).model.held_out for e in entries]
    assert max(rows.max() for rows in held) < ROWS - 1


def test_a_changed_byte_is_refused(project: Path) -> None:
    protection.protect(project, True)
    table = tables.place(project, table_of(project))
    model = next((project / "models").iterdir())
    for file, ask in (
        (table / "source.parquet", lambda: preview(tables.load(project, table.name))),
        (table / "schema.json", lambda: tables.load(project, table.name)),
        (model / "held_out.parquet", lambda: models.load(model)),
    ):
        good = file.read_bytes()
        for at in (0, 20, len(good) // 2, len(good) - 1):
            bad = bytearray(good)
            bad[at] ^= 1
            file.write_bytes(bytes(bad))
            with pytest.raises(VaultDamaged):
                ask()
        file.write_bytes(good)
        ask()


def test_a_file_in_another_place_is_refused(project: Path) -> None:
    protection.protect(project, True)
    one, other = sorted((project / "models").iterdir())
    shutil.copyfile(one / "held_out.parquet", other / "held_out.parquet")
    with pytest.raises(VaultDamaged):
        models.load(other)


def test_without_the_key_there_is_a_sentence(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    protection.protect(project, True)
    monkeypatch.setenv("WHYBUY_KEY", "another")
    vault.lock(project)
    with pytest.raises(KeyLost):
        tables.load(project, table_of(project))
    with pytest.raises(KeyLost):
        models.board(project)
    monkeypatch.delenv("WHYBUY_KEY")
    with pytest.raises(KeyLost):
        tables.load(project, table_of(project))


def test_under_a_passphrase_it_is_opened_for_a_while(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.protect(project, "correct horse")
    with pytest.raises(VaultLocked):
        protection.protect(project, True)
    assert vault.is_locked(project)
    vault.unlock(project, "correct horse")
    assert not vault.is_locked(project)
    with pytest.raises(VaultLocked):
        vault.protect(project, "")  # open is not enough to change who may open it
    protection.protect(project, True)
    before = everything(project)
    vault.lock(project)
    with pytest.raises(VaultLocked):
        everything(project)
    monkeypatch.setenv("WHYBUY_PASSPHRASE", "correct horse")
    assert everything(project) == before


@pytest.mark.parametrize("sealed", [True, False])
def test_killed_at_any_step_nothing_is_lost_and_it_goes_on(
    project: Path, monkeypatch: pytest.MonkeyPatch, sealed: bool
) -> None:
    before = everything(project)
    if not sealed:
        protection.protect(project, True)
    steps = itertools.count(1, 8)
    ended = False
    while not ended:
        broken(monkeypatch, next(steps))
        try:
            protection.protect(project, sealed)
            ended = True
        except (KeyboardInterrupt, UserError):
            pass
        monkeypatch.undo()
        monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
        assert everything(project) == before
    assert next(steps) > 12
    assert bool(readable(project)) is not sealed
    assert not list(project.rglob(".*"))


def broken(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """The step-th file that is to reach the disk does not: no room, or the process is killed."""
    real, counted = folder._sync, itertools.count(1)

    def sync(path: Path) -> None:
        if next(counted) == step:
            raise OSError(errno.ENOSPC, "full") if step % 16 == 1 else KeyboardInterrupt
        real(path)

    monkeypatch.setattr(folder, "_sync", sync)


def test_stopped_half_way_it_is_finished_at_the_next_opening(project: Path) -> None:
    before, told = everything(project), itertools.count()

    def stop(share: float, stage: str) -> None:
        if next(told) == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        protection.protect(project, True, stop)
    assert rest.state(project) is State.SEALING
    assert everything(project) == before
    protection.finish(project)
    assert rest.state(project) is State.SEALED
    assert readable(project) == []


def test_a_model_is_read_while_one_of_its_files_is_written_anew(project: Path) -> None:
    model = next((project / "models").iterdir())
    left = model / f".held_out.parquet.{'0' * 32}"
    for sealed in (False, True):
        protection.protect(project, sealed)
        left.write_bytes(b"half")
        models.load(model)
        assert models.board(project)[1] == ()


def test_left_overs_in_clear_go_with_the_switch(project: Path) -> None:
    left = project / "models" / f".0123abcd.{'0' * 32}"
    left.mkdir()
    (left / "held_out.parquet").write_bytes(b"Quackville")
    (tables.place(project, table_of(project)) / ".spill").mkdir()
    os.utime(left, (0, 0))
    protection.JUST_LEFT, kept = -1.0, protection.JUST_LEFT
    try:
        protection.protect(project, True)
    finally:
        protection.JUST_LEFT = kept
    assert not list(project.rglob(".*"))
    assert readable(project) == []
