"""Models as files: what leaves comes back the same, and what is not what left gets its sentence."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest

from core.errors import (
    DiskFull,
    ModelDamaged,
    ModelOutdated,
    ModelThere,
    NotAPackage,
    NotThere,
    PackageChanged,
    PackageEscapes,
    PackageExtra,
    PackageFamily,
    PackageLacks,
    PackageLink,
    PackageLocked,
    PackageNewer,
    PackagePickle,
    PackageTooLarge,
    PackageTwice,
    PackageUnlike,
    PackageUnreadable,
    RowsUnconfirmed,
    UserError,
)
from core.models.family import Task
from core.predict import scored
from core.progress import silent
from core.store import (
    archive,
    folder,
    models,
    package,
    packing,
    proving,
    quarantine,
    registry,
    registry_words,
    rest,
    trail,
    unpacking,
)
from core.store.models import SavedModel
from core.store.package import Package
from core.text.phrases import phrases
from tests.core.store.made import CASES, saved, table
from tests.core.store.shelves import KEY, KINDS
from tests.core.store.test_adoption import keras_file, network

ROOT = Path(__file__).resolve().parents[3]
SAY = phrases()
NAME = "model.zip"
Files = dict[str, bytes]


def project(home: Path, name: str) -> Path:
    """An empty project."""
    place = home / "projects" / name
    place.mkdir(parents=True)
    record = {"id": name, "name": name, "created": "2026-01-01T00:00:00+00:00"}
    (place / "project.json").write_text(json.dumps(record))
    return place


def brought_as(kind: str, task: Task = Task.BINARY) -> SavedModel:
    """A small model; a network with a file of Keras's own beside what answers."""
    made = saved(kind, task)
    if kind != "mlp":
        return made
    estimator = replace(made.model.estimator, archive=keras_file(network()))
    return replace(made, model=replace(made.model, estimator=estimator))


