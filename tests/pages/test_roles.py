"""Each page as people with another role see it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.questions.question import keys
from core.store import access, allowed, models, people, quarantine, registry, who
from core.store.roles import Right, Role
from core.store.who import NOBODY, Who, acting_as, machine
from pages.shared.around import inside, signed
from tests.pages.conftest import Open, words

ANNA, BEN = Who("anna@shop.example", True), Who("ben@shop.example", True)
ACCESS = 'admins = ["root@shop.example"]\nwelcome = ["@shop.example"]\n'
PAGES = (
    "home", "data", "behaviour", "explore", "train", "evaluate", "explain", "what_if", "models",
    "drift", "review",
)  # fmt: skip
As = Callable[[Who], None]


@pytest.fixture
def as_(monkeypatch: pytest.MonkeyPatch) -> As:
    """From here on pages are of that person, as if a provider had vouched for them."""

    def of(who: Who) -> None:
        monkeypatch.setattr(signed, "asks_who", lambda: True)
        monkeypatch.setattr(signed, "person", lambda told, now: who)

    return of


@pytest.fixture
def shared(project: str, home: Path) -> str:
    """The finished project, Anna's."""
    (home / access.FILE).write_text(ACCESS, "utf-8")
    people_of(home, project, ANNA, Role.ADMIN)
    return project


def people_of(home: Path, project: str, who: Who, role: Role) -> None:
    with acting_as(Who("root@shop.example", True)):
        people.give(home / "projects" / project, who.name, role)


def button(at: AppTest, key: str) -> Any:
    return next(each for each in at.button if each.key == key)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_every_role(
    page: str, role: Role, shared: str, home: Path, as_: As, app: Open
) -> None:
    """And asks nothing of core that the role may not: no sentence about it stands there."""
    people_of(home, shared, BEN, role)
    as_(BEN)
    at = app(page, project=shared)
    assert not at.exception
    assert "Your role in this project is “" not in words(at)
    assert not [each.value for each in at.error]


@pytest.mark.parametrize("page", PAGES[1:])
def test_a_stranger_sees_what_somebody_without_a_project_does(
    page: str, shared: str, home: Path, as_: As, app: Open
) -> None:
    as_(BEN)
    hidden, missing = (words(app(page, project=id_)) for id_ in (shared, "never-000000"))
    assert hidden == missing
    assert "4,098" not in hidden


def test_the_list_of_projects_is_of_what_one_may_look_at(
    shared: str, home: Path, as_: As, app: Open
) -> None:
    as_(BEN)
    assert f"open-{shared}" not in {each.key for each in app("home").button}
    people_of(home, shared, BEN, Role.VIEWER)
    keys = {each.key for each in app("home").button}
    assert f"open-{shared}" in keys
    assert f"sure-{shared}" not in keys
    people_of(home, shared, BEN, Role.ADMIN)
    assert f"sure-{shared}" in {each.key for each in app("home").button}


@pytest.mark.parametrize("role", Role)
def test_what_the_role_leaves_out_cannot_be_used(
    role: Role, shared: str, home: Path, as_: As, app: Open
) -> None:
    people_of(home, shared, BEN, role)
    as_(BEN)
    works = role in (Role.ANALYST, Role.ADMIN)
    train = app("train", project=shared)
    assert button(train, "find-go").disabled is not works
    assert ("Analysts and admins" in str(button(train, "find-go").help)) is not works
    assert bool(train.get("popover")) is works
    data = app("data", "people", "keep", "rest", "masks", project=shared)
    shown = {each.label for each in data.expander}
    assert ("How columns are masked" in shown) is works
    assert ("Real ids: export and deletion" in shown) is works
    for fold in (
        "The key, and encryption of this project's files",
        "How long the customers' data are kept",
    ):
        assert (fold in shown) is (role is Role.ADMIN)
    forms = {each.label for each in data.button}
    assert ("Make the final list" in forms) is works
    assert ("Delete this customer" in forms) is (role is Role.ADMIN)
    evaluate = app("evaluate", "trust-fold", project=shared)
    evaluate.toggle[0].set_value(True).run()
    assert bool(evaluate.get("download_button")) is (role is not Role.VIEWER)


@pytest.mark.parametrize("role", Role)
def test_of_models_the_role_leaves_out_cannot_be_used(
    role: Role, shared: str, home: Path, as_: As, app: Open
) -> None:
    """Models are spoken of, put away, brought and compared by whoever works on them."""
    people_of(home, shared, BEN, role)
    folder = home / "projects" / shared
    with acting_as(ANNA):
        forests = [each for each in models.board(folder)[0] if each.spec.family == "forest"]
        kept = {each.spec.target.name: each.id for each in forests}
        quarantine.set_aside(models.place(folder, kept["next_category"]), "time")
        note = registry.note(folder, kept["will_buy_again"], "a word").id
    (aside,) = quarantine.asides(folder)
    as_(BEN)
    works, id_ = role in (Role.ANALYST, Role.ADMIN), kept["will_buy_again"]
    at = app("models", "models-bring", "models-export", "models-aside", project=shared)
    assert not at.exception
    assert not at.error
    for key in (f"crown-{id_}", f"unnote-{note}", f"aside-try-{aside.key}"):
        assert button(at, key).disabled is not works, key
    folded = [each.proto.popover for each in at.get("popover")]
    assert [each.label for each in folded] == ["Archive", "Delete", "Delete"]
    assert {each.disabled for each in folded} == {not works}
    assert at.text_area(key=f"note-text-{id_}").disabled is not works
    assert next(b for b in at.button if b.label == "Keep the note").disabled is not works
    assert bool(at.file_uploader) is works
    made = [each for each in at.button if each.label == "Make the file"]
    assert bool(made) is (role is not Role.VIEWER)
    later = app("drift", project=shared)
    assert bool(later.file_uploader) is works
    assert ("Analysts and admins" in words(later)) is not works
    with acting_as(ANNA):
        registry.crown(folder, id_)
    assert button(app("models", project=shared), f"uncrown-{id_}").disabled is not works


