"""The review page: every widget that changes something is used."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.progress import silent
from core.questions.question import keys
from core.review.evidence import Evidence
from core.review.review import Answer, Expected, Person, State, Way
from core.store import evidence, models, projects, reviews, trail
from core.store.reasons import usual_way, way_text
from core.store.reviews import Step
from core.store.trail import What
from core.tasks.reasons import explain_model
from tests.pages.conftest import Open, button, until, words

REVIEWER = "Eve"


@pytest.fixture
def folder(home: Path, project: str) -> Path:
    return projects.folder(home, project)


@pytest.fixture
def model(folder: Path) -> str:
    answers = models.board(folder)[0]
    return next(e.id for e in answers if e.spec.target.name == "will_buy_again" and e.spec.params)


def named(at: AppTest) -> AppTest:
    at.text_input(key="reviewer").set_value(REVIEWER)
    return at.run()


def test_without_a_model_it_says_where_to_go(app: Open) -> None:
    at = app("review")
    assert not at.exception
    assert "No table yet" in words(at)


def test_a_draft_with_nine_questions(app: Open, project: str) -> None:
    at = app("review", project=project)
    assert not at.exception
    assert "Draft" in words(at)
    assert "0 of 9 questions have a verdict" in words(at)
    labels = [each.label for each in at.expander]
    assert sum("no verdict yet" in label for label in labels) == len(keys())


def test_evidence_is_gathered_beside_the_page(app: Open, project: str, home: Path) -> None:
    at = app("review", project=project)
    at.multiselect(key=next(m.key for m in at.multiselect if m.key)).set_value(["gender"]).run()
    button(at, "Gather the evidence").click().run()  # type: ignore[attr-defined]
    assert not at.exception
    (job,) = jobs.active(home)
    wish = jobs.wish(job)
    assert (wish.task, wish.arguments["columns"]) == ("gather", ["gender"])
    jobs.stop(job)


@pytest.mark.parametrize("key", keys())
def test_a_question_shows_evidence_and_keeps_a_verdict(
    app: Open, project: str, folder: Path, model: str, key: str
) -> None:
    evidence.keep(folder, model, Evidence((), (), None, (), (), (), None, None, whole=True))
    at = named(app("review", f"question-{key}", project=project))
    assert not at.exception
    at.radio(key=f"answer-{key}-{model}").set_value(Answer.CONCERN)
    at.text_area(key=f"note-{key}-{model}").set_value("the *data* are old")
    at.button(key=next(b.key for b in at.button if b.label == "Keep" and key in str(b.key))).click()
    at.run()
    assert not at.exception
    verdict = reviews.load(folder, model).verdicts[key]
    assert (verdict.answer, verdict.note) == (Answer.CONCERN, "the *data* are old")
    assert verdict.by == Person(REVIEWER)
    assert "1 of 9 questions have a verdict" in words(at)


def test_a_concern_without_a_note_gets_a_sentence(
    app: Open, project: str, folder: Path, model: str
) -> None:
    at = named(app("review", "question-data", project=project))
    at.radio(key=f"answer-data-{model}").set_value(Answer.NO)
    at.button(key=next(b.key for b in at.button if b.label == "Keep")).click().run()
    assert "needs a note" in words(at)
    assert not reviews.load(folder, model).verdicts


def test_a_rule_is_held_against_the_model(
    app: Open, project: str, folder: Path, model: str
) -> None:
    at = named(app("review", "question-better", project=project))
    at.text_input(key="rule-text").set_value("orders >= 3")
    button(at, "Hold it against the model").click().run()  # type: ignore[attr-defined]
    assert not at.exception
    (rule,) = reviews.load(folder, model).rules
    assert rule.text == "orders >= 3"
    assert "“orders >= 3”" in words(at)
    at.text_input(key="rule-text").set_value("sunshine >= 3")
    button(at, "Hold it against the model").click().run()  # type: ignore[attr-defined]
    assert "sunshine" in words(at)
    assert len(reviews.load(folder, model).rules) == 1


def test_five_customers_are_judged_before_the_answer_is_shown(
    app: Open, project: str, folder: Path, model: str
) -> None:
    at = app("review", "question-people", project=project)
    for number in range(1, 6):
        assert f"Customer {number} of 5" in words(at)
        said = next(s for s in at.selectbox if str(s.key).startswith("judge-said"))
        said.set_value("yes")
        button(at, "Keep my answer, then show the model's").click().run()  # type: ignore[attr-defined]
        assert not at.exception
        judged = reviews.load(folder, model).judged
        assert len(judged) == number
        assert judged[-1].said == "yes"
    assert "of 5 customers" in words(at)
    assert "Customer 6" not in words(at)


def test_reasons_are_marked(app: Open, project: str, folder: Path, model: str, home: Path) -> None:
    saved = models.load(models.place(folder, model))
    way = way_text(usual_way(folder, saved))
    explain_model(home, silent, project, model, way, 30)
    at = app("review", "question-reasons", project=project)
    assert not at.exception
    marks = [each for each in at.button_group if str(each.key).startswith("mark-")]
    column = str(marks[0].key).removeprefix(f"mark-{model}-")
    marks[0].set_value(Expected.WRONG).run()
    assert reviews.load(folder, model).marks[column].expected is Expected.WRONG
    at.selectbox(key=f"way-{model}-{column}").set_value(Way.FALLS).run()
    assert reviews.load(folder, model).marks[column].way is Way.FALLS
    assert "Wrong: " in words(at)


def test_what_it_is_for_is_kept(app: Open, project: str, folder: Path, model: str) -> None:
    at = app("review", "told-fold", project=project)
    at.text_area(key=f"told-use-{model}").set_value("Letters to members")
    at.text_area(key=f"told-limits-{model}").set_value("Not for prices")
    at.button(key=next(b.key for b in at.button if b.label == "Keep")).click().run()
    told = reviews.load(folder, model).told
    assert (told.intended_use, told.limits) == ("Letters to members", "Not for prices")


def test_from_draft_to_approved_to_withdrawn(
    app: Open, project: str, folder: Path, model: str
) -> None:
    for key in keys():
        reviews.said(folder, model, key, Answer.YES, "", Person("Eve"))
    at = app("review", project=project)
    at.text_input(key="reviewer").set_value("Ann").run()
    button(at, "Ask for a review").click().run()  # type: ignore[attr-defined]
    assert "In review" in words(at)
    button(at, "Approve and sign").click().run()  # type: ignore[attr-defined]
    assert "asked for this review and cannot approve it" in words(at)
    named(at)
    button(at, "Approve and sign").click().run()  # type: ignore[attr-defined]
    assert not at.exception
    assert "Approved." in words(at)
    assert "a typed name" in words(at)
    assert reviews.load(folder, model).state is State.APPROVED
    assert What.SIGN in [line.what for line in trail.lines(folder)]
    reviews.said(folder, model, "data", Answer.CONCERN, "hm", Person("Eve"))
    at.run()
    assert "Withdrawn" in words(at)
    assert "the verdicts" in words(at)


def test_a_signature_over_what_was_changed_meanwhile_is_refused(
    app: Open, project: str, folder: Path, model: str
) -> None:
    for key in keys():
        reviews.said(folder, model, key, Answer.YES, "", Person("Eve"))
    reviews.moved(folder, model, Step(State.IN_REVIEW, Person("Ann")), keys())
    at = named(app("review", project=project))
    evidence.keep(folder, model, Evidence(compared=("city",)))  # in another tab
    reviews.said(folder, model, "data", Answer.YES, "looked again", Person("Ann"))
    button(at, "Approve and sign").click().run()  # type: ignore[attr-defined]
    assert "no longer what was reviewed" in words(at)
    assert reviews.load(folder, model).state is State.IN_REVIEW


def test_a_project_asks_for_approval(app: Open, project: str, folder: Path) -> None:
    at = app("review", project=project)
    at.toggle(key="policy-False").set_value(True).run()
    assert not at.exception
    assert reviews.policy(folder).approved_only
    assert until(at, lambda: not at.exception)
