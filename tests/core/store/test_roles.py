"""Who may do what in a project: where core reads, writes and works, whoever asks."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import jobs
from core.errors import (
    AccessDamaged,
    LastAdmin,
    NotAllowed,
    NotAPerson,
    NotOfThisMachine,
    NotThere,
    NotWelcome,
    RolesDamaged,
)
from core.explore.filters import Filter
from core.store import (
    access,
    allowed,
    board,
    cohorts,
    export,
    folder,
    models,
    packing,
    people,
    projects,
    protection,
    quarantine,
    registry,
    removal,
    rest,
    retention,
    said,
    shapes,
    signed_out,
    trail,
    vault,
)
from core.store.roles import RIGHTS, Right, Role, with_right
from core.store.who import NOBODY, TOLD, Who, acting, acting_as, asked_of, environment, machine
from tests.core.store.made import saved

ROOT = Path(__file__).resolve().parents[3]
NOW = "2026-03-01T10:00:00+00:00"
ANNA, BEN, CLEO = (Who(f"{name}@shop.example", True) for name in ("anna", "ben", "cleo"))
ROOT_ADMIN = Who("root@shop.example", True)
ACCESS = 'admins = ["root@shop.example"]\nwelcome = ["@shop.example"]\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Root looks after everything, everybody at the shop is welcome."""
    return let_in(tmp_path / "home", ACCESS)


def let_in(home: Path, text: str) -> Path:
    home.mkdir(exist_ok=True)
    (home / access.FILE).write_text(text, "utf-8")
    (home / access.FILE).chmod(0o600)
    return home


@pytest.fixture
def annas(home: Path) -> Path:
    """A project that Anna made."""
    with acting_as(ANNA):
        return projects.folder(home, projects.create(home, "Shop", NOW).id)


def a_model(project: Path, kind: str) -> str:
    """The id of a model of that kind, put on the project's shelf."""
    models.save(project / "models" / saved(kind).model.spec.id, saved(kind))
    return saved(kind).model.spec.id


def with_role(project: Path, who: Who, role: Role) -> None:
    with acting_as(ANNA):
        people.give(project, who.name, role)


# --- what roles may do -------------------------------------------------------------------


def test_each_role_has_its_rights_and_no_other() -> None:
    """Written out by hand: a right that slips into a role changes this table."""
    assert {role: set(rights) for role, rights in RIGHTS.items()} == {
        Role.VIEWER: {"look"},
        Role.REVIEWER: {"look", "review", "export"},
        Role.ANALYST: {"look", "work", "export", "ids"},
        Role.ADMIN: {"look", "work", "review", "export", "ids", "admin"},
    }
    assert with_right(Right.ADMIN) == (Role.ADMIN,)
    assert with_right(Right.REVIEW) == (Role.REVIEWER, Role.ADMIN)


@pytest.mark.parametrize(("role", "right"), list(itertools.product(Role, Right)))
def test_a_role_reaches_as_far_as_it_says(role: Role, right: Right, annas: Path) -> None:
    with_role(annas, BEN, role)
    with acting_as(BEN):
        assert allowed.role(annas) is role
        assert allowed.may(annas, right) is (right in RIGHTS[role])
        if right in RIGHTS[role]:
            allowed.need(annas, right)
            return
        with pytest.raises(NotAllowed) as caught:
            allowed.need(annas, right)
    assert caught.value.facts == {
        "what": right,
        "role": role,
        "needs": with_right(right),
        "ask": (ANNA.name,),
    }


def test_without_sign_in_everybody_at_this_machine_is_admin(home: Path) -> None:
    made = projects.create(home, "Shop", NOW)
    place = projects.folder(home, made.id)
    assert not (place / allowed.FILE).exists()
    assert allowed.role(place) is Role.ADMIN
    line = trail.tell(place, trail.What.REVIEW, "model")
    assert (line.who, line.signed_in) == (machine().name, False)


def test_whoever_makes_a_project_is_its_admin_and_nobody_else_knows_of_it(
    home: Path, annas: Path
) -> None:
    with acting_as(ANNA):
        assert [each.id for each in projects.recent(home)] == [annas.name]
        assert allowed.role(annas) is Role.ADMIN
    for stranger in (BEN, NOBODY, Who("anna", True), Who("ANNA@shop.example", True)):
        with acting_as(stranger):
            assert projects.recent(home) == ()
            with pytest.raises(NotThere) as hidden:
                projects.load(home, annas.name)
            with pytest.raises(NotThere) as missing:
                projects.load(home, "never-000000")
        assert hidden.value.facts | {"name": ""} == missing.value.facts | {"name": ""}