def put(place: Path, kind: str, task: Task = Task.BINARY) -> str:
    """A small model on the shelf of a project; gives its id."""
    made = brought_as(kind, task)
    models.save(place / "models" / made.model.spec.id, made)
    return made.model.spec.id


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYBUY_KEY", KEY)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A package of a model of each kind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYBUY_KEY", KEY)
        ours = project(tmp_path_factory.mktemp("packages") / "home", "shop-000001")
        return {kind: packing.packed(ours, put(ours, kind), True) for kind in KINDS}


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """Another machine's project, whose installation has another key."""
    return project(tmp_path / "elsewhere", "shop-000009")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has to be refused before the model is loaded is: nothing is loaded."""
    monkeypatch.setattr(proving, "prove", lambda place: pytest.fail("loaded"))


# --- there and back ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_comes_to_another_machine_the_same(
    kind: str, packages: dict[str, bytes], there: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("WHYBUY_KEY", "a key of another machine")
    file = tmp_path / NAME
    file.write_bytes(packages[kind])
    model = unpacking.taken_in(there, file, NAME, silent)
    back = models.load(there / "models" / model)
    assert back.model.spec == saved(kind).model.spec
    assert model == saved(kind).model.spec.id
    np.testing.assert_array_equal(scored(back.model, table()), scored(saved(kind).model, table()))
    assert back.evaluation.scores == models.board(there)[0][0].scores
    pd.testing.assert_frame_equal(back.model.background, saved(kind).model.background)
    assert [line.what for line in trail.lines(there)] == ["import"]
    assert list((there / "tables").iterdir()) == []
    assert not (there / "models" / model / "README.txt").exists()


# in CI one of an own format, and the one whose folder holds those of others
IN_CI = (("mlp", Task.BINARY), ("ensemble", Task.MULTICLASS))


@pytest.mark.parametrize(
    ("key", "task"),
    [c if c in IN_CI else pytest.param(*c, marks=pytest.mark.whole) for c in CASES],
)
def test_a_model_of_every_family_comes_back(
    key: str, task: Task, there: Path, tmp_path: Path
) -> None:
    here = project(tmp_path / "home", "shop-000001")
    model = put(here, key, task)
    packing.pack(here, model, True, tmp_path / NAME)
    assert unpacking.taken_in(there, tmp_path / NAME, NAME, silent) == model
    back = models.load(there / "models" / model).model
    np.testing.assert_array_equal(scored(back, table()), scored(saved(key, task).model, table()))


def test_what_is_inside_is_said_and_has_to_be_confirmed(tmp_path: Path) -> None:
    here = project(tmp_path / "home", "shop-000001")
    model, out = put(here, "tree"), tmp_path / NAME
    with pytest.raises(RowsUnconfirmed) as caught:
        packing.pack(here, model, False, out)
    made = saved("tree").model
    assert caught.value.facts == {
        "model": model, "rows": len(made.background), "answers": len(made.held_out),
    }  # fmt: skip
    assert not out.exists()
    assert trail.lines(here) == ()
    found = packing.pack(here, model, True, out)
    assert (found.rows, found.answers) == (len(made.background), len(made.held_out))
    (line,) = trail.lines(here)
    assert (line.what, line.of) == ("export", model)
    assert line.hash == hashlib.sha256(out.read_bytes()).hexdigest()


def test_a_package_is_plain_files_with_a_sum_of_each_and_words(packages: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(packages["tree"])) as found:
        about = msgspec.json.decode(found.read(package.LIST), type=Package)
        names = set(found.namelist())
        assert names == {*about.files, package.LIST}
        for name, digest in about.files.items():
            assert hashlib.sha256(found.read(name)).hexdigest() == digest
        words = found.read(package.README).decode()
    assert about.model == saved("tree").model.spec.id
    rows = f"{len(saved('tree').model.background)} rows of customers"
    for part in ("chance that “binary” is “ja”", "“shop.csv”", "ROC AUC", rows, "scikit-learn 1."):
        assert part in words
    suffixes = {Path(name).suffix for name in names}
    assert suffixes <= {".json", ".txt", ".parquet", ".npz", ".skops", ".keras"}


def test_a_model_that_was_changed_does_not_leave(tmp_path: Path) -> None:
    here = project(tmp_path / "home", "shop-000001")
    model = put(here, "tree")
    weights = next((here / "models" / model / "estimator").iterdir())
    weights.write_bytes(weights.read_bytes() + b"x")
    with pytest.raises(ModelDamaged):
        packing.pack(here, model, True, tmp_path / NAME)
    assert not (tmp_path / NAME).exists()


def test_the_same_model_is_not_brought_twice(
    packages: dict[str, bytes], there: Path, tmp_path: Path, quick: None
) -> None:
    (tmp_path / NAME).write_bytes(packages["tree"])
    put(there, "tree")
    with pytest.raises(ModelThere):
        unpacking.taken_in(there, tmp_path / NAME, NAME, silent)
    assert quarantine.asides(there) == ()


def test_work_beside_the_app_removes_the_upload(
    packages: dict[str, bytes], there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = there.parent.parent
    monkeypatch.setattr(proving, "prove", models.tried)
    file = home / "uploads" / "x" / "upload"
    file.parent.mkdir(parents=True)
    file.write_bytes(packages["tree"])
    told: list[tuple[float, str]] = []
    found = unpacking.import_model(
        home, lambda share, stage: told.append((share, stage)), there.name, str(file), NAME
    )
    assert found == {"model": saved("tree").model.spec.id}
    assert not file.parent.exists()
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert all(SAY(stage) for _, stage in told)


# --- what is refused -----------------------------------------------------------------------


@dataclass
class Packed:
    """A package that can be changed: files by name; sums are made right again unless said."""

    files: Files
    about: dict[str, Any]
    modes: dict[str, int] = field(default_factory=dict)
    twice: tuple[str, ...] = ()
    honest: bool = True

    def sums(self) -> None:
        """The list and the model's manifest say what the files are now, under no key of ours."""
        inner = json.loads(self.files["model/manifest.json"])
        within = {n.removeprefix("model/"): c for n, c in self.files.items() if n[:6] == "model/"}
        inner["files"] = {
            name: hashlib.sha256(content).hexdigest()
            for name, content in within.items()
            if name != "manifest.json"
        }
        self.files["model/manifest.json"] = json.dumps(inner).encode()
        self.about["files"] = {n: hashlib.sha256(c).hexdigest() for n, c in self.files.items()}
        self.about |= {"key": "", "signature": ""}

    def archive(self) -> bytes:
        if self.honest:
            self.sums()
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
            for name, text in (*self.files.items(), (package.LIST, json.dumps(self.about))):
                info = zipfile.ZipInfo(name)
                info.external_attr = self.modes.get(name, stat.S_IFREG | 0o600) << 16
                info.compress_type = zipfile.ZIP_DEFLATED
                made.writestr(info, text)
            for name in self.twice:
                with pytest.warns(UserWarning, match="Duplicate"):
                    made.writestr(name, b"{}")
        return content.getvalue()