@pytest.mark.parametrize("role", Role)
def test_of_a_review_the_role_leaves_out_cannot_be_used(
    role: Role, shared: str, home: Path, as_: As, app: Open
) -> None:
    """With all that is folded open: who judges, who asks for it, who decides for the project."""
    people_of(home, shared, BEN, role)
    as_(BEN)
    folds = (*(f"question-{key}" for key in keys()), "told-fold", "trail-fold", "report-fold")
    at = app("review", *folds, project=shared)
    assert not at.exception
    assert not at.error
    judges, works = role in (Role.REVIEWER, Role.ADMIN), role is not Role.VIEWER
    assert button(at, "gather-go").disabled is not works
    assert button(at, "step-in_review").disabled is not works
    told = [each for each in at.button if each.label == "Keep"]
    assert sum(each.disabled for each in told) == (0 if judges else len(told) - works)
    assert at.toggle(key="policy-False").disabled is not (role is Role.ADMIN)
    assert bool(at.get("download_button")) is works


def test_only_the_machines_own_people_read_its_folders(
    shared: str, home: Path, as_: As, app: Open
) -> None:
    as_(ANNA)
    ways = next(
        each for each in app("data", bring=True).get("button_group") if each.key == "bring-way"
    )
    assert len(ways.options) == 2
    as_(Who("root@shop.example", True))
    ways = next(
        each for each in app("data", bring=True).get("button_group") if each.key == "bring-way"
    )
    assert len(ways.options) == 3


# --- giving roles ------------------------------------------------------------------------


def test_an_admin_gives_changes_and_takes_roles(
    shared: str, home: Path, as_: As, app: Open
) -> None:
    as_(ANNA)
    folder = home / "projects" / shared

    def give(at: AppTest, who: str, role: Role) -> AppTest:
        at.text_input(key="role-who").set_value(who)
        at.segmented_control(key="role-what").set_value(role)
        next(each for each in at.button if each.label == "Give the role").click()
        return at.run()

    at = app("data", "people-roles", project=shared)
    assert "Your role in this project is admin." in words(at)
    at = give(at, "Ben@shop.example", Role.VIEWER)
    assert {each.who: each.role for each in allowed.given(folder)}[BEN.name] is Role.VIEWER
    at = give(at, BEN.name, Role.ANALYST)
    assert {each.who: each.role for each in allowed.given(folder)}[BEN.name] is Role.ANALYST
    assert "analyst, given by “anna@shop.example”" in words(at)
    assert "is no name that somebody signs in with" in words(give(at, "not a name", Role.VIEWER))
    assert "is the only admin" in words(give(at, ANNA.name, Role.VIEWER))
    at = app("data", "people-roles", project=shared)
    at = button(at, f"take-{BEN.name}").click().run()
    assert [each.who for each in allowed.given(folder)] == [ANNA.name]
    assert "is the only admin" in words(button(at, f"take-{ANNA.name}").click().run())
    assert [each.who for each in allowed.given(folder)] == [ANNA.name]


def test_a_viewer_sees_who_has_which_role_and_changes_none(
    shared: str, home: Path, as_: As, app: Open
) -> None:
    people_of(home, shared, BEN, Role.VIEWER)
    as_(BEN)
    at = app("data", "people-roles", project=shared)
    assert ANNA.name in words(at)
    assert not [each for each in at.button if str(each.key).startswith("take-")]
    assert not [each for each in at.text_input if each.key == "role-who"]


def test_damaged_roles_are_said_to_who_can_give_them_anew(
    shared: str, home: Path, as_: As, app: Open
) -> None:
    (home / "projects" / shared / allowed.FILE).write_bytes(b"[{")
    as_(ANNA)
    assert "4,098" not in words(app("data", "people-roles", project=shared))
    as_(Who("root@shop.example", True))
    at = app("data", "people-roles", project=shared)
    assert "cannot be read" in words(at)
    assert at.text_input(key="role-who")


def test_where_nobody_signs_in_everybody_may_do_everything(project: str, app: Open) -> None:
    at = app("data", "people-roles", project=project)
    assert "Nobody signs in here" in words(at)
    assert not button(app("train", project=project), "find-go").disabled
    assert "the app answers this machine only" in "".join(c.value for c in at.sidebar.caption)


# --- signing in --------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_whoever_has_not_signed_in_sees_nothing_else(
    page: str, shared: str, as_: As, app: Open
) -> None:
    as_(NOBODY)
    at = app(page, project=shared)
    assert [each.key for each in at.button] == ["sign-in"]
    assert "4,098" not in words(at)


def test_whom_nobody_let_in_is_told_whom_to_ask(shared: str, as_: As, app: Open) -> None:
    as_(Who("eve@other.example", True))
    at = app("data", project=shared)
    assert "Ask “root@shop.example”" in words(at)
    assert [each.key for each in at.button] == ["sign-out"]


def test_a_run_outside_of_a_page_is_nobodys(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where people sign in: what forgets to say for whom it works reaches nothing."""
    assert inside._whose_run() is None
    monkeypatch.setattr(signed, "asks_who", lambda: True)
    assert inside._whose_run() == NOBODY
    monkeypatch.setattr(who, "_askers", {"pages": inside._whose_run})
    assert not any(allowed.may(Path("home/projects/x"), right) for right in Right)
    with acting_as(machine()):
        assert all(allowed.may(Path("home/projects/x"), right) for right in Right)