def test_who_runs_it_all_sees_every_project(home: Path, annas: Path) -> None:
    with acting_as(ROOT_ADMIN):
        assert [each.id for each in projects.recent(home)] == [annas.name]
        assert allowed.role(annas) is Role.ADMIN
        made_before = projects.create(home, "Second", NOW)
    with acting_as(ANNA):
        assert made_before.id not in {each.id for each in projects.recent(home)}


def test_projects_from_before_sign_in_are_for_who_runs_it_all(home: Path) -> None:
    old = projects.folder(home, projects.create(home, "Old", NOW).id)
    with acting_as(ANNA):
        assert allowed.role(old) is None
    with acting_as(ROOT_ADMIN):
        people.give(old, ANNA.name, Role.ANALYST)
    with acting_as(ANNA):
        assert allowed.role(old) is Role.ANALYST


# --- giving and taking -------------------------------------------------------------------


def test_a_change_of_a_role_is_told_to_the_trail(annas: Path) -> None:
    with acting_as(ANNA):
        people.give(annas, " Ben@Shop.Example ", Role.VIEWER)
        people.give(annas, BEN.name, Role.REVIEWER)
        people.give(annas, BEN.name, Role.REVIEWER)  # nothing changes: nothing is told
        people.take(annas, BEN.name)
    told = [(line.who, line.of, line.facts) for line in trail.lines(annas)]
    assert told == [
        (ANNA.name, BEN.name, {"role": "viewer", "before": "none"}),
        (ANNA.name, BEN.name, {"role": "reviewer", "before": "viewer"}),
        (ANNA.name, BEN.name, {"role": "none", "before": "reviewer"}),
    ]
    assert all(line.signed_in for line in trail.lines(annas))


def test_the_last_admin_stays(annas: Path) -> None:
    with acting_as(ANNA):
        for change in (
            lambda: people.take(annas, ANNA.name),
            lambda: people.give(annas, ANNA.name, Role.ANALYST),
        ):
            with pytest.raises(LastAdmin):
                change()
        assert allowed.role(annas) is Role.ADMIN
        people.give(annas, CLEO.name, Role.ADMIN)
        people.take(annas, ANNA.name)
        assert allowed.role(annas) is None
    with acting_as(CLEO), pytest.raises(LastAdmin):
        people.take(annas, CLEO.name)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.ANALYST])
def test_only_an_admin_gives_roles(role: Role, annas: Path) -> None:
    with_role(annas, BEN, role)
    with acting_as(BEN):
        for change in (
            lambda: people.give(annas, BEN.name, Role.ADMIN),
            lambda: people.take(annas, ANNA.name),
        ):
            with pytest.raises(NotAllowed):
                change()
        assert allowed.role(annas) is role


def test_a_role_that_was_taken_ends_at_once(home: Path, annas: Path) -> None:
    with_role(annas, BEN, Role.ANALYST)
    with acting_as(BEN):
        assert projects.load(home, annas.name).name == "Shop"
    with acting_as(ANNA):
        people.take(annas, BEN.name)
        with pytest.raises(NotThere):
            people.take(annas, BEN.name)
    with acting_as(BEN), pytest.raises(NotThere):
        projects.load(home, annas.name)


@pytest.mark.parametrize("typed", ["", "  ", "anna ben@x.y", "<b>@x.y", "a\nb@x.y", "a" * 300])
def test_what_is_nobodys_name_is_said(typed: str, annas: Path) -> None:
    with acting_as(ANNA), pytest.raises(NotAPerson):
        people.give(annas, typed, Role.VIEWER)


def test_names_are_folded_only_where_that_joins_no_two_people() -> None:
    assert access.person_of("Anna@Shop.example") == "anna@shop.example"
    kelvin = "\u212aim@shop.example"  # lower() makes a k of it
    assert access.person_of(kelvin) != access.person_of("kim@shop.example")
    assert access.person_of("https://id|AbC") != access.person_of("https://id|abc")


