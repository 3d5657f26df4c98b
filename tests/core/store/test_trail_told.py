"""Whatever is done to a project is told in its trail: once, by whoever did it, with its hash."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pandas as pd
import pytest
from typer.testing import CliRunner

from core import jobs
from core.cli import app
from core.data.correct import Edit
from core.data.finding import Act, Remedy
from core.data.spreadsheet import as_csv
from core.errors import NoSuchCustomer
from core.progress import silent
from core.schema import Mask
from core.search.wish import search
from core.store import (
    adoption,
    chain,
    corrections,
    deletion,
    export,
    fitting,
    guard,
    history,
    log_work,
    models,
    projects,
    protection,
    quarantine,
    removal,
    reread,
    rest,
    retention,
    rotation,
    search_work,
    shrinking,
    tables,
    trail,
    vault,
)
from core.store.manifest import MANIFEST
from core.store.trail import Line, What
from core.store.who import Who, acting, acting_as
from core.tasks.models import train_model
from core.tasks.tables import bring, mend
from core.train.wish import Choices, wish
from tests.core.data.privacy.people_table import people_file

KEY, OTHER = "a key of the tests", "a key of another machine"
ROWS = 120
ADA = Who("ada@shop.example", signed_in=True)
SAID = (ADA.name, "2026-01-02T03:04:05+00:00")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one project and a small tree."""
    place = tmp_path_factory.mktemp("told")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYBUY_KEY", KEY)
        made = bring(place / "home", silent, str(people_file(place, ROWS)), "people.csv")
        folder = projects.folder(place / "home", made["project"])
        spec = wish(tables.load(folder, made["table"]), "bought", "yes", Choices("tree"))
        train_model(place / "home", silent, folder.name, msgspec.to_builtins(spec))
    return place / "home"