def opened(content: bytes) -> Packed:
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        files = {name: found.read(name) for name in found.namelist()}
    return Packed(files, json.loads(files.pop(package.LIST)))


def named(name: str) -> Callable[[Packed], None]:
    return lambda found: found.files.update({name: b"x"})


def without(name: str) -> Callable[[Packed], None]:
    def change(found: Packed) -> None:
        del found.files[name]
        found.about["files"].pop(name, None)
        found.honest = False

    return change


def link(found: Packed) -> None:
    found.files["model/estimator/baseline.json"] = b"/etc/passwd"
    found.modes["model/estimator/baseline.json"] = stat.S_IFLNK | 0o777


def twice(found: Packed) -> None:
    found.twice = ("model/model.json",)


def bomb(found: Packed) -> None:
    found.files["model/estimator/baseline.json"] = bytes(archive.ALWAYS_FINE + 1)


def weight(found: Packed) -> None:
    name = next(name for name in found.files if name.startswith("model/estimator/"))
    found.files[name] = found.files[name][:-1] + b"x"
    found.honest = False


def weight_in_one_list(found: Packed) -> None:
    """The outer list says the new sum, the model's own manifest the old one."""
    name = "model/model.json"
    found.files[name] = found.files[name].replace(b"shop.csv", b"shop.tsv")
    found.about["files"][name] = hashlib.sha256(found.files[name]).hexdigest()
    found.about |= {"key": "", "signature": ""}
    found.honest = False


def record(**changes: Any) -> Callable[[Packed], None]:
    def change(found: Packed) -> None:
        known = json.loads(found.files["model/model.json"])
        known |= {k: v for k, v in changes.items() if k != "family"}
        if "family" in changes:
            known["spec"]["family"] = changes["family"]
        found.files["model/model.json"] = json.dumps(known).encode()

    return change


def library(name: str, version: str) -> Callable[[Packed], None]:
    def change(found: Packed) -> None:
        known = json.loads(found.files["model/manifest.json"])
        known["libraries"][name] = version
        found.files["model/manifest.json"] = json.dumps(known).encode()

    return change


def listing(**changes: Any) -> Callable[[Packed], None]:
    def change(found: Packed) -> None:
        found.sums()
        found.about.update(changes)
        found.honest = False

    return change


def estimator(content: bytes) -> Callable[[Packed], None]:
    def change(found: Packed) -> None:
        name = next(name for name in found.files if name.startswith("model/estimator/"))
        found.files[name] = content

    return change