# --- the file ----------------------------------------------------------------------------

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda text: b"",
    "cut": lambda text: text[: len(text) // 2],
    "binary": lambda text: os.urandom(64),
    "object": lambda text: b"{}",
    "unknown role": lambda text: text.replace(b'"admin"', b'"owner"'),
    "unknown field": lambda text: text.replace(b'"who"', b'"may":"all","who"'),
    "twice": lambda text: text[:-1] + b"," + text[1:],
    "nobody": lambda text: text.replace(b"anna@shop.example", b"", 1),
    "not text": lambda text: b"\xff\xfe" + text,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_lets_nobody_in_but_who_runs_it_all(
    damage: str, home: Path, annas: Path
) -> None:
    """Also not those for whom the installation has a role in every project."""
    let_in(home, ACCESS + 'role = "viewer"\n')
    with acting_as(BEN):
        assert allowed.role(annas) is Role.VIEWER
    file = annas / allowed.FILE
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    for who in (ANNA, BEN, CLEO, NOBODY):
        with acting_as(who):
            assert allowed.role(annas) is None
            assert projects.recent(home) == ()
    with acting_as(ROOT_ADMIN):
        with pytest.raises(RolesDamaged):
            allowed.given(annas)
        people.give(annas, ANNA.name, Role.ADMIN)
        assert [each.who for each in allowed.given(annas)] == [ANNA.name]
    with acting_as(ANNA):
        assert allowed.role(annas) is Role.ADMIN


def test_a_file_that_is_gone_lets_nobody_in(home: Path, annas: Path) -> None:
    (annas / allowed.FILE).unlink()
    with acting_as(ANNA):
        assert projects.recent(home) == ()
    with acting_as(ROOT_ADMIN):
        assert allowed.role(annas) is Role.ADMIN


KILLED = """
import sys
from pathlib import Path
from core.store import people
from core.store.roles import Role
from core.store.who import Who, acting_as
project = Path(sys.argv[1])
with acting_as(Who("anna@shop.example", True)):
    print("begun", flush=True)
    for number in range(100_000):
        people.give(project, f"p{number % 7}@shop.example", list(Role)[number % 3])
"""


def test_who_has_which_role_is_told_before_there_is_a_key(home: Path, annas: Path) -> None:
    """Else nobody could come to an encrypted project to open it."""
    with acting_as(ANNA):
        folder.write(annas / "cohorts.json", b"[]")
        vault.protect(annas, "a passphrase of Anna's")
        vault.unlock(annas, "a passphrase of Anna's")
        protection.protect(annas, True)
        people.give(annas, BEN.name, Role.VIEWER)
        vault.lock(annas)
        assert rest.is_sealed(annas / "cohorts.json")
        assert not rest.is_sealed(annas / allowed.FILE)
        assert vault.locks_all(annas)
    with acting_as(BEN):
        assert allowed.role(annas) is Role.VIEWER
        assert [each.id for each in projects.recent(home)] == [annas.name]


def test_roles_stay_where_customers_data_go(home: Path, annas: Path) -> None:
    with acting_as(ANNA):
        retention.keep(annas, 1, (ANNA.name, NOW))
    with acting_as(machine()):
        retention.remove(home, annas.name, time.time())
    with acting_as(BEN):
        assert projects.recent(home) == ()
    with acting_as(ANNA):
        assert [each.id for each in projects.recent(home)] == [annas.name]


def test_killed_at_any_moment_the_roles_stay_whole(annas: Path) -> None:
    """Fifty times at a random moment; each role that is given was told to the trail before."""
    chance = random.Random(5)  # noqa: S311
    for _ in range(50):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(annas)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        known = {each.who: each.role for each in allowed.given(annas)}
        assert known.pop(ANNA.name) is Role.ADMIN
        told = {(line.of, line.facts["role"]) for line in trail.lines(annas)}
        assert set(known.items()) <= told
        with acting_as(ANNA):
            people.give(annas, CLEO.name, Role.VIEWER)  # no lock is left behind
            people.take(annas, CLEO.name)
    assert len(known) > 3


def test_two_who_give_at_once_lose_nothing(annas: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from core.store import people; from core.store.roles import Role\n"
        "from core.store.who import Who, acting_as\n"
        "with acting_as(Who('anna@shop.example', True)):\n"
        "    for n in range(25):\n"
        "        people.give(Path(sys.argv[1]), f'{sys.argv[2]}{n}@x.y', Role.VIEWER)"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(annas), name],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for name in "ab"
    ]
    assert [each.wait() for each in both] == [0, 0]
    assert len(allowed.given(annas)) == 51


# --- who may come in ---------------------------------------------------------------------


