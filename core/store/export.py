"""The final list: the real ids put back beside the answers, and a line in the log about it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from core.data.dataset import Dataset
from core.data.names import column_names
from core.data.table import frame
from core.predict import as_columns, predict
from core.schema import Mask
from core.store import allowed, log, vault
from core.store.guard import hidden
from core.store.roles import Right
from core.store.vault import Vault
from core.train.training import TrainedModel


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

    ``dataset`` is the table as the model knows it.
    """
    table = frame(dataset)
    if model is None:
        return table
    added = as_columns(predict(model, table))
    names = column_names([*table.columns, *added])[-len(added) :]
    found = pd.DataFrame(dict(zip(names, added.values(), strict=True)), index=table.index)
    return pd.concat([table, found], axis=1)


def logged(project: Path, listed: pd.DataFrame, file: str, told: tuple[str, str]) -> None:
    """Writes down that ``listed`` left as ``file``; ``told`` is who took it and when."""
    log.add(project, log.EXPORTS, log.Entry(*told, file, len(listed), tuple(map(str, listed))))