def arrays(*members: tuple[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, text in members:
            made.writestr(name, text)
    return content.getvalue()


def objects() -> bytes:
    content = io.BytesIO()
    np.save(content, np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
    return content.getvalue()


def of_another_id(found: Packed) -> None:
    found.about["model"] = "0123456789ab"


def other_scores(found: Packed) -> None:
    """The model says of its self-test rows what another would."""
    content = io.BytesIO(found.files["model/self_test.parquet"])
    known = pd.read_parquet(content)
    changed = io.BytesIO()
    (known + 0.25).to_parquet(changed)
    found.files["model/self_test.parquet"] = changed.getvalue()


PICKLE = pickle.dumps({"a": [1, 2, 3]})
REFUSED: dict[str, tuple[Callable[[Packed], None], type[UserError], str]] = {
    "climbs out": (named("model/../../../x"), PackageEscapes, "leads out"),
    "climbs": (named("../model.json"), PackageEscapes, "leads out"),
    "absolute": (named("/etc/passwd"), PackageEscapes, "“/etc/passwd”"),
    "of Windows": (named("model\\..\\..\\x"), PackageEscapes, "leads out"),
    "a drive": (named("C:/x"), PackageEscapes, "leads out"),
    "a link": (link, PackageLink, "is no file but a link"),
    "a name twice": (twice, PackageTwice, "twice"),
    "a bomb": (bomb, PackageTooLarge, "was not unpacked"),
    "an extra file": (named("model/run.py"), PackageExtra, "“model/run.py”"),
    "an extra beside": (named("run.sh"), PackageExtra, "“run.sh”"),
    "no record": (without("model/model.json"), PackageLacks, "“model/model.json”"),
    "no manifest": (without("model/manifest.json"), PackageLacks, "“model/manifest.json”"),
    "no self-test": (without("model/self_test.parquet"), PackageLacks, "self_test"),
    "a changed weight": (weight, PackageChanged, "checksum differs"),
    "two sums": (weight_in_one_list, PackageChanged, "“model/manifest.json”"),
    "a pickle by name": (named("model/estimator/a.pkl"), PackagePickle, "runs code"),
    "joblib by name": (named("model/estimator/a.joblib"), PackagePickle, "runs code"),
    "a pickle as skops": (estimator(PICKLE), PackagePickle, "is a pickle"),
    "a pickle within": (estimator(arrays(("a.npy", PICKLE))), PackagePickle, "a.npy"),
    "objects within": (estimator(arrays(("a.npy", objects()))), PackagePickle, "a.npy"),
    "a name within": (estimator(arrays(("a.pkl", b"x"))), PackagePickle, "a.pkl"),
    "a newer list": (listing(format=2), PackageNewer, "package.json 2"),
    "a newer record": (record(format=2), PackageNewer, "model.json 2"),
    "a newer library": (library("scikit-learn", "9.1.0"), PackageNewer, "scikit-learn 9.1.0"),
    "a newer array library": (library("numpy", "3.0"), PackageNewer, "numpy 3.0"),
    "an older library": (library("scikit-learn", "0.9.0"), ModelOutdated, "0.9.0"),
    "an unknown family": (record(family="oracle"), PackageFamily, "“oracle”"),
    "unknown words": (record(notes=["no.such.sentence"]), PackageUnreadable, "notes"),
    "a list of nothing": (listing(files=3), PackageChanged, "“package.json”"),
    "an id that climbs": (listing(model="../../x"), PackageChanged, "“package.json”"),
}  # fmt: skip


def brought(there: Path, content: bytes) -> UserError:
    """What a file is refused with; nothing of it is anywhere but set aside, with the sentence."""
    file = there.parent.parent / NAME
    file.write_bytes(content)
    before = sorted(there.rglob("*"))
    with pytest.raises(UserError) as caught:
        unpacking.taken_in(there, file, NAME, silent)
    (aside,) = quarantine.asides(there)
    assert registry_words.why(aside, SAY) == SAY(
        f"errors.{caught.value.code}", **json.loads(json.dumps(caught.value.facts))
    )
    assert (aside.file, aside.model) == (NAME, "")
    assert quarantine.package(there, aside.key).read_bytes() == content
    after = [p for p in there.rglob("*") if p not in before and quarantine.FOLDER not in p.parts]
    assert {p.name for p in after if p.is_file()} <= {"trail.jsonl"}
    assert models.board(there) == ((), ())
    assert not list(there.parent.parent.parent.glob("x"))
    return caught.value


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_what_was_exported_gets_its_sentence(
    case: str, packages: dict[str, bytes], there: Path, quick: None
) -> None:
    change, error, says = REFUSED[case]
    found = opened(packages["tree"])
    change(found)
    fault = brought(there, found.archive())
    assert type(fault) is error, fault
    assert says in SAY(f"errors.{fault.code}", **fault.facts)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"x" * 1000, b"PK\x05\x06" + bytes(18), b"PK\x05\x06" + bytes(17),
     b"PK\x06\x07" + bytes(16) + b"PK\x05\x06" + bytes(18)],
)  # fmt: skip
def test_what_is_no_archive_is_refused(content: bytes, there: Path, quick: None) -> None:
    assert isinstance(brought(there, content), NotAPackage | PackageLacks)


def test_a_package_that_was_cut_is_refused_wherever(
    packages: dict[str, bytes], there: Path, quick: None
) -> None:
    whole = packages["tree"]
    for size in range(0, len(whole), len(whole) // 12):
        brought(there, whole[:size])
        quarantine.empty(there)


def test_a_flipped_bit_is_refused_wherever(
    packages: dict[str, bytes], there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless it is where an archive says what nobody reads: then the model is the same."""
    monkeypatch.setattr(proving, "prove", models.tried)
    whole, file = packages["tree"], there.parent.parent / NAME
    refused = 0
    for at in range(7, len(whole), len(whole) // 25):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        try:
            model = unpacking.taken_in(there, file, NAME, silent)
        except UserError:
            refused += 1
            quarantine.empty(there)
            continue
        back = models.load(there / "models" / model).model
        np.testing.assert_array_equal(scored(back, table()), scored(saved("tree").model, table()))
        registry.remove(there, model)
    assert refused > 15


def test_a_locked_archive_is_refused(packages: dict[str, bytes], there: Path, quick: None) -> None:
    content = bytearray(packages["tree"])
    at = content.find(b"PK\x01\x02")  # the first of its names says that it is encrypted
    content[at + 8] |= 1
    assert isinstance(brought(there, bytes(content)), PackageLocked)


def test_a_list_of_a_million_names_is_not_read(there: Path, quick: None) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for number in range(20_000):
            made.writestr(f"model/{number:040}", b"")
    assert isinstance(brought(there, content.getvalue()), PackageTooLarge)


def test_a_file_over_the_limit_is_not_even_kept(
    packages: dict[str, bytes], there: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "PACKED_AT_MOST", 1000)
    (tmp_path / NAME).write_bytes(packages["tree"])
    with pytest.raises(PackageTooLarge):
        unpacking.taken_in(there, tmp_path / NAME, NAME, silent)
    assert quarantine.asides(there) == ()


def test_ours_with_a_changed_list_is_refused(
    packages: dict[str, bytes], tmp_path: Path, quick: None
) -> None:
    """Where the key is here, the list must be the one that was signed."""
    here = project(tmp_path / "home", "shop-000002")
    found = opened(packages["tree"])
    signed = {name: found.about[name] for name in ("key", "signature")}
    found.sums()
    found.about |= signed | {"rows": 1}
    found.honest = False
    assert isinstance(brought(here, found.archive()), PackageChanged)


def test_other_scores_and_other_ids_are_refused_after_a_trial(
    packages: dict[str, bytes], there: Path
) -> None:
    found = opened(packages["tree"])
    other_scores(found)
    assert isinstance(brought(there, found.archive()), PackageUnlike)  # in a process of its own


def test_a_model_under_anothers_id_is_refused(
    packages: dict[str, bytes], there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "prove", models.tried)
    found = opened(packages["tree"])
    of_another_id(found)
    assert isinstance(brought(there, found.archive()), PackageChanged)


def test_what_does_not_load_is_refused_after_a_trial(
    packages: dict[str, bytes], there: Path
) -> None:
    found = opened(packages["tree"])
    estimator(arrays(("schema.json", b"{}")))(found)
    fault = brought(there, found.archive())
    assert isinstance(fault, PackageUnreadable)


def test_what_was_refused_comes_in_once_it_passes(
    packages: dict[str, bytes], there: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(place: Path) -> None:
        raise ModelDamaged(place.name, "time")

    monkeypatch.setattr(proving, "prove", fails)
    (tmp_path / NAME).write_bytes(packages["tree"])
    with pytest.raises(PackageUnreadable):
        unpacking.taken_in(there, tmp_path / NAME, NAME, silent)
    (aside,) = quarantine.asides(there)
    with pytest.raises(PackageUnreadable):
        unpacking.restored(there, aside.key)
    assert [each.key for each in quarantine.asides(there)] == [aside.key]
    monkeypatch.setattr(proving, "prove", models.tried)
    model = unpacking.restored(there, aside.key)
    assert models.load(there / "models" / model)
    assert quarantine.asides(there) == ()
    with pytest.raises(NotThere):
        unpacking.restored(there, aside.key)


# --- a full disk ---------------------------------------------------------------------------


def test_a_full_disk_leaves_nothing_half(
    packages: dict[str, bytes], there: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    here = project(tmp_path / "home", "shop-000001")
    model = put(here, "tree")
    (tmp_path / NAME).write_bytes(packages["tree"])
    monkeypatch.setattr(proving, "prove", models.tried)
    monkeypatch.setattr(folder, "_sync", full)
    with pytest.raises(DiskFull):
        packing.pack(here, model, True, tmp_path / "out.zip")
    with pytest.raises(DiskFull):
        unpacking.taken_in(there, tmp_path / NAME, NAME, silent)
    monkeypatch.undo()
    assert not (tmp_path / "out.zip").exists()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
    assert models.board(there) == ((), ())
    assert quarantine.asides(there) == ()


# --- encrypted -----------------------------------------------------------------------------

SEALED = """
import sys
from pathlib import Path
from core.errors import PackageUnreadable
from core.progress import silent
from core.store import models, packing, projects, protection, quarantine, rest, unpacking
from tests.core.store.made import saved
home, out = Path(sys.argv[1]), Path(sys.argv[2])
folders = []
for name in ("one", "other"):
    made = projects.create(home, name, "2026-01-01T00:00:00+00:00")
    folders.append(projects.folder(home, made.id))
    protection.protect(folders[-1], True)
one, other = folders
model = saved("tree").model.spec.id
models.save(one / "models" / model, saved("tree"))
packing.pack(one, model, True, out)
bad = out.with_name("bad.zip")
bad.write_bytes(out.read_bytes()[:-50])
try:
    unpacking.taken_in(other, bad, "bad.zip", silent)
except Exception as fault:
    assert fault.code == "not_a_package", fault
(aside,) = quarantine.asides(other)
assert aside.code == "not_a_package"
assert unpacking.taken_in(other, out, "a.zip", silent) == model
assert models.load(other / "models" / model)
quarantine.set_aside(other / "models" / model, "time")
aside = next(each for each in quarantine.asides(other) if each.model)
assert unpacking.restored(other, aside.key) == model
assert models.load(other / "models" / model)
print(other)
"""


def test_an_encrypted_project_keeps_what_comes_sealed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SEALED, str(tmp_path / "home"), str(tmp_path / NAME)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"WHYBUY_KEY": KEY},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    other = Path(done.stdout.strip())
    assert zipfile.is_zipfile(tmp_path / NAME)  # in clear: it is for elsewhere
    for shelf in ("models", quarantine.FOLDER):
        kept = [file for file in (other / shelf).rglob("*") if file.is_file()]
        assert kept
        assert all(rest.is_sealed(file) for file in kept)