def test_who_is_welcome(home: Path) -> None:
    let_in(
        home, 'admins = ["Root@shop.example"]\nwelcome = ["@Shop.example", "eve@agency.example"]'
    )
    known = access.access(home)
    assert known.runs_it(ROOT_ADMIN)
    assert not known.runs_it(ANNA)
    assert all(known.welcomes(who) for who in (ROOT_ADMIN, ANNA, Who("eve@agency.example", True)))
    for stranger in (
        NOBODY,
        Who("bob@agency.example", True),
        Who("x@evilshop.example", True),
        Who("x@shop.example.evil", True),
        Who("https://id.example|@shop.example|x", True),
        Who("https://id.example|eve@shop.example", True),  # a subject, which nobody verified
    ):
        assert not known.welcomes(stranger), stranger


@pytest.mark.parametrize(
    "text",
    [
        "admins = [",
        'admins = "anna@shop.example"',
        'admin = ["anna@shop.example"]',
        'admins = ["a b"]',
        'admins = ["anna@shop.example"]\nrole = "owner"',
        'welcome = ["@"]',
        'welcome = ["@*"]',
    ],
)
def test_a_damaged_access_file_lets_nobody_in(text: str, home: Path, annas: Path) -> None:
    let_in(home, text)
    with pytest.raises(AccessDamaged):
        access.checked(home)
    with acting_as(ROOT_ADMIN):
        assert projects.recent(home) == ()
    with acting_as(BEN), pytest.raises(NotWelcome):
        jobs.start(home, "try_sample", file="x", title="x", target="", outcome="")
    with acting_as(ANNA):  # what a project says of its own people holds
        assert allowed.role(annas) is Role.ADMIN


def test_newcomers_have_the_role_of_the_installation(home: Path, annas: Path) -> None:
    let_in(home, ACCESS + 'role = "reviewer"')
    with acting_as(BEN):
        assert allowed.role(annas) is Role.REVIEWER
    with_role(annas, BEN, Role.VIEWER)  # what the project says goes before
    with acting_as(BEN):
        assert allowed.role(annas) is Role.VIEWER
    with acting_as(Who("bob@agency.example", True)):
        assert allowed.role(annas) is None


# --- in depth ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_who_only_looks_writes_nothing_whatever_is_called(
    role: Role, home: Path, annas: Path
) -> None:
    with acting_as(ANNA):
        folder.write(annas / "cohorts.json", b"[]")
    with_role(annas, BEN, role)
    before = {f: f.read_bytes() for f in annas.rglob("*") if f.is_file()}
    calls: list[Callable[[], object]] = [
        lambda: projects.aimed(home, annas.name, "target", ""),
        lambda: cohorts.keep(annas, "mine", (Filter("age", 1.0, 2.0),), NOW),
        lambda: folder.write(annas / "models" / "x" / "model.json", b"{}"),
        lambda: folder.unlink(annas / "cohorts.json"),
        lambda: folder.discard(annas / "tables"),
        lambda: folder.staged(annas / "tables" / "x").__enter__(),
        lambda: retention.keep(annas, 3, (BEN.name, NOW)),
        lambda: retention.keep_on(annas),
        lambda: vault.protect(annas, "a passphrase"),
        lambda: said.keep_archived(annas, {}),
        lambda: said.keep_notes(annas, "0a0a0a0a", ()),
        lambda: said.alone(annas).__enter__(),
        lambda: export.put_back(annas, None, None),  # type: ignore[arg-type]
        lambda: removal.remove_project(home, annas.name),
        lambda: jobs.remove_project(home, annas.name),
        lambda: jobs.make_way(home, annas.name),
    ]
    with acting_as(BEN):
        for call in calls:
            with pytest.raises(NotAllowed):
                call()
    assert {f: f.read_bytes() for f in annas.rglob("*") if f.is_file()} == before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_who_only_looks_says_nothing_of_models(role: Role, home: Path, annas: Path) -> None:
    """Neither what is kept nor the trail, which anybody's doings are told to, says otherwise."""
    with acting_as(ANNA):
        one, other = a_model(annas, "linear"), a_model(annas, "tree")
        written = registry.note(annas, one, "a word")
        registry.crown(annas, one)
        registry.archive(annas, other)
        quarantine.set_aside(models.place(annas, a_model(annas, "forest")), "time")
    with_role(annas, BEN, role)
    before, told = registry.registry(annas), trail.lines(annas)
    key = before.aside[0].key
    calls: list[Callable[[], object]] = [
        lambda: registry.archive(annas, one),
        lambda: registry.restore(annas, other),
        lambda: registry.crown(annas, one),
        lambda: registry.uncrown(annas, one),
        lambda: registry.note(annas, one, "another word"),
        lambda: registry.unnote(annas, one, written.id),
        lambda: registry.remove(annas, one),
        lambda: registry.restore_aside(annas, key),
        lambda: registry.remove_aside(annas, key),
        lambda: jobs.start(home, "import_model", project=annas.name, file="x", name="x"),
        lambda: jobs.start(home, "restore_model", project=annas.name, key=key),
        lambda: jobs.start(home, "compare", project=annas.name, model=one, table="x"),
        lambda: jobs.start(home, "compare_file", project=annas.name, model=one, file="x"),
    ]
    with acting_as(BEN):
        for call in calls:
            with pytest.raises(NotAllowed):
                call()
        if role is Role.VIEWER:
            with pytest.raises(NotAllowed):
                packing.packed(annas, one, True)
    assert registry.registry(annas) == before
    assert trail.lines(annas) == told


