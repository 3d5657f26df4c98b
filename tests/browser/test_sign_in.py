"""Two people in two browsers: what is Anna's reaches Ben only as far as she lets him."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from core.store import allowed, projects, trail
from core.store.roles import Role
from core.store.who import Who, acting_as
from core.text.plain import plain
from pages.shared.around.leaving import OUT
from tests.browser.conftest import STILL, WAIT, at_rest
from tests.sessions.signing import ANNA, BEN, CLEO, Shop, claims, shop

LOOKS, OPENS = 20, 700  # milliseconds between looks
pytestmark = pytest.mark.browser
ROWS = "4,098"
NAME = "shop_customers"
ROUTE = "/api/what-if"
TABLE = "age,bought\n" + "".join(f"{20 + n % 50},{'yes' if n % 3 else 'no'}\n" for n in range(300))


@dataclass
class Person:
    """Somebody's browser: ``sessions`` are the ids of its tabs, ``permits`` what pages asked the
    what-if route, ``files`` where downloads came from."""

    who: Who
    at: Shop
    context: BrowserContext
    page: Page
    sessions: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT)
        self.page.on("websocket", lambda line: line.on("framereceived", self._heard))
        self.page.on("request", self._asked)

    def sign_in(self) -> None:
        self.page.goto(self.at.address)
        self.at.provider.user = claims(self.who)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        name = self.page.get_by_text("Signed in as")
        expect(name).to_have_text(f"Signed in as {shown(self.who.name)}", timeout=WAIT)
        self.settle()

    def open(self, page: str = "", project: str = "") -> None:
        query = f"?project={project}" if project else ""
        self.page.goto(f"{self.at.address}/{page}{query}")
        expect(self.page.locator("h1").first).to_be_visible(timeout=WAIT)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_selector(STILL, timeout=WAIT)

    def main(self) -> str:
        """The text of the page, once it stands still."""
        place = self.page.get_by_test_id("stMain")
        text = place.inner_text()
        for _ in range(LOOKS):
            self.page.wait_for_timeout(OPENS)
            before, text = text, place.inner_text()
            if text == before:
                break
        return text

    def gives(self, who: Who, role: str) -> None:
        """Gives somebody a role on the data page."""
        self.open("data", self.at.project)
        if not self.page.get_by_role("textbox", name="E-mail address").is_visible():
            self.page.get_by_text("Who may do what").click()
            expect(self.page.get_by_role("textbox", name="E-mail address")).to_be_visible()
            self.settle()
        self.page.get_by_role("textbox", name="E-mail address").fill(who.name)
        choice = self.page.get_by_role("radio", name=role, exact=True)
        at_rest(choice).click()
        expect(choice).to_be_checked()
        self.page.get_by_role("button", name="Give the role").click()
        line = self.page.get_by_text(re.compile(f"^{role}, given by"))
        expect(line.first).to_be_visible(timeout=WAIT)
        self.settle()

    def _heard(self, frame: Any) -> None:
        if isinstance(frame, bytes):
            message = ForwardMsg.FromString(frame)
            if message.WhichOneof("type") == "new_session":
                self.sessions.append(message.new_session.initialize.session_id)

    def _asked(self, request: Any) -> None:
        if request.url.endswith(ROUTE):
            self.questions.append(request.post_data)
        elif urlsplit(request.url).path.startswith("/media/"):
            self.files.append(request.url)


def shown(name: str) -> str:
    """A name as a page shows it: no browser makes a link of it."""
    return plain(name).replace("\\", "")


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The app, with Anna's project."""
    with shop(tmp_path_factory.mktemp("signing")) as found:
        yield found
        text = found.served.log.read_text("utf-8", "replace")
        assert "Traceback" not in text, text


