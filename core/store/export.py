"""What leaves a project with real ids or with answers: it is told before it can be taken."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from core.data.dataset import Dataset
from core.data.names import column_names
from core.data.spreadsheet import as_csv
from core.data.table import frame
from core.predict import as_columns, predict
from core.schema import Mask
from core.store import allowed, fingerprint, projects, rest, trail, vault
from core.store.guard import hidden
from core.store.reviews import may_score
from core.store.roles import Right
from core.store.shelf import MODELS
from core.store.trail import What
from core.store.vault import Vault
from core.store.who import acting, acting_as
from core.train.training import TrainedModel

NAMES_AT_MOST = 2000  # letters


def put_back(
    project: Path, dataset: Dataset, listed: pd.DataFrame, passphrase: str = ""
) -> pd.DataFrame:
    """``listed``, whose index are the table's row numbers, with what the masks took out before it.

    Masked columns come as they were brought and take the place of those in ``listed``; in a table
    that was made of another, customers are found in the vault by their pseudonyms. Raises what
    ``vault.opened`` raises, VaultDamaged and NotAllowed.
    """
    allowed.need(project, Right.IDS)
    masked = [each.column for each in hidden(dataset)]
    if not masked:
        return listed
    opened = vault.opened(project, passphrase)
    if vault.holds(project, dataset.id):
        with vault.taken(opened, dataset.id) as plain:
            real = pq.read_table(plain).take(listed.index.to_numpy()).to_pandas()
    else:
        real = _by_pseudonym(opened, dataset, listed)
    real.index = listed.index
    texts = real.astype(object).where(real.notna(), None)
    return pd.concat([texts, listed.drop(columns=[*real], errors="ignore")], axis=1)


def _by_pseudonym(opened: Vault, dataset: Dataset, listed: pd.DataFrame) -> pd.DataFrame:
    """What the vault knows of the customers of ``listed``, of each the first row; maybe nothing."""
    keys = [c.name for c in dataset.schema.columns if c.mask is Mask.PSEUDONYM and c.name in listed]
    tables = [name for name in vault.names(opened.folder.parent) if "-" not in name]
    for name in tables:  # what else lies there is no table of masked columns
        with vault.taken(opened, name) as plain:
            known = [key for key in keys if plain and key in pq.read_schema(plain).names]
            if plain is None or not known:
                continue
            real = pd.read_parquet(plain)
        of = opened.pseudonyms.of
        pseudonyms = [of(cell) if cell else None for cell in real[known[0]].astype(object)]
        real.index = pd.Index(pseudonyms)
        real = real[real.index.notna() & ~real.index.duplicated()]
        return real.reindex(listed[known[0]].to_numpy())
    return pd.DataFrame(index=listed.index)


def answers(dataset: Dataset, model: TrainedModel | None) -> pd.DataFrame:
    """The table as it is used, a model's predictions after it; the index is the row number.

    ``dataset`` is the table as the model knows it. Raises NotApproved.
    """
    table = frame(dataset)
    if model is None:
        return table
    may_score(dataset.folder.parents[1] / MODELS / model.spec.id)
    added = as_columns(predict(model, table))
    names = column_names([*table.columns, *added])[-len(added) :]
    found = pd.DataFrame(dict(zip(names, added.values(), strict=True)), index=table.index)
    return pd.concat([table, found], axis=1)


def logged(project: Path, table: str, listed: pd.DataFrame, file: str) -> None:
    """Tells that ``listed`` left as ``file``, with the hash of what a person can take."""
    columns = ", ".join(map(str, listed))[:NAMES_AT_MOST]
    hash_, told = _hash(as_csv(listed)), {"kind": "list", "file": file, "columns": columns}
    trail.tell(project, What.EXPORT, table, hash_, **told, rows=len(listed))


def telling(project: Path, model: str, file: str, rows: int) -> Callable[[bytes], None]:
    """What is to be called with the reasons of customers before somebody gets them as a file.

    Whoever acts now is who took them, whichever thread makes the file.
    """
    who = acting()

    def tell(content: bytes) -> None:
        told = {"kind": "reasons", "file": file}
        with acting_as(who):
            trail.tell(project, What.EXPORT, model, _hash(content), **told, rows=rows)

    return tell


def left(model: Path, what: What, kind: str, file: Path, rows: int) -> None:
    """Tells of a model in a project that its answers for so many rows were written to a file.

    Nothing is told of a model that lies outside of every project.
    """
    place = model.resolve()
    project = rest.project_of(place)
    if project is not None and (project / projects.RECORD).is_file():
        trail.tell(project, what, place.name, fingerprint.of_file(file), kind=kind, rows=rows)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
