"""The registry of a project: what is listed, what people said, and that no change is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import (
    IsArchived,
    ModelDamaged,
    ModelForeign,
    ModelThere,
    NoteEmpty,
    NotThere,
)
from core.models.family import families
from core.review.review import Person, State
from core.store import (
    board,
    index,
    models,
    quarantine,
    record,
    registry,
    registry_words,
    reviews,
    said,
    trail,
)
from core.store.reviews import Step
from core.store.trail import What
from core.store.who import Who, acting_as
from core.text.phrases import phrases
from core.train.naming import model_name
from tests.core.store.made import saved
from tests.core.store.shelves import KEY, KINDS, Shelf, replaced

ROOT = Path(__file__).resolve().parents[3]
ADA, BOB = Who("Ada"), Who("bob@example.org", True)
SAY = phrases()


def told(project: Path) -> list[tuple[str, str]]:
    return [(str(line.what), line.of) for line in trail.lines(project)]


def ids(project: Path) -> list[str]:
    return [each.entry.id for each in registry.registry(project).models]


# --- the board ---------------------------------------------------------------------------


def test_a_line_says_what_the_model_says(ours: Shelf) -> None:
    for _ in range(2):  # made, then kept
        entries, damaged = models.board(ours.ours)
        assert damaged == ()
        by_id = {entry.id: entry for entry in entries}
        for kind in KINDS:
            made, entry = saved(kind), by_id[saved(kind).model.spec.id]
            assert entry == models.entry(ours.model(kind))
            assert entry.spec == made.model.spec
            assert entry.table_name == "shop.csv"
            for one, other in zip(entry.scores, made.evaluation.scores, strict=True):
                np.testing.assert_equal((one.value, one.low, one.high),
                                        (other.value, other.low, other.high))  # fmt: skip


def test_a_kept_line_is_not_read_again(ours: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    before = models.board(ours.ours)
    monkeypatch.setattr(models, "entry", lambda place: pytest.fail(f"{place} was read"))
    assert models.board(ours.ours) == before


def test_a_model_that_is_saved_again_is_read_again(ours: Shelf) -> None:
    models.board(ours.ours)
    again = replace(saved("tree"), seconds=99.0)
    models.save(ours.model("tree"), again)
    found = {entry.id: entry.seconds for entry in models.board(ours.ours)[0]}
    assert found[ours.model("tree").name] == 99.0


def flipped(file: Path) -> None:
    """One byte of a file is another; its size and its times stay."""
    known, content = file.stat(), bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    os.utime(file, ns=(known.st_atime_ns, known.st_mtime_ns))


@pytest.mark.parametrize("name", ["model.json", "manifest.json"])
def test_a_tampered_line_is_never_shown_as_good(name: str, ours: Shelf) -> None:
    models.board(ours.ours)
    flipped(ours.model("tree") / name)
    for _ in range(2):
        entries, damaged = models.board(ours.ours)
        assert ours.model("tree").name not in {entry.id for entry in entries}
        assert damaged == (ours.model("tree").name,)


def test_changed_weights_and_added_files_show_in_the_list_each_time(ours: Shelf) -> None:
    models.board(ours.ours)
    weights = next((ours.model("tree") / "estimator").iterdir())
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    (ours.model("linear") / "extra.txt").write_text("x")
    for _ in range(3):
        assert set(models.board(ours.ours)[1]) == {ours.model(k).name for k in ("tree", "linear")}


def test_an_older_version_put_back_shows_in_the_list(ours: Shelf) -> None:
    models.board(ours.ours)
    replaced(ours.model("linear"), ours.old)
    (fault,) = board.board(ours.ours).faults.values()
    assert isinstance(fault, ModelDamaged)
    assert fault.reason == "version"


def test_a_board_that_somebody_else_wrote_is_not_believed(ours: Shelf) -> None:
    before = models.board(ours.ours)
    file = ours.ours / board.FILE
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"shop.csv", b"shop.tsv"))
    assert models.board(ours.ours) == before
    models.board(ours.other)
    file.write_bytes((ours.other / board.FILE).read_bytes())  # signed, and of another project
    assert models.board(ours.ours) == before
    for rubbish in (b"", b"x", b"a\nb\nc", whole[:-3]):
        file.write_bytes(rubbish)
        assert models.board(ours.ours) == before
    assert file.read_bytes().split(b"\n", 1)[0] == whole.split(b"\n", 1)[0]


def test_a_line_of_a_family_that_is_not_here_is_not_believed(
    ours: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.board(ours.ours)
    fewer = {key: each for key, each in families().items() if key != "tree"}
    for room in (board, record):
        monkeypatch.setattr(room, "families", lambda: fewer)
    (fault,) = board.board(ours.ours).faults.values()
    assert fault.facts == {"model": ours.model("tree").name, "reason": "family tree"}


def test_a_removed_model_leaves_no_line(ours: Shelf) -> None:
    models.board(ours.ours)
    assert ours.model("tree").name.encode() in (ours.ours / board.FILE).read_bytes()
    models.remove(ours.ours, ours.model("tree").name)
    assert ours.model("tree").name.encode() not in (ours.ours / board.FILE).read_bytes()
    assert len(models.board(ours.ours)[0]) == len(KINDS) - 1


def test_a_lost_index_is_no_matter(ours: Shelf) -> None:
    before = models.board(ours.ours)
    (ours.home / index.FILE).unlink()
    assert models.board(ours.ours) == before


# --- what people say ----------------------------------------------------------------------


def test_everything_is_listed_newest_first_with_names_in_words(ours: Shelf) -> None:
    found = registry.registry(ours.ours)
    assert {each.entry.id for each in found.models} == {saved(k).model.spec.id for k in KINDS}
    names = registry_words.names(found.models, SAY)
    for kind in KINDS:
        assert names[saved(kind).model.spec.id] == model_name(saved(kind).model.spec, SAY)
        assert found[saved(kind).model.spec.id].question == said.Question(
            "0123456789abcdef", "binary", "ja"
        )
    lines = registry_words.table(found.models, names, SAY)
    assert lines["Score"].tolist() == [
        each.entry.score("roc_auc").value
        for each in found.models  # type: ignore[union-attr]
    ]
    assert set(lines["Standing"]) == {""}


def _let_in(ours: Shelf) -> None:
    """Bob looks after the installation."""
    (ours.ours.parents[1] / "access.toml").write_text(f'admins = ["{BOB.name}"]\n')


def test_archived_models_stay_whole_and_come_back(ours: Shelf) -> None:
    one = ours.model("tree").name
    registry.crown(ours.ours, one)
    _let_in(ours)
    with acting_as(BOB):
        registry.archive(ours.ours, one)
        registry.archive(ours.ours, one)  # it is already
    found = registry.registry(ours.ours)[one]
    assert (found.archived.who, found.archived.signed_in) == (BOB.name, True)  # type: ignore[union-attr]
    assert found.champion is None
    assert models.load(ours.model("tree")).model.spec.id == one
    with pytest.raises(IsArchived):
        registry.crown(ours.ours, one)
    registry.restore(ours.ours, one)
    registry.restore(ours.ours, one)
    assert registry.registry(ours.ours)[one].archived is None
    assert told(ours.ours) == [("champion", one), ("archive", one), ("restore", one)]


def test_one_champion_a_question(ours: Shelf) -> None:
    first, second = ours.model("tree").name, ours.model("linear").name
    other = saved("tree", models.Task.REGRESSION)
    models.save(ours.ours / "models" / other.model.spec.id, other)
    for one in (first, second, other.model.spec.id):
        registry.crown(ours.ours, one)
    crowned = {each.entry.id for each in registry.registry(ours.ours).models if each.champion}
    assert crowned == {second, other.model.spec.id}
    entries, _ = models.board(ours.ours)
    asked = models.answering(entries, "0123456789abcdef", "binary", "ja")
    assert registry.proposed(ours.ours, asked) == second
    registry.uncrown(ours.ours, second)
    registry.uncrown(ours.ours, first)  # it is none
    assert registry.proposed(ours.ours, asked) == ""
    assert [line.facts for line in trail.lines(ours.ours)][-1] == {"target": "", "outcome": ""}


def test_notes_are_plain_text_with_who_and_when(ours: Shelf) -> None:
    one = ours.model("tree").name
    _let_in(ours)
    with acting_as(ADA):
        registry.note(ours.ours, one, "  for the\nspring\u202e <b>campaign</b>\x00 ")
    with acting_as(BOB):
        last = registry.note(ours.ours, one, "x" * 5000)
    first, second = said.notes(ours.ours, one)
    assert first.text == "for the spring\ufffd <b>campaign</b>"
    assert (first.mark.who, first.mark.signed_in) == ("Ada", False)
    assert (second.mark.who, second.mark.signed_in) == (BOB.name, True)
    assert second.mark.when.endswith("+00:00")
    assert len(second.text) == registry.NOTE_AT_MOST
    assert registry.registry(ours.ours)[one].notes == 2
    registry.unnote(ours.ours, one, last.id)
    assert said.notes(ours.ours, one) == (first,)
    with pytest.raises(NotThere):
        registry.unnote(ours.ours, one, last.id)
    with pytest.raises(NoteEmpty):
        registry.note(ours.ours, one, " \n\u200b ")
    lines = trail.lines(ours.ours)
    assert [line.what for line in lines] == [What.NOTE] * 3
    assert "spring" not in (ours.ours / trail.FILE).read_text()


@pytest.mark.parametrize("model", ["0123456789ab", "../models", "", "x" * 300])
def test_a_model_that_is_not_there_gets_a_sentence(model: str, ours: Shelf) -> None:
    for change in (registry.archive, registry.restore, registry.crown, registry.remove):
        with pytest.raises(NotThere):
            change(ours.ours, model)
    with pytest.raises(NotThere):
        registry.note(ours.ours, model, "a word")
    assert told(ours.ours) == []


def test_a_deleted_model_takes_what_was_said_with_it(ours: Shelf) -> None:
    one = ours.model("tree").name
    registry.note(ours.ours, one, "a word")
    registry.crown(ours.ours, one)
    registry.archive(ours.ours, ours.model("linear").name)
    registry.remove(ours.ours, one)
    assert one not in ids(ours.ours)
    models.save(ours.model("tree"), saved("tree"))
    again = registry.registry(ours.ours)[one]
    assert (again.notes, again.champion) == (0, None)
    assert registry.registry(ours.ours)[ours.model("linear").name].archived


def test_what_was_said_of_a_model_that_is_gone_is_forgotten(ours: Shelf) -> None:
    one, other = ours.model("tree").name, ours.model("linear").name
    for each in (one, other):
        registry.note(ours.ours, each, "a word")
        registry.crown(ours.ours, each)
    models.remove(ours.ours, one)  # and the process was killed before it went on
    quarantine.set_aside(ours.model("linear"), "link")
    registry.settle(ours.ours)
    assert said.noted(ours.ours) == {other: 1}
    assert [each.model for each in said.champions(ours.ours)] == [other]


def test_a_damaged_file_is_set_aside_and_the_rest_stays(ours: Shelf) -> None:
    registry.archive(ours.ours, ours.model("tree").name)
    registry.note(ours.ours, ours.model("linear").name, "a word")
    file = ours.ours / said.FOLDER / said.ARCHIVED
    file.write_bytes(b"{")
    found = registry.registry(ours.ours)
    assert not any(each.archived for each in found.models)
    assert sum(each.notes for each in found.models) == 1
    assert file.with_name(file.name + ".damaged").read_bytes() == b"{"


def test_how_far_a_review_is(ours: Shelf) -> None:
    one = ours.model("tree").name
    assert registry.review_of(ours.ours, one) == ""
    asked = Step(State.IN_REVIEW, Person("Ada"))
    reviews.moved(ours.ours, one, asked, ())
    found = registry.registry(ours.ours)[one]
    assert registry_words.review(found, SAY) == "In review"


# --- set aside -----------------------------------------------------------------------------


def test_what_is_not_used_is_told_with_a_sentence(ours: Shelf) -> None:
    (ours.model("tree") / "extra.pkl").write_bytes(b"\x80\x04N.")
    replaced(ours.model("linear"), ours.foreign / ours.model("linear").name)
    quarantine.set_aside(ours.model("mlp"), "self-test")
    found = registry.registry(ours.ours)
    assert found.models == ()
    why = {each.model: registry_words.why(each, SAY) for each in found.aside}
    assert "extra.pkl" in why[ours.model("tree").name]
    assert "was not made by this installation" in why[ours.model("linear").name]
    assert "does not give the scores" in why[ours.model("mlp").name]


@pytest.mark.parametrize(
    ("reason", "says"),
    [("link", "holds a link"), ("version", "older version"), ("manifest.json", "list of files"),
     ("model_damaged: {'model': 'm', 'reason': 'self-test'}", "does not give the scores"),
     ("time", "too long"), ("ended by -9", "memory or time"), ("model.json", "“model.json”"),
     ("ValueError: bad", "does not load"), ("model_outdated", "another version"),
     ("model_foreign", "not made by"), ("unknown", "not known any more")],
)  # fmt: skip
def test_each_reason_has_a_sentence(reason: str, says: str) -> None:
    aside = quarantine.Aside("k", "m", quarantine.DAMAGED, {"model": "m", "reason": reason})
    assert says in registry_words.why(aside, SAY)


def test_a_model_that_passes_now_comes_back(ours: Shelf) -> None:
    one = ours.model("tree")
    registry.note(ours.ours, one.name, "a word")
    quarantine.set_aside(one, "time")
    (aside,) = quarantine.asides(ours.ours)
    assert registry.restore_aside(ours.ours, aside.key) == one.name
    assert models.load(one).model.spec.id == one.name
    assert registry.registry(ours.ours)[one.name].notes == 1
    assert quarantine.asides(ours.ours) == ()
    steps = ("note", "aside", "restore", "adopt")
    assert told(ours.ours) == [(step, one.name) for step in steps]


def test_a_model_that_fails_still_goes_back_with_the_new_reason(ours: Shelf) -> None:
    one = ours.model("tree")
    weights = next((one / "estimator").iterdir())
    weights.write_bytes(b"other")
    quarantine.set_aside(one, "time")
    (aside,) = quarantine.asides(ours.ours)
    with pytest.raises(ModelDamaged):
        registry.restore_aside(ours.ours, aside.key)
    (again,) = quarantine.asides(ours.ours)
    assert again.facts["reason"] == f"estimator/{weights.name}"
    assert not one.exists()


def test_what_another_machine_signed_does_not_come_back(ours: Shelf) -> None:
    one = ours.model("tree")
    replaced(one, ours.foreign / one.name)
    quarantine.set_aside(one, "time")
    (aside,) = quarantine.asides(ours.ours)
    with pytest.raises(ModelForeign):
        registry.restore_aside(ours.ours, aside.key)
    (again,) = quarantine.asides(ours.ours)
    assert "not made by this installation" in registry_words.why(again, SAY)


def test_a_model_that_was_trained_again_meanwhile_is_not_replaced(ours: Shelf) -> None:
    one = ours.model("tree")
    quarantine.set_aside(one, "time")
    models.save(one, saved("tree"))
    (aside,) = quarantine.asides(ours.ours)
    with pytest.raises(ModelThere):
        registry.restore_aside(ours.ours, aside.key)
    registry.remove_aside(ours.ours, aside.key)
    assert quarantine.asides(ours.ours) == ()
    assert models.load(one)
    with pytest.raises(NotThere):
        registry.remove_aside(ours.ours, aside.key)


# --- at once -------------------------------------------------------------------------------


def test_two_tabs_and_two_processes_lose_nothing(ours: Shelf) -> None:
    """Threads and processes write notes and put models away at once."""
    model, each = ours.model("tree").name, 12
    code = (
        "import sys; from pathlib import Path; from core.store import registry\n"
        "for i in range(int(sys.argv[3])): registry.note(Path(sys.argv[1]), sys.argv[2], str(i))"
    )
    words = [sys.executable, "-c", code, str(ours.ours), model, str(each)]
    others = [subprocess.Popen(words, cwd=ROOT) for _ in range(2)]

    def write(kind: str) -> None:
        for _ in range(each):
            registry.note(ours.ours, model, kind)
        registry.archive(ours.ours, ours.model(kind).name)

    threads = [threading.Thread(target=write, args=(kind,)) for kind in ("linear", "mlp")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait(120) for process in others] == [0, 0]
    assert len(said.notes(ours.ours, model)) == 4 * each
    assert set(said.archived(ours.ours)) == {ours.model(kind).name for kind in ("linear", "mlp")}
    assert len(trail.lines(ours.ours)) == 4 * each + 2


# --- encrypted -----------------------------------------------------------------------------


def test_in_an_encrypted_project_nothing_of_it_lies_in_clear(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from core.store import models, projects, protection, registry
from tests.core.store.made import saved
home = Path(sys.argv[1])
project = projects.create(home, "shop", "2026-01-01T00:00:00+00:00")
folder = projects.folder(home, project.id)
protection.protect(folder, True)
made = saved("tree")
place = folder / "models" / made.model.spec.id
models.save(place, made)
assert len(models.board(folder)[0]) == len(models.board(folder)[0]) == 1
registry.note(folder, place.name, "Quackenbusch asked")
registry.crown(folder, place.name)
assert registry.registry(folder)[place.name].champion
print(folder)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "home")],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"WHYBUY_KEY": KEY},
    )  # fmt: skip
    folder = Path(done.stdout.strip())
    kept = sorted(path for path in (folder / said.FOLDER).rglob("*") if path.is_file())
    assert len(kept) == 3
    for file in kept:
        content = file.read_bytes()
        assert b"Quack" not in content
        assert b"shop.csv" not in content
        assert b"0123456789abcdef" not in content