@contextmanager
def signed_in(who: Who, chromium: Browser, at: Shop) -> Iterator[Person]:
    """Somebody in a browser of their own."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    person = Person(who, at, context, context.new_page())
    person.sign_in()
    yield person
    context.close()


@pytest.fixture(scope="module")
def people(chromium: Browser, at: Shop) -> Iterator[tuple[Person, Person]]:
    """Anna and Ben, each signed in."""
    with signed_in(ANNA, chromium, at) as anna, signed_in(BEN, chromium, at) as ben:
        yield anna, ben


@pytest.fixture
def leaver(chromium: Browser, at: Shop) -> Iterator[Person]:
    """Anna once more, elsewhere."""
    with signed_in(ANNA, chromium, at) as anna:
        yield anna


def asks(who: Person, question: str) -> Any:
    """The what-if route, as one of this person's pages would ask it."""
    headers = {"Origin": who.at.address, "Content-Type": "application/json"}
    address = f"{who.at.address}{ROUTE}"
    return who.context.request.post(address, data=question.encode(), headers=headers)


def test_what_is_annas_does_not_reach_ben(people: tuple[Person, Person], at: Shop) -> None:
    anna, ben = people
    assert NAME in anna.main()
    not_listed(ben, at)
    not_opened_by_address(ben, at)
    not_asked_about(anna, ben, at)
    not_fetched(anna, ben, at)
    not_taken_over(anna, ben, at)


def not_listed(ben: Person, at: Shop) -> None:
    ben.open()
    assert NAME not in ben.page.inner_text("body")
    assert ben.page.get_by_test_id("stSidebar").get_by_text("Project").count() == 0


def not_opened_by_address(ben: Person, at: Shop) -> None:
    """The same stands there as for a project that never was."""
    for page in ("data", "explore", "train", "evaluate", "explain", "what_if", "behaviour"):
        ben.open(page, at.project)
        anothers = ben.main()
        ben.open(page, "never-was-000000")
        assert anothers == ben.main(), page
        assert ROWS not in anothers


def not_asked_about(anna: Person, ben: Person, at: Shop) -> None:
    """With the very question, and permit, of Anna's page."""
    anna.open("what_if", at.project)
    field_ = anna.page.locator("input[type=range]").first
    expect(field_).to_be_visible(timeout=WAIT)
    field_.press("ArrowRight")
    anna.page.wait_for_timeout(1500)
    question = anna.questions[-1]
    own = asks(anna, question)
    assert own.status == 200
    told = json.loads(own.body())
    assert told["answer"] or told["lines"]
    refused = asks(ben, question)
    assert refused.status in (403, 422)
    assert not re.search(r'"(answer|lines)":[^n]', refused.text())
    nobody = ben.context.browser.new_context()
    stranger = Person(ben.who, at, nobody, nobody.new_page())
    assert asks(stranger, question).status == 403
    nobody.close()


def not_fetched(anna: Person, ben: Person, at: Shop) -> None:
    anna.open("evaluate", at.project)
    anna.page.get_by_text("Numbers", exact=True).first.click()
    button = anna.page.get_by_test_id("stDownloadButton").get_by_role("button").first
    with anna.page.expect_download():
        at_rest(button).click()
    address = anna.files[-1]
    assert anna.context.request.get(address).status == 200
    assert ben.context.request.get(address).status == 404


def not_taken_over(anna: Person, ben: Person, at: Shop) -> None:
    """A websocket of Ben's page that asks for Anna's session."""
    opened = """([session]) => new Promise(done => {
        const line = new WebSocket(location.origin.replace('http', 'ws') + '/_stcore/stream',
                                   ['streamlit', 'x', session]);
        line.onopen = () => done(true);
        line.onerror = () => done(false);
    })"""
    ben.open()
    assert ben.page.evaluate(opened, [anna.sessions[-1]]) is False
    assert ben.page.evaluate(opened, ["of-nobody"]) is True
    assert anna.page.evaluate(opened, [anna.sessions[-1]]) is True


