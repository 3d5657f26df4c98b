"""A model leaves the project as one .zip of plain formats that says in words what it is."""

from __future__ import annotations

import hashlib
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

import msgspec
import pyarrow.parquet as pq

from core.errors import RowsUnconfirmed
from core.store import allowed, manifest, models, rest, signing, trail
from core.store.clock import now
from core.store.folder import sweep, written
from core.store.models import HELD_OUT, Entry
from core.store.package import LIST, README, WITHIN, Package, app_version, signed_part
from core.store.roles import Right
from core.store.trail import What
from core.text.phrases import Phrases, phrases
from core.train.naming import model_name

BLOCK = 1 << 20
BACKGROUND = "background.parquet"


@dataclass(frozen=True)
class Inside:
    """How many customers' rows a model's folder holds, and how many outcomes of others."""

    rows: int
    answers: int


def inside(project: Path, model: str) -> Inside:
    """What of customers would leave with a model. Raises NotThere and what ``models`` raises."""
    with rest.opened_folder(models.place(project, model), (BACKGROUND, HELD_OUT)) as folder:
        return Inside(*(_rows(folder / name) for name in (BACKGROUND, HELD_OUT)))


def packed(project: Path, model: str, with_rows: bool, say: Phrases | None = None) -> bytes:
    """The package of a model in memory. Raises what ``pack`` raises."""
    allowed.need(project, Right.EXPORT)
    content = BytesIO()
    _pack(project, model, with_rows, content, say or phrases())
    _told(project, model, hashlib.sha256(content.getvalue()).hexdigest())
    return content.getvalue()


def pack(
    project: Path, model: str, with_rows: bool, out: Path, say: Phrases | None = None
) -> Inside:
    """Writes the package of a model to the file ``out``, whole or not at all.

    The rows that reasons are measured against are customers', and nothing of the model works
    without them: ``with_rows`` says that they may leave. A model that is not what was put there is
    not exported. Raises RowsUnconfirmed, NotThere, ModelDamaged, ModelForeign and DiskFull.
    """
    sweep(out.parent, time.time())
    with written(out) as aside:
        with aside.open("wb") as file:
            found = _pack(project, model, with_rows, file, say or phrases())
        with aside.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        _told(project, model, digest)
    return found


def _pack(project: Path, model: str, with_rows: bool, into: IO[bytes], say: Phrases) -> Inside:
    place = models.place(project, model)
    models.looked_over(place)
    found = inside(project, model)
    if not with_rows:
        raise RowsUnconfirmed(model, found.rows, found.answers)
    entry = models.entry(place)
    with (
        rest.opened_folder(place) as folder,
        zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        about = readme(entry, found, manifest.read(folder).libraries, say).encode()
        sums = {README: hashlib.sha256(about).hexdigest()}
        archive.writestr(README, about)
        for name, file in _files(folder):
            sums[name] = _added(archive, name, file)
        made = Package(model, sums, found.rows, found.answers, now(), app_version())
        archive.writestr(LIST, msgspec.json.encode(_signed(project, made)))
    return found


def readme(entry: Entry, found: Inside, libraries: dict[str, str], say: Phrases) -> str:
    """What the model is, in words; ``libraries`` made it."""
    spec = entry.spec
    asked = "outcome" if spec.outcome else "target"
    facts = {"target": spec.target.name, "outcome": spec.outcome, "table": entry.table_name}
    scores = [
        say(
            "registry.readme.score",
            name=say(f"evaluate.metric.{each.metric}.name"),
            value=each.value, low=each.low, high=each.high,
        )
        for each in entry.scores
    ]  # fmt: skip
    lines = [
        say("registry.readme.title", name=model_name(spec, say), id=entry.id),
        say(f"registry.readme.{asked}", **facts),
        say("registry.readme.trained", when=entry.trained_at, rows=entry.training_rows),
        say("registry.readme.judged", rows=entry.held_out_rows),
        *scores,
        say("registry.readme.columns", columns=", ".join(c.name for c in spec.features)),
        say("registry.readme.rows", rows=found.rows, answers=found.answers),
        say("registry.readme.bring"),
        say("registry.readme.check"),
        say("registry.readme.versions", versions=_versions(libraries)),
    ]
    return "\n\n".join(lines) + "\n"


def _versions(libraries: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(libraries.items()))


def _rows(file: Path) -> int:
    return int(pq.read_metadata(file).num_rows)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not rest.OURS.fullmatch(file.name):
            yield WITHIN + file.relative_to(folder).as_posix(), file


def _added(archive: zipfile.ZipFile, name: str, file: Path) -> str:
    """Adds a file a block at a time; gives its SHA-256."""
    digest = hashlib.sha256()
    with file.open("rb") as source, archive.open(name, "w", force_zip64=False) as target:
        while block := source.read(BLOCK):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


def _signed(project: Path, made: Package) -> Package:
    key = signing.signing_key(project.parent.parent)
    named = msgspec.structs.replace(made, key=key.id)
    return msgspec.structs.replace(named, signature=signing.signature(key, signed_part(named)))


def _told(project: Path, model: str, digest: str) -> None:
    trail.tell(project, What.EXPORT, model, digest, kind="model")