def test_the_board_is_kept_by_whoever_looks(annas: Path) -> None:
    with acting_as(ANNA):
        made = a_model(annas, "linear")
    with_role(annas, BEN, Role.VIEWER)
    assert not (annas / board.FILE).exists()
    with acting_as(BEN):
        assert [each.id for each in models.board(annas)[0]] == [made]
        assert (annas / board.FILE).is_file()
        for place in ("registry", "registry/archived.json", "registry/boards", "reasonsx"):
            with pytest.raises(NotAllowed):
                allowed.need_to_write(annas / place)
        allowed.need_to_write(annas / "reasons" / "x")


@pytest.mark.parametrize(("role", "who"), [(Role.VIEWER, Who("")), (Role.ANALYST, BEN)])
def test_a_damaged_model_is_set_aside_whoever_finds_it(role: Role, who: Who, annas: Path) -> None:
    """It is the app that does so where the person may change nothing."""
    with acting_as(ANNA):
        made = a_model(annas, "linear")
    with_role(annas, BEN, role)
    with acting_as(BEN):
        quarantine.set_aside(models.place(annas, made), "time")
        assert [each.model for each in quarantine.asides(annas)] == [made]
    line = trail.lines(annas)[-1]
    assert (line.what, line.of, line.who) == (trail.What.ASIDE, made, who.name)
    assert list((annas / "untold").glob("*")) == []


def test_a_stranger_writes_nothing_and_learns_nothing(home: Path, annas: Path) -> None:
    with acting_as(BEN):
        for call in (
            lambda: projects.aimed(home, annas.name, "target", ""),
            lambda: folder.write(annas / "cohorts.json", b"[]"),
            lambda: folder.write(annas / "reasons" / "x", b""),
            lambda: removal.remove_project(home, annas.name),
            lambda: jobs.make_way(home, annas.name),
            lambda: people.give(annas, BEN.name, Role.ADMIN),
        ):
            with pytest.raises(NotThere):
                call()


def test_analysts_work_but_neither_delete_nor_keep_keys(home: Path, annas: Path) -> None:
    with_role(annas, BEN, Role.ANALYST)
    with acting_as(BEN):
        assert projects.aimed(home, annas.name, "target", "").target == "target"
        for call in (
            lambda: retention.keep(annas, 3, (BEN.name, NOW)),
            lambda: vault.protect(annas, "a passphrase"),
            lambda: jobs.remove_project(home, annas.name),
        ):
            with pytest.raises(NotAllowed):
                call()


def test_corrections_are_remembered_for_each_person(home: Path) -> None:
    headers = ("a", "b")
    places = set()
    for who in (ANNA, BEN):
        with acting_as(who):
            places.add(shapes.place(home, headers))
            folder.write(shapes.place(home, headers), b"{}")
    places.add(shapes.place(home, headers))
    assert len(places) == 3
    assert len(shapes.places(home, headers)) == 2