@pytest.mark.whole  # in CI pages/test_roles.py opens every page in every role
def test_ben_does_what_the_role_lets_him(people: tuple[Person, Person], at: Shop) -> None:
    anna, ben = people
    anna.gives(BEN, "viewer")
    ben.open()
    assert NAME in ben.main()
    ben.open("data", at.project)
    assert ROWS in ben.main()
    assert ben.page.get_by_text("Keys, deletion and how long").is_visible()
    assert ben.page.get_by_text("Real ids: export and deletion").count() == 0
    trains(ben, at, may=False)
    assert downloads(ben, at) == 0
    anna.gives(BEN, "reviewer")
    trains(ben, at, may=False)
    assert downloads(ben, at) == 1
    anna.gives(BEN, "analyst")
    trains(ben, at, may=True)
    anna.open("data", at.project)
    anna.page.get_by_text("Who may do what").click()
    line = anna.page.get_by_test_id("stLayoutWrapper").filter(has_text=shown(BEN.name)).last
    at_rest(line.get_by_role("button", name="Take it away")).click()
    expect(anna.page.get_by_text(shown(BEN.name), exact=True)).to_have_count(0, timeout=WAIT)
    ben.open()
    assert NAME not in ben.page.inner_text("body")
    told = [(each.of, each.facts["role"]) for each in trail.lines(at.folder) if each.of == BEN.name]
    assert told == [(BEN.name, each) for each in ("viewer", "reviewer", "analyst", "none")]


def trains(ben: Person, at: Shop, may: bool) -> None:
    """Whether the buttons that train can be used."""
    ben.open("train", at.project)
    for name in (re.compile("^.*Find a good model"), re.compile("^.*Train the model")):
        button = ben.page.get_by_role("button", name=name).first
        (expect(button).to_be_enabled if may else expect(button).to_be_disabled)(timeout=WAIT)


def downloads(ben: Person, at: Shop) -> int:
    """How many download buttons there are under one chart's numbers."""
    ben.open("evaluate", at.project)
    ben.page.get_by_text("Numbers", exact=True).first.click()
    expect(ben.page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=WAIT)
    ben.settle()
    return ben.page.get_by_test_id("stDownloadButton").count()


def test_what_ben_brings_is_his(people: tuple[Person, Person], at: Shop) -> None:
    """The work is done beside the app, and for him."""
    anna, ben = people
    ben.open()
    ben.page.get_by_role("button", name="Bring your own table").click()
    file = {"name": "bens.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    ben.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(ben.page.get_by_text("What to look at")).to_be_visible(timeout=WAIT)
    ben.settle()
    with acting_as(BEN):
        made = projects.recent(at.home)
    assert [each.name for each in made] == ["bens"]
    given = allowed.given(at.home / "projects" / made[0].id)
    assert [(each.who, each.role) for each in given] == [(BEN.name, Role.ADMIN)]
    anna.open()
    assert "bens" not in anna.page.inner_text("body")


def test_signing_out_ends_it_in_every_tab(leaver: Person, at: Shop) -> None:
    """The click itself does, also where the browser never gets where a sign-out leads."""
    anna = leaver
    anna.open("data", at.project)
    other = anna.context.new_page()
    other.set_default_timeout(WAIT)
    other.goto(f"{at.address}/data?project={at.project}")
    expect(other.get_by_text(ROWS).first).to_be_visible(timeout=WAIT)
    expect(other.get_by_text("Who may do what")).to_be_visible(timeout=WAIT)
    other.wait_for_selector(STILL, timeout=WAIT)
    kept = anna.context.cookies()
    anna.page.route(f"**{OUT}", lambda route: route.fulfill(status=204))
    anna.page.get_by_role("button", name="Sign out").click()
    expect(anna.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible(timeout=WAIT)
    fold = other.get_by_text("Who may do what")
    if fold.is_visible():  # else it was drawn anew meanwhile, and lets nobody see more
        fold.click()  # nothing was reloaded here
    expect(other.get_by_role("button", name="Sign in", exact=True)).to_be_visible(timeout=WAIT)
    assert ROWS not in other.inner_text("body")
    thief = anna.context.browser.new_context()
    thief.add_cookies(kept)  # type: ignore[arg-type]
    copied = Person(CLEO, at, thief, thief.new_page())
    copied.open("data", at.project)
    expect(copied.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert ROWS not in copied.page.inner_text("body")
    thief.close()
    anna.page.unroute(f"**{OUT}")
    anna.page.goto(f"{at.address}{OUT}")
    expect(anna.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible(timeout=WAIT)
    assert "/end" in at.provider.asked
    assert not [each for each in anna.context.cookies() if each["name"] == USER_COOKIE_NAME]