@pytest.fixture
def home(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("WHYBUY_KEY", KEY)
    shutil.copytree(template, tmp_path / "home")
    (tmp_path / "home" / "access.toml").write_text(f'admins = ["{ADA.name}"]\n')
    with acting_as(ADA):
        yield tmp_path / "home"


@pytest.fixture
def project(home: Path) -> Path:
    return projects.folder(home, projects.recent(home)[0].id)


@pytest.fixture
def seen(project: Path) -> Seen:
    return Seen(project)


class Seen:
    """What the trail has told since it was looked at last."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.known = len(trail.lines(project))

    def all(self) -> tuple[Line, ...]:
        lines = trail.lines(self.project)
        new, self.known = lines[self.known :], len(lines)
        assert chain.verify(self.project).is_whole
        assert list((self.project / "untold").glob("*")) == []
        return new

    def only(self, what: What, kind: str = "") -> Line:
        """The one line that was told, and that Ada did it."""
        (line,) = self.all()
        assert (line.what, line.facts.get("kind", "")) == (what, kind)
        assert (line.who, line.signed_in) == (ADA.name, True)
        return line


def table(project: Path) -> str:
    return projects.load(project.parents[1], project.name).table


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def manifest_of(project: Path, model: str) -> str:
    return sha(rest.content(project / "models" / model / MANIFEST))


def source_of(project: Path, id_: str) -> str:
    return sha((project / "tables" / id_ / "source.parquet").read_bytes())


def schema_of(project: Path, id_: str) -> str:
    schema = tables.load(project, id_).schema
    return sha(msgspec.json.encode(schema, order="deterministic"))


def tree(project: Path) -> str:
    return next(e.id for e in models.board(project)[0] if e.spec.family == "tree")


def test_a_project_that_is_brought_and_a_model_with_its_rivals(project: Path) -> None:
    brought, *trained = trail.lines(project)
    assert (brought.what, brought.facts["kind"]) == (What.IMPORT, "brought")
    assert (brought.of, brought.hash) == (table(project), source_of(project, table(project)))
    assert (brought.facts["name"], brought.facts["rows"]) == ("people.csv", ROWS)
    hidden = guard.hidden(tables.load(project, table(project)))
    assert brought.facts["masked"] == len(hidden) > 0
    known = {entry.id: manifest_of(project, entry.id) for entry in models.board(project)[0]}
    assert {line.of: line.hash for line in trained} == known
    assert len(trained) == len(known) > 1
    assert [line.facts["kind"] for line in trained].count("asked") == 1
    assert trained[-1].of == tree(project)


def test_one_that_cannot_be_kept_is_told_nowhere(home: Path, tmp_path: Path) -> None:
    def look(*_: object) -> None:
        raise ValueError("no")

    from core.store import bringing

    file = people_file(tmp_path, 20)
    with pytest.raises(ValueError, match="no"):
        bringing.bring_file(home, silent, str(file), "people.csv", look=look)
    assert len(projects.recent(home)) == 1
    assert trail.lines(home) == ()


def test_more_tables_and_one_read_again(home: Path, project: Path, tmp_path: Path) -> None:
    seen = Seen(project)
    (tmp_path / "a.csv").write_text("id,n\n1,2\n3,4\n")
    (tmp_path / "b.csv").write_text("id;m\n1;2\n3;4\n5;6\n")
    files = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    log_work.bring_more(home, silent, project.name, files, ["a.csv", "b.csv"])
    a, b = seen.all()
    assert [each.facts["kind"] for each in (a, b)] == ["more", "more"]
    assert [each.facts["rows"] for each in (a, b)] == [2, 3]
    assert [each.hash for each in (a, b)] == [source_of(project, each.of) for each in (a, b)]
    found = reread.reread(home, silent, project.name, b.of, {"header_row": 0})
    again = seen.only(What.IMPORT, "reread")
    assert (again.of, again.facts["before"]) == (found["table"], b.of)
    assert again.hash == source_of(project, found["table"])


def test_masks(project: Path, seen: Seen) -> None:
    before = source_of(project, table(project))
    guard.remasked(project, tables.load(project, table(project)), {"city": Mask.DROP})
    line = seen.only(What.MASK)
    assert (line.of, line.facts["columns"]) == (table(project), "city")
    assert line.hash == source_of(project, table(project)) != before


def test_corrections_and_back(project: Path, seen: Seen) -> None:
    dataset = tables.load(project, table(project))
    before = schema_of(project, dataset.id)
    corrections.correct(project, dataset, {"city": Edit(role="ignored")})
    line = seen.only(What.CORRECT, "columns")
    assert (line.of, line.facts["columns"]) == (dataset.id, "city")
    assert line.hash == schema_of(project, dataset.id) != before
    corrections.correct(project, tables.load(project, dataset.id), {}, ("a question",))
    assert seen.all() == ()
    corrections.undo(project, tables.load(project, dataset.id))  # the answer
    assert seen.only(What.CORRECT, "undo").hash == line.hash
    corrections.undo(project, tables.load(project, dataset.id))
    assert seen.only(What.CORRECT, "undo").hash == before
    corrections.undo(project, tables.load(project, dataset.id))
    assert seen.all() == ()


@pytest.mark.parametrize(
    "remedy",
    [
        Remedy(Act.BALANCE, ()),
        Remedy(Act.ROLE, ("city",), word="ignored"),
        Remedy(Act.REPEATS, ("bought", "city")),
    ],
    ids=lambda remedy: str(remedy.act),
)
def test_remedies_and_back(home: Path, project: Path, seen: Seen, remedy: Remedy) -> None:
    first = table(project)
    if remedy.act is Act.REPEATS:
        frame = pd.read_csv(people_file(home, ROWS))[["bought", "city"]]
        pd.concat([frame, frame]).to_csv(home / "twice.csv", index=False)
        files, names = [str(home / "twice.csv")], ["twice.csv"]
        log_work.bring_more(home, silent, project.name, files, names)
        first = seen.only(What.IMPORT, "more").of
    mend(home, silent, project.name, first, msgspec.to_builtins(remedy), "test")
    line = seen.only(What.CORRECT, "remedy")
    made = line.of
    assert line.facts["act"] == remedy.act
    is_other = remedy.act is Act.REPEATS
    assert (made != first) is is_other
    assert line.hash == (source_of if is_other else schema_of)(project, made)
    history.apply(project, made, remedy, "test", SAID[1])  # changes nothing
    assert seen.all() == ()
    history.undo(project, made)
    line = seen.only(What.CORRECT, "undo")
    assert (line.of, line.hash) == (first, schema_of(project, first))


def test_trainings_of_every_kind(home: Path, project: Path, seen: Seen) -> None:
    spec = wish(tables.load(project, table(project)), "bought", "yes", Choices("tree", seed=3))
    wished = msgspec.to_builtins(spec)
    ids = []
    train_model(home, silent, project.name, wished)
    ids += [(line.of, line.facts["kind"], line.hash) for line in seen.all()]
    search_work.calibrate_model(home, silent, project.name, wished)
    ids += [(line.of, line.facts["kind"], line.hash) for line in seen.all()]
    told = [kind for _, kind, _ in ids if kind != "rival"]
    assert told == ["asked", "calibrated"]
    assert all(hash_ == manifest_of(project, id_) for id_, _, hash_ in ids)


def test_a_search(home: Path, project: Path, seen: Seen) -> None:
    spec = wish(tables.load(project, table(project)), "bought", "yes", Choices("tree", seed=4))
    asked = msgspec.to_builtins(search(spec, ("tree",)))
    found = search_work.find_model(home, silent, project.name, asked, 10.0)
    lines = [line for line in seen.all() if line.facts["kind"] == "found"]
    assert found["model"] in [line.of for line in lines]
    assert all(line.hash == manifest_of(project, line.of) for line in lines)


def test_a_smaller_form(home: Path, project: Path) -> None:
    spec = wish(tables.load(project, table(project)), "bought", "yes", Choices("forest"))
    train_model(home, silent, project.name, msgspec.to_builtins(spec))
    seen = Seen(project)
    found = shrinking.shrink_model(home, silent, project.name, spec.id, 0.2)
    line = seen.only(What.TRAIN, "smaller")
    assert (line.of, line.facts["before"]) == (found["model"], spec.id)
    assert line.hash == manifest_of(project, line.of)


def test_a_list_with_real_ids_and_reasons_as_a_file(project: Path, seen: Seen) -> None:
    dataset = tables.load(project, table(project))
    real = export.put_back(project, dataset, export.answers(dataset, None).head(7))
    export.logged(project, dataset.id, real, "list.csv")
    line = seen.only(What.EXPORT, "list")
    assert (line.of, line.facts["rows"], line.facts["file"]) == (dataset.id, 7, "list.csv")
    assert line.hash == sha(as_csv(real))
    tell = export.telling(project, tree(project), "reasons.csv", 3)
    with acting_as(Who("another thread")):
        tell(b"a,b\n")
    line = seen.only(What.EXPORT, "reasons")
    assert (line.of, line.hash, line.facts["rows"]) == (tree(project), sha(b"a,b\n"), 3)


def test_scores_and_reasons_from_the_shell(home: Path, project: Path, seen: Seen) -> None:
    file, model = people_file(home, 20), project / "models" / tree(project)
    for command, what, kind, out in (
        ("score", What.SCORE, "table", home / "scores.csv"),
        ("explain", What.EXPORT, "reasons", home / "reasons.parquet"),
    ):
        done = CliRunner().invoke(app, [command, str(model), str(file), "--out", str(out)])
        assert done.exit_code == 0, done.output
        line = seen.only(what, kind)
        assert (line.of, line.hash, line.facts["rows"]) == (model.name, sha(out.read_bytes()), 20)
    shutil.copytree(model, home / "alone")
    monkey = CliRunner().invoke(app, ["adopt", str(home / "alone")])  # outside of every project
    assert monkey.exit_code == 0, monkey.output
    assert seen.all() == ()


def test_a_model_that_is_deleted(project: Path, seen: Seen) -> None:
    model = tree(project)
    hash_ = manifest_of(project, model)
    models.remove(project, model)
    line = seen.only(What.DELETE, "model")
    assert (line.of, line.hash) == (model, hash_)


def test_a_model_that_is_damaged_and_one_from_elsewhere(
    home: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, model = Seen(project), tree(project)
    quarantine.set_aside(project / "models" / model, "held_out.parquet")
    line = seen.only(What.ASIDE, "model")
    assert (line.of, line.facts["reason"]) == (model, "held_out.parquet")
    spec = wish(tables.load(project, table(project)), "bought", "yes", Choices("linear"))
    monkeypatch.setenv("WHYBUY_KEY", OTHER)
    theirs = home.parent / "theirs" / "projects" / project.name / "models" / spec.id
    models.save(theirs, fitting.fit(tables.load(project, table(project)), spec))
    monkeypatch.setenv("WHYBUY_KEY", KEY)
    shutil.copytree(theirs, project / "models" / spec.id)
    assert adoption.adopt(project).taken == (spec.id,)
    line = seen.only(What.ADOPT, "model")
    assert (line.of, line.hash) == (spec.id, manifest_of(project, spec.id))


def test_a_customer_is_told_of_by_the_pseudonym(project: Path, seen: Seen) -> None:
    done = deletion.forget(project, "KX-990017")
    line = seen.only(What.DELETE, "customer")
    assert line.of == vault.opened(project).pseudonyms.of("KX-990017")
    counts = {end: len(getattr(done, end)) for end in ("learned", "changed", "removed")}
    assert line.facts == {"kind": "customer", "rows": 1, "tables": 1, **counts}
    with pytest.raises(NoSuchCustomer):
        deletion.forget(project, "KX-990017")
    assert seen.all() == ()


def test_encryption_on_and_off_and_other_keys(project: Path, seen: Seen) -> None:
    protection.protect(project, True)
    assert seen.only(What.PROTECT, "sealed").of == project.name
    protection.protect(project, True)
    assert seen.all() == ()
    corrections.correct(
        project, tables.load(project, table(project)), {"city": Edit(role="ignored")}
    )
    assert seen.only(What.CORRECT, "columns").hash == schema_of(project, table(project))
    models.remove(project, tree(project))
    assert seen.only(What.DELETE, "model")
    done = rotation.rotate(project)
    assert seen.only(What.PROTECT, "key").facts["files"] == done.files > 0
    vault.protect(project, "correct horse")
    assert seen.only(What.PROTECT, "passphrase")
    vault.lock(project)
    assert chain.verify(project).is_whole  # without the passphrase
    vault.unlock(project, "correct horse")
    protection.protect(project, False)
    assert seen.only(What.PROTECT, "clear")
    vault.lock(project)


def test_days_and_the_end_of_them(home: Path, project: Path, seen: Seen) -> None:
    retention.keep(project, 30, SAID)
    assert seen.only(What.KEEP, "days").facts["days"] == 30
    retention.keep_on(project)
    assert seen.only(What.KEEP, "forever")
    retention.keep(project, 1, SAID)
    seen.all()
    jobs.let_go_of_customers(home, 9e9)
    (line,) = seen.all()
    assert (line.what, line.facts) == (What.DELETE, {"kind": "removed", "days": 1})
    assert line.who == ""  # nobody was at it
    assert not (project / "tables").exists()


def test_a_project_that_is_deleted_stays_in_the_trail_of_the_home(
    home: Path, project: Path
) -> None:
    last = (project / trail.FILE).read_bytes().splitlines()[-1]
    removal.remove_project(home, project.name)
    (line,) = trail.lines(home)
    assert (line.what, line.of, line.who) == (What.DELETE, project.name, ADA.name)
    assert line.facts == {"kind": "project"}
    assert line.hash == sha(last)  # of the last line of the trail that went with it
    assert not project.exists()
    assert chain.verify(home).is_whole
    assert chain.verify(project) == chain.Verdict(0)


def test_a_worker_acts_for_whoever_started_it(home: Path, project: Path, seen: Seen) -> None:
    spec = wish(tables.load(project, table(project)), "bought", "yes", Choices("tree", seed=5))
    job = jobs.start(home, "train", project=project.name, spec=msgspec.to_builtins(spec))
    end = time.monotonic() + 240
    while not jobs.status(job).state.ended:
        assert time.monotonic() < end
        time.sleep(0.05)
    lines = seen.all()
    assert spec.id in [line.of for line in lines]
    assert {(line.who, line.signed_in) for line in lines} == {(ADA.name, True)}
    with acting_as(Who("Grace")):
        assert acting() == Who("Grace")
