"""A review on disk: what is said is kept, a signature stands for what was there, and no other."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from core.errors import (
    ApprovedByRequester,
    ApprovedByTrainer,
    NotAllowed,
    NotApproved,
    NoteMissing,
    ReviewChanged,
)
from core.progress import silent
from core.questions.question import keys
from core.review.people import Answer as Compared
from core.review.review import Answer, Mark, Move, Person, State, Told, Way
from core.store import evidence, models, people, protection, rest, reviews, signing, trail
from core.store.prints import prints
from core.store.reviews import Policy, Step
from core.store.roles import Role
from core.store.trail import What
from core.store.who import Who, acting_as
from core.tasks.evidence import gather
from tests.core.test_tasks import trained

ANNA, EVE = Person("Anna"), Person("Eve")
QUESTIONS = ("data",)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    monkeypatch.setenv("WHYBUY_HOME", str(tmp_path))
    return trained(tmp_path)


def approved(folder: Path, model: str) -> None:
    reviews.said(folder, model, "data", Answer.YES, "", EVE)
    reviews.moved(folder, model, Step(State.IN_REVIEW, ANNA), QUESTIONS)
    reviews.moved(folder, model, Step(State.APPROVED, EVE), QUESTIONS)


def test_what_is_said_is_kept(made: tuple[Path, str]) -> None:
    folder, model = made
    reviews.said(folder, model, "data", Answer.CONCERN, " old\x00 data ", EVE)
    reviews.marked(folder, model, "visits", Mark(None, Way.RISES))
    reviews.told(folder, model, Told("letters", "nobody under 18"))
    customer = Compared(3, "yes", "no", "yes", ("visits",), agrees=False, shares=None)
    reviews.judged(folder, model, customer)
    reviews.judged(folder, model, replace(customer, said="no"))  # too late: they have seen it
    found = reviews.load(folder, model)
    verdict = found.verdicts["data"]
    assert (verdict.answer, verdict.note, verdict.by) == (Answer.CONCERN, "old data", EVE)
    assert found.marks == {"visits": Mark(None, Way.RISES)}
    assert found.told == Told("letters", "nobody under 18")
    assert found.judged == (customer,)
    assert found.state is State.DRAFT
    with pytest.raises(NoteMissing):
        reviews.said(folder, model, "data", Answer.NO, "  ", EVE)


def test_an_approval_is_sealed_and_stands(made: tuple[Path, str]) -> None:
    folder, model = made
    approved(folder, model)
    found = reviews.standing(folder, model)
    assert (found.state, found.changed) == (State.APPROVED, ())
    last = found.review.last
    assert last is not None
    assert reviews.is_sealed(folder, model, last)
    told = [line.what for line in trail.lines(folder)]
    assert told.count(What.SIGN) == 1
    assert trail.lines(folder)[-1].hash == last.seal


def changed_data(folder: Path, model: str) -> None:
    spec = models.entry(models.place(folder, model)).spec
    record = folder / "tables" / spec.dataset / "table.json"
    known = json.loads(record.read_text())
    record.write_text(json.dumps(known | {"rows": known["rows"] + 1}))


def changed_model(folder: Path, model: str) -> None:
    place = models.place(folder, model)
    models.save(place, replace(models.load(place), seconds=1234.5))


def changed_evidence(folder: Path, model: str) -> None:
    evidence.keep(folder, model, replace(evidence.load(folder, model), compared=("city",)))


def changed_reasons(folder: Path, model: str) -> None:
    file = next((folder / "reasons" / model).rglob("part-*.parquet"))
    file.write_bytes(file.read_bytes() + b" ")


def changed_verdict(folder: Path, model: str) -> None:
    reviews.said(folder, model, "data", Answer.NO, "no", ANNA)


def changed_seal(folder: Path, model: str) -> None:
    file = folder / "reviews" / model / "review.json"
    text = file.read_text()
    assert '"name":"Eve"' in text
    file.write_text(text.replace('"name":"Eve"', '"name":"Ann"'))


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (changed_data, "data"),
        (changed_model, "model"),
        (changed_evidence, "evidence"),
        (changed_reasons, "explanations"),
        (changed_verdict, "verdicts"),
        (changed_seal, "signature"),
    ],
)
def test_any_change_withdraws_it_visibly(made: tuple[Path, str], change, part: str) -> None:  # type: ignore[no-untyped-def]
    folder, model = made
    gather(folder.parents[1], silent, folder.name, model, [])
    approved(folder, model)
    change(folder, model)
    found = reviews.standing(folder, model)
    assert found.state is State.WITHDRAWN
    assert part in found.changed
    again = reviews.standing(folder, model)  # it is on disk, once
    assert again.review == found.review
    assert again.changed == found.changed
    last = trail.lines(folder)[-1]
    assert (last.what, last.facts["state"]) == (What.STATE, "withdrawn")


def test_nothing_is_signed_that_was_not_seen(made: tuple[Path, str]) -> None:
    folder, model = made
    reviews.said(folder, model, "data", Answer.YES, "", EVE)
    reviews.moved(folder, model, Step(State.IN_REVIEW, ANNA), QUESTIONS)
    seen = prints(folder, model, reviews.load(folder, model))
    changed_model(folder, model)
    with pytest.raises(ReviewChanged) as fault:
        reviews.moved(folder, model, Step(State.APPROVED, EVE, "", seen), QUESTIONS)
    assert "model" in fault.value.parts
    assert reviews.load(folder, model).state is State.IN_REVIEW


def test_a_seal_of_another_model_is_worth_nothing(made: tuple[Path, str]) -> None:
    folder, model = made
    approved(folder, model)
    spec = models.entry(models.place(folder, model)).spec
    other = next(e.id for e in models.board(folder)[0] if e.spec.family != spec.family)
    file = folder / "reviews" / other / "review.json"
    file.parent.mkdir(parents=True)
    file.write_bytes((folder / "reviews" / model / "review.json").read_bytes())
    found = reviews.standing(folder, other)
    assert (found.state, found.changed) == (State.WITHDRAWN, ("signature",))


def test_a_forged_approval_counts_for_nothing(made: tuple[Path, str]) -> None:
    folder, model = made
    found = reviews.load(folder, model)
    move = Move(
        State.IN_REVIEW, State.APPROVED, EVE, "2026-01-01T00:00:00+00:00", "", {}, (), "x", "y"
    )
    file = folder / "reviews" / model / "review.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(msgspec.json.encode(replace(found, moves=(move,))))
    assert reviews.standing(folder, model).state is State.WITHDRAWN


def test_who_trained_is_known_from_the_trail(made: tuple[Path, str]) -> None:
    folder, model = made
    with acting_as(Who("eve@shop.example", True)):
        trail.tell(folder, What.TRAIN, model)
        assert reviews.person("somebody else") == Person("eve@shop.example", True)
    assert "eve@shop.example" in reviews.trainers(folder, model)
    reviews.said(folder, model, "data", Answer.YES, "", EVE)
    reviews.moved(folder, model, Step(State.IN_REVIEW, ANNA), QUESTIONS)
    step = Step(State.APPROVED, Person("EVE@shop.example"))
    with pytest.raises(ApprovedByTrainer):
        reviews.moved(folder, model, step, QUESTIONS)
    with pytest.raises(ApprovedByRequester):
        reviews.moved(folder, model, Step(State.APPROVED, Person("anna")), QUESTIONS)


def test_a_project_may_score_with_approved_models_only(made: tuple[Path, str]) -> None:
    folder, model = made
    place = models.place(folder, model)
    reviews.may_score(place)
    reviews.ask_for(folder, Policy(approved_only=True))
    with pytest.raises(NotApproved):
        reviews.may_score(place)
    approved(folder, model)
    reviews.may_score(place)
    changed_model(folder, model)
    with pytest.raises(NotApproved) as fault:
        reviews.may_score(place)
    assert fault.value.state == State.WITHDRAWN
    (folder / "reviews" / "policy.json").write_text("{")  # damaged: it asks for approval still
    with pytest.raises(NotApproved):
        reviews.may_score(place)


def test_a_damaged_review_is_set_aside(made: tuple[Path, str]) -> None:
    folder, model = made
    approved(folder, model)
    file = folder / "reviews" / model / "review.json"
    file.write_text(file.read_text()[:-20])
    assert reviews.standing(folder, model).state is State.DRAFT
    assert file.with_name("review.json.damaged").exists()


def test_many_at_once_lose_nothing(made: tuple[Path, str]) -> None:
    """Threads here, and a process beside them."""
    folder, model = made
    script = (
        "import sys; from pathlib import Path; from core.store import reviews;"
        "from core.review.review import Answer, Person;"
        "[reviews.said(Path(sys.argv[1]), sys.argv[2], f'p{i}', Answer.YES, '', Person('P'))"
        " for i in range(20)]"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(folder), model]) as other:
        threads = [
            threading.Thread(
                target=lambda n=n: [
                    reviews.said(folder, model, f"t{n}-{i}", Answer.YES, "", EVE) for i in range(10)
                ]
            )
            for n in range(3)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert other.wait(120) == 0
    found = reviews.load(folder, model).verdicts
    assert len(found) == 50
    assert len([line for line in trail.lines(folder) if line.what is What.REVIEW]) == 50


def test_it_goes_with_its_model(made: tuple[Path, str]) -> None:
    folder, model = made
    approved(folder, model)
    models.remove(folder, model)
    assert not (folder / "reviews" / model).exists()


def test_every_question_is_asked(made: tuple[Path, str]) -> None:
    assert len(keys()) == len(set(keys())) == 9


def test_a_signature_needs_the_installations_key(
    made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, model = made
    approved(folder, model)
    monkeypatch.setattr(signing, "_there", lambda home: iter(()))
    assert reviews.changed_since(
        folder, model, reviews.load(folder, model), reviews.load(folder, model).moves[-1]
    ) == ("signature",)


def test_an_encrypted_project_keeps_its_reviews_sealed(
    made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    folder, model = made
    reviews.said(folder, model, "data", Answer.CONCERN, "the canary sings", EVE)
    reviews.moved(folder, model, Step(State.IN_REVIEW, ANNA), QUESTIONS)
    reviews.moved(folder, model, Step(State.APPROVED, EVE, "for the canary"), QUESTIONS)
    protection.protect(folder, True)
    file = folder / "reviews" / model / "review.json"
    assert rest.is_sealed(file)
    assert b"canary" not in file.read_bytes()
    assert reviews.standing(folder, model).state is State.APPROVED  # encryption is no change
    reviews.said(folder, model, "fair", Answer.NO, "another canary", EVE)
    assert b"canary" not in file.read_bytes()
    assert reviews.load(folder, model).verdicts["fair"].note == "another canary"
    protection.protect(folder, False)
    assert "another canary" in file.read_text()


@pytest.mark.parametrize("role", list(Role))
def test_where_people_sign_in_whoever_judges_needs_the_right_to(
    made: tuple[Path, str], role: Role
) -> None:
    folder, model = made
    (folder.parents[1] / "access.toml").write_text('admins = ["root@shop.example"]\n')
    with acting_as(Who("root@shop.example", True)):
        people.give(folder, "ben@shop.example", role)
        reviews.moved(folder, model, Step(State.IN_REVIEW, ANNA), QUESTIONS)
    judges = role in (Role.REVIEWER, Role.ADMIN)
    with acting_as(Who("ben@shop.example", True)):
        by = reviews.person("typed by somebody")
        assert by == Person("ben@shop.example", True)
        for judge in (
            lambda: reviews.said(folder, model, "data", Answer.YES, "", by),
            lambda: reviews.marked(folder, model, "visits", Mark(None, Way.RISES)),
            lambda: reviews.moved(folder, model, Step(State.APPROVED, by), QUESTIONS),
        ):
            if judges:
                judge()
            else:
                with pytest.raises(NotAllowed):
                    judge()
        if role is not Role.VIEWER:
            reviews.told(folder, model, Told("letters"))
        assert reviews.load(folder, model).state is (State.APPROVED if judges else State.IN_REVIEW)
    last = trail.lines(folder)[-1]
    assert (last.who, last.signed_in) == ("ben@shop.example", True) or role is Role.VIEWER


def test_whoever_only_looks_sees_an_approval_withdrawn(made: tuple[Path, str]) -> None:
    folder, model = made
    approved(folder, model)
    (folder.parents[1] / "access.toml").write_text('admins = ["root@shop.example"]\n')
    with acting_as(Who("root@shop.example", True)):
        people.give(folder, "ben@shop.example", Role.VIEWER)
    changed_model(folder, model)
    with acting_as(Who("ben@shop.example", True)):
        assert reviews.standing(folder, model).state is State.WITHDRAWN
    assert trail.lines(folder)[-1].who == ""  # the app did it, not who looked