# --- work beside the app -----------------------------------------------------------------


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Jobs that are only written down: they wait for ever."""
    begun: list[str] = []
    monkeypatch.setattr(jobs, "_launch", lambda of, told: begun.append(of.id))
    monkeypatch.setattr(jobs.process, "is_alive", lambda folder: True)
    return begun


LOOKERS = ("check", "explore", "record", "explain", "quality", "segment", "find_segments")
WORKERS = ("train", "find", "calibrate", "shrink", "build", "prove", "mend", "reread", "price")
ADMINS = ("protect", "rotate")


@pytest.mark.parametrize("role", Role)
def test_a_task_begins_for_whoever_has_its_right(
    role: Role, home: Path, annas: Path, no_worker: list[str]
) -> None:
    with_role(annas, BEN, role)
    wanted = set(LOOKERS)
    wanted |= {"examine"} if role is not Role.VIEWER else set()
    wanted |= {*WORKERS, "remask"} if role in (Role.ANALYST, Role.ADMIN) else set()
    wanted |= set(ADMINS) if role is Role.ADMIN else set()
    begun = set()
    with acting_as(BEN):
        for task in (*LOOKERS, *WORKERS, *ADMINS, "examine", "remask", "a new task"):
            try:
                jobs.start(home, task, project=annas.name)
                begun.add(task)
            except NotAllowed:
                pass
    assert begun - {"a new task"} == wanted
    assert ("a new task" in begun) is (role in (Role.ANALYST, Role.ADMIN))  # closed by itself
    assert len(no_worker) == len(begun)


def test_a_job_of_anothers_project_is_not_there(
    home: Path, annas: Path, no_worker: list[str]
) -> None:
    with acting_as(ANNA):
        made = jobs.start(home, "train", project=annas.name, spec={})
        assert jobs.job(home, made.id) == made
    with acting_as(BEN):
        for call in (
            lambda: jobs.start(home, "train", project=annas.name, spec={}),
            lambda: jobs.start(home, "check", project=annas.name),
            lambda: jobs.job(home, made.id),
            lambda: jobs.stop(made),
        ):
            with pytest.raises(NotThere):
                call()
        assert jobs.find(home, "train", project=annas.name) is None
        assert jobs.find(home, "train") is None
    with_role(annas, BEN, Role.VIEWER)
    with acting_as(BEN):
        assert jobs.job(home, made.id) == made
        with pytest.raises(NotAllowed):
            jobs.stop(made)
    assert not (made.folder / "stop").exists()


def test_what_two_people_wish_for_alike_are_two_jobs(home: Path, no_worker: list[str]) -> None:
    wish = {"file": "shop.csv", "title": "Sample"}
    made = {}
    for who in (ANNA, BEN):
        with acting_as(who):
            made[who] = jobs.start(home, "try_sample", **wish)
            assert jobs.start(home, "try_sample", **wish) == made[who]
    assert made[ANNA].id != made[BEN].id
    with acting_as(BEN):
        with pytest.raises(NotThere):
            jobs.job(home, made[ANNA].id)
        assert jobs.find(home, "try_sample") == made[BEN]
        with pytest.raises(NotThere):
            jobs.stop(made[ANNA])
    with acting_as(NOBODY), pytest.raises(NotThere):
        jobs.job(home, made[ANNA].id)
    unsigned = jobs.start(home, "try_sample", **wish)
    written = json.loads((unsigned.folder / "wish.json").read_bytes())
    assert written == {"task": "try_sample", "arguments": wish}  # as it ever was


def test_folders_of_this_machine_are_for_who_runs_it_all(home: Path, no_worker: list[str]) -> None:
    asks: list[tuple[str, str, dict[str, object]]] = [
        ("bring_folder", "", {"folder": str(home / "projects")}),
        ("bring_query", "sqlite:////etc/x.db", {"database": "x", "asked": {}}),
    ]
    for task, secret, given in asks:
        with acting_as(ANNA), pytest.raises(NotOfThisMachine):
            jobs.start(home, task, secret, **given)
        with acting_as(ROOT_ADMIN):
            jobs.start(home, task, secret, **given)
    with acting_as(ANNA):
        jobs.start(home, "bring_query", database="shop", asked={})  # a connection that has a name
    with acting_as(Who("bob@agency.example", True)), pytest.raises(NotWelcome):
        jobs.start(home, "bring", file="x", name="x")
    assert len(no_worker) == 3


# --- who acts ----------------------------------------------------------------------------


def test_who_acts_is_told_asked_or_this_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert acting() == machine()
    monkeypatch.setattr("core.store.who._askers", {})
    asked_of("screen", lambda: BEN)
    assert acting() == BEN
    with acting_as(ANNA):
        assert acting() == ANNA
        told = environment()
    asked_of("screen", lambda: None)
    monkeypatch.setenv(TOLD, told[TOLD])
    assert acting() == ANNA


def test_a_sign_in_that_ended_is_remembered_while_it_could_hold(home: Path) -> None:
    assert not signed_out.is_noted(home, "ab" * 32)
    signed_out.note(home, "ab" * 32)
    signed_out.sweep(home, time.time() + 86_400)
    assert signed_out.is_noted(home, "ab" * 32)
    signed_out.sweep(home, time.time() + signed_out.LONGEST + 60)
    assert not signed_out.is_noted(home, "ab" * 32)
