"""A segment worked out by a worker: from the table on disk to a kept result."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest

from core.errors import NotThere
from core.explore.filters import Filter
from core.predict import scored
from core.progress import Cancelled, silent
from core.store import fitting, models, projects, segments, tables
from core.store.models import SavedModel
from core.tasks.models import train_model
from core.tasks.segments import change_segment, segment_of
from core.tasks.tables import bring
from core.train.wish import Choices, wish
from core.what_if.lever import Lever, Move
from core.what_if.members import how_many, members
from core.what_if.segment import Among, Derived, Segment
from core.what_if.support import support

ADD = Lever("visits", Move.ADD, 1.0)
OLDER = Filter("age", low=40.0)


def csv(rows: int = 240) -> str:
    """A note that is no column of the model's; what is spent follows from visits and age."""
    chance = np.random.default_rng(1)
    age, visits = chance.integers(18, 80, rows), chance.integers(0, 12, rows)
    pages, note = visits * 4, chance.permutation(rows) * 3
    spend = 3.0 * visits + 0.1 * age + chance.normal(0, 1, rows)
    frame = pd.DataFrame(
        {"age": age, "visits": visits, "pages": pages, "note": note, "spend": spend.round(2)}
    )
    return frame.to_csv(index=False)


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, SavedModel]:
    """A project with a linear model of the spend."""
    file = tmp_path / "mine.csv"
    file.write_text(csv())
    done = bring(tmp_path, silent, str(file), "mine.csv")
    folder = projects.folder(tmp_path, done["project"])
    spec = wish(tables.load(folder, done["table"]), "spend", "", Choices("linear"))
    fitted = train_model(tmp_path, silent, folder.name, msgspec.to_builtins(spec))
    return folder, models.load(models.place(folder, fitted["model"]))


def asked(among: Among = Among.HELD_OUT, *filters: Filter) -> Segment:
    return Segment(among, filters, (ADD,), (Derived("pages", "visits * 4"),))


def test_a_segment_is_worked_out_and_kept(made: tuple[Path, SavedModel], tmp_path: Path) -> None:
    folder, saved = made
    wanted = asked(Among.HELD_OUT, OLDER)
    id_ = saved.model.spec.id
    over_the_wire = json.loads(msgspec.json.encode(wanted))
    done = change_segment(tmp_path, silent, folder.name, id_, over_the_wire)
    assert done == {"segment": wanted.id}
    found = segments.load(segments.place(folder, id_, wanted.id))
    assert found is not None
    table = pd.read_csv(StringIO(csv())).astype("float64")
    older = table.loc[np.sort(saved.model.held_out)].query("age >= 40")
    assert (found.met, found.looked_at) == (len(older), len(saved.model.held_out))
    assert found.rows_of_table == len(table)
    assert set(found.rows) <= set(older.index)
    rows = table.loc[found.rows]
    assert found.groups is None
    np.testing.assert_allclose(found.before, scored(saved.model, rows))
    after = rows.assign(visits=rows["visits"] + 1, pages=4 * (rows["visits"] + 1))
    np.testing.assert_allclose(found.after, scored(saved.model, after))
    assert [(fit.column, fit.same) for fit in found.fits] == [("pages", len(older))]


def test_whose_rows_they_are_is_known_and_kept(tmp_path: Path) -> None:
    """Four rows a customer, one of each without a name."""
    table = pd.read_csv(StringIO(csv()))
    owner = pd.Series([f"c{row // 4}" for row in range(len(table))])
    owner[::4] = None
    table.assign(customer_id=owner).to_csv(tmp_path / "visits.csv", index=False)
    done = bring(tmp_path, silent, str(tmp_path / "visits.csv"), "visits.csv")
    folder = projects.folder(tmp_path, done["project"])
    spec = wish(tables.load(folder, done["table"]), "spend", "", Choices("linear"))
    id_ = train_model(tmp_path, silent, folder.name, msgspec.to_builtins(spec))["model"]
    wanted = asked(Among.TABLE)
    change_segment(tmp_path, silent, folder.name, id_, msgspec.to_builtins(wanted))
    found = segments.load(segments.place(folder, id_, wanted.id))
    assert found is not None
    assert found.groups is not None
    told = pd.DataFrame({"group": found.groups, "owner": owner.loc[found.rows].to_numpy()})
    assert told.dropna().groupby("owner")["group"].nunique().eq(1).all()
    assert told["group"].nunique() == told["owner"].nunique() + told["owner"].isna().sum()


def test_who_is_asked(made: tuple[Path, SavedModel]) -> None:
    folder, saved = made
    model = saved.model
    dataset = fitting.as_asked(tables.load(folder, model.spec.dataset), model.spec)
    assert sorted(members(dataset, model, asked()).index) == sorted(model.held_out)
    everyone = members(dataset, model, asked(Among.TABLE))
    assert len(everyone) == dataset.rows
    assert "spend" not in everyone
    table = pd.read_csv(StringIO(csv()))
    assert how_many(dataset, model, asked()) == len(model.held_out)
    assert how_many(dataset, model, asked(Among.TABLE)) == 240
    assert how_many(dataset, model, asked(Among.TABLE, OLDER)) == (table["age"] >= 40).sum()
    held_out = table.loc[model.held_out]
    assert how_many(dataset, model, asked(Among.HELD_OUT, OLDER)) == (held_out["age"] >= 40).sum()


def test_a_stopped_segment_is_not_kept(made: tuple[Path, SavedModel], tmp_path: Path) -> None:
    folder, saved = made

    def stop(share: float, stage: str) -> None:
        if stage == "segment.stage.predicting":
            raise Cancelled

    wanted = msgspec.to_builtins(asked())
    with pytest.raises(Cancelled):
        change_segment(tmp_path, stop, folder.name, saved.model.spec.id, wanted)
    assert segments.load(segments.place(folder, saved.model.spec.id, asked().id)) is None
    with pytest.raises(NotThere):
        change_segment(tmp_path, silent, folder.name, "0" * 12, wanted)


def test_progress_rises_to_the_end(made: tuple[Path, SavedModel]) -> None:
    folder, saved = made
    shares: list[float] = []
    found = segment_of(
        folder, support(saved.model), asked(), lambda share, stage: shares.append(share)
    )
    assert len(found.rows) > 0
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
