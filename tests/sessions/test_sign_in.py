"""Where people sign in: tokens and cookies that are wrong, and clicks that no page offers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import URLSafeTimedSerializer
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import InvalidStatus

from core.store import allowed, people, trail
from core.store.roles import Role
from core.store.who import acting_as
from tests.sessions.client import Visitor
from tests.sessions.provider import Fault
from tests.sessions.signing import ANNA, ASKED, BEN, CLEO, Shop, claims, shop, signs_in

SIGNED = "_streamlit_user"
VISITOR = "whybuy_visitor"
NAMED = "Signed in as "
ROWS = "4,098"


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The app, with Anna's project."""
    with shop(tmp_path_factory.mktemp("signing")) as found:
        yield found


@pytest.fixture(autouse=True)
def _nobody_has_a_role(at: Shop) -> Iterator[None]:
    yield
    at.provider.fault = Fault.NONE
    with acting_as(ANNA):
        for each in allowed.given(at.folder):
            if each.who != ANNA.name:
                people.take(at.folder, each.who)


def role(at: Shop, name: str, what: Role) -> None:
    with acting_as(ANNA):
        people.give(at.folder, name, what)


def shown(visitor: Visitor, page: str = "", **query: str) -> str:
    """What stands on a page."""
    return visitor.open(page, **query).text().replace("\\", "").replace("\u2060", "")


# --- who somebody is ---------------------------------------------------------------------


def test_whoever_signs_in_is_called_by_the_address(at: Shop) -> None:
    assert ASKED in shown(Visitor(at.address))
    anna = signs_in(at, claims(ANNA))
    assert f"{NAMED}{ANNA.name}" in shown(anna)
    assert ROWS in shown(anna, "data", project=at.project)


@pytest.mark.parametrize("fault", [each for each in Fault if each])
def test_a_wrong_token_signs_nobody_in(fault: Fault, at: Shop) -> None:
    at.provider.fault = fault
    before = len(at.provider.asked)
    anna = signs_in(at, claims(ANNA))
    assert "/token" in at.provider.asked[before:]  # the token was there, and was refused
    assert SIGNED not in {name for name, value in anna.wire.cookies.items() if value}
    words = shown(anna, "data", project=at.project)
    assert ASKED in words
    assert ROWS not in words


NAMES: list[tuple[dict[str, Any], str | None]] = [
    ({"email": "Anna@Shop.example", "email_verified": True}, "anna@shop.example"),
    ({"email": "anna@shop.example"}, "anna@shop.example"),  # the provider says nothing against it
    ({"email": "anna@shop.example", "email_verified": False}, None),
    ({"email": "anna@shop.example", "email_verified": "false"}, None),
    ({"email": "anna@shop.example", "email_verified": None}, None),
    (
        {
            "email": "x@y.z",
            "email_verified": False,
            "preferred_username": "anna@shop.example",
        },
        None,
    ),
    ({"preferred_username": "Anna"}, "anna"),
    ({"email": "anna|x@shop.example"}, None),
    ({"email": "anna\u202e@shop.example"}, None),
    ({"email": "an\u200bna@shop.example"}, None),
    ({"preferred_username": "anna", "provider": "second"}, None),
    ({"email": "anna @shop.example"}, None),
    ({"email": ["anna@shop.example"]}, None),
    ({}, None),
]


@pytest.mark.parametrize(("said", "name"), NAMES)
def test_only_what_is_vouched_for_is_a_name(
    said: dict[str, Any], name: str | None, at: Shop
) -> None:
    """Whose address is not verified is called by who vouches, and is nobody's namesake."""
    from pages.shared.around import signed

    told = {"iss": "https://id.example", "sub": "AbC"} | said
    assert signed.name_of(told) == (name or "https://id.example|AbC")


def test_an_address_that_nobody_verified_opens_nothing_of_its_owners(at: Shop) -> None:
    eve = signs_in(at, claims(ANNA) | {"sub": "eve", "email_verified": False})
    words = shown(eve, "data", project=at.project)
    assert "nobody has let you in" in words
    assert ROWS not in words


def test_whom_nobody_has_let_in_reaches_nothing_until_somebody_shares(at: Shop) -> None:
    name = "bob@agency.example"
    bob = signs_in(at, {"sub": "bob", "email": name, "email_verified": True})
    assert "nobody has let you in" in shown(bob)
    role(at, name, Role.VIEWER)
    assert ROWS in shown(bob, "data", project=at.project)
    assert (
        "Nobody has let you bring tables yet"
        in bob.open("").widget("Bring your own table").proto.help
    )


# --- cookies -----------------------------------------------------------------------------


def changed(cookie: str) -> dict[str, str]:
    """Ways to make another cookie of one."""
    sealer = URLSafeTimedSerializer("guessed", salt=SIGNED)
    body, *rest = cookie.rsplit(".", 2)
    told = json.loads(sealer.loads_unsafe(cookie)[1])
    assert told["email"] == BEN.name
    text = json.dumps(told | {"email": ANNA.name})
    start, turned = cookie[:-9], "B" if cookie[-9] == "A" else "A"  # the last sign has spare bits
    return {
        "another name": ".".join((sealer.dump_payload(text).decode(), *rest)),
        "another secret": str(sealer.dumps(text)),
        "no signature": body,
        "cut": cookie[:-2],
        "turned": f"{start}{turned}{cookie[-8:]}",
        "unsigned": text,
        "empty": "",
    }


def test_a_forged_or_changed_cookie_signs_nobody_in(at: Shop) -> None:
    ben = signs_in(at, claims(BEN))
    assert f"{NAMED}{BEN.name}" in shown(ben)
    good = ben.wire.cookies[SIGNED]
    ways = changed(good)
    for way, value in ways.items():
        forger = Visitor(at.address)
        forger.wire.cookies.update(ben.wire.cookies | {SIGNED: value})
        words = shown(forger, "data", project=at.project)
        assert ASKED in words, way
        assert NAMED not in words, way
        forger.close()
    assert len(set(ways.values()) | {good}) == len(ways) + 1


def test_a_cookie_of_another_secret_signs_nobody_in(at: Shop) -> None:
    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

    told = claims(ANNA) | {
        "iss": at.provider.address,
        "iat": int(time.time()),
        "origin": at.address,
        "is_logged_in": True,
        "provider": "default",
    }
    for secret in ("", "another secret " * 3):
        forger = Visitor(at.address)
        made = create_signed_value(secret or "x", SIGNED, json.dumps(told)).decode()
        forger.wire.cookies[SIGNED] = made
        assert ASKED in shown(forger)


def test_signing_out_ends_open_tabs_and_copied_cookies(at: Shop) -> None:
    anna = signs_in(at, claims(ANNA))
    other_tab, thief, again = (Visitor(at.address) for _ in range(3))
    for each in (other_tab, thief, again):
        each.wire.cookies.update(anna.wire.cookies)
    assert ROWS in shown(other_tab, "data", project=at.project)
    body = b'{"permit": "x.y", "edits": {}}'
    kind = {"Content-Type": "application/json"}
    assert thief.wire.ask("POST", "/api/what-if", body, kind).status == 403  # no permit, but heard
    leads = anna.wire.ask("GET", "/auth/logout").headers["location"]
    assert leads.startswith(f"{at.provider.address}/end?")  # the provider ends its own too
    assert ASKED in other_tab.run().text()  # nothing was reloaded there
    assert ASKED in shown(thief, "data", project=at.project)
    assert ROWS not in thief.text()
    # another sign-in of the same person holds
    assert f"{NAMED}{ANNA.name}" in shown(signs_in(at, claims(ANNA)))


def test_another_sites_link_signs_nobody_out(at: Shop) -> None:
    anna = signs_in(at, claims(ANNA))
    told = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    kept = dict(anna.wire.cookies)
    assert anna.wire.ask("GET", "/auth/logout", headers=told).status == 403
    assert anna.wire.cookies == kept
    assert f"{NAMED}{ANNA.name}" in shown(anna)


# --- sessions ----------------------------------------------------------------------------


def test_a_session_is_taken_over_neither_with_its_id_nor_with_its_visitors_cookie(
    at: Shop,
) -> None:
    anna = signs_in(at, claims(ANNA)).open("data", project=at.project)
    session = anna.screen.session
    ben = signs_in(at, claims(BEN))
    for cookies in ({}, {VISITOR: anna.wire.cookies[VISITOR]}):
        ben.wire.cookies.update(cookies)
        with pytest.raises(InvalidStatus):
            ben.wire.open(session)
    anna.again()
    assert ROWS in anna.text()


def test_two_people_who_share_a_browser_are_two_visitors(at: Shop) -> None:
    anna = signs_in(at, claims(ANNA)).open("evaluate", project=at.project)
    session, button = anna.screen.session, taken(anna)
    address = anna.media(button)
    ben = signs_in(at, claims(BEN))
    ben.wire.cookies[VISITOR] = anna.wire.cookies[VISITOR]  # the next one at the same machine
    assert ben.wire.ask("GET", address).status == 404
    with pytest.raises(InvalidStatus):
        ben.wire.open(session)
    assert anna.wire.ask("GET", address).status == 200


def taken(visitor: Visitor) -> Any:
    """A download button, made to show up."""
    key = next(each.key for each in visitor.screen.widgets() if each.key.startswith("roc"))
    visitor.set(key, True)
    return visitor.downloads()[0]


# --- clicks that no page offers ----------------------------------------------------------


def keys(visitor: Visitor, begins: str) -> list[str]:
    """Keys of widgets that begin so."""
    return [each.key for each in visitor.screen.widgets() if each.key.startswith(begins)]


def forced(visitor: Visitor, key: str) -> Visitor:
    """A click on a button that is out of use."""
    widget = visitor.widget(key)
    visitor.states[widget.id] = WidgetState(id=widget.id, trigger_value=True)
    try:
        return visitor.run(widget.fragment)
    finally:
        visitor.states.pop(widget.id, None)


@pytest.mark.parametrize("what", [Role.VIEWER, Role.REVIEWER])
def test_who_only_looks_trains_nothing_though_the_click_is_forced(what: Role, at: Shop) -> None:
    role(at, BEN.name, what)
    ben = signs_in(at, claims(BEN)).open("train", project=at.project)
    models = sorted(each.name for each in (at.folder / "models").iterdir())
    jobs = set((at.home / "jobs").glob("*/wish.json"))
    assert ben.widget("find-go").proto.disabled
    forced(ben, "find-go")
    assert set((at.home / "jobs").glob("*/wish.json")) == jobs
    assert sorted(each.name for each in (at.folder / "models").iterdir()) == models


def test_a_click_on_what_the_role_has_lost_meanwhile_is_refused_in_a_sentence(at: Shop) -> None:
    """The page stands there with all its buttons when the role is taken away."""
    role(at, BEN.name, Role.ANALYST)
    ben = signs_in(at, claims(BEN)).open("data", project=at.project)
    ben.until(lambda page: bool(keys(page, "finding-")))
    for fold in keys(ben, "finding-"):
        ben.set(fold, True)
    remedy = keys(ben, "do-finding-")[0]
    tables = sorted(each.name for each in (at.folder / "tables").iterdir())
    role(at, BEN.name, Role.VIEWER)
    assert "Your role in this project is “viewer”" in ben.click(remedy).text().replace("\u2060", "")
    assert not ben.has(remedy)
    assert sorted(each.name for each in (at.folder / "tables").iterdir()) == tables
    assert not (at.folder / "history.json").exists()


def test_a_file_that_was_on_the_screen_is_not_made_once_the_role_is_gone(at: Shop) -> None:
    role(at, BEN.name, Role.REVIEWER)
    ben = signs_in(at, claims(BEN)).open("evaluate", project=at.project)
    button = taken(ben)
    assert ben.wire.ask("GET", ben.media(button)).status == 200
    with acting_as(ANNA):
        people.take(at.folder, BEN.name)
    with pytest.raises(AssertionError):
        ben.media(button)


def test_what_happens_is_told_of_whoever_did_it(at: Shop) -> None:
    role(at, CLEO.name, Role.ANALYST)
    line = trail.lines(at.folder)[-1]
    assert (line.who, line.signed_in, line.of) == (ANNA.name, True, CLEO.name)


def test_the_log_names_nobody_who_signed_in(at: Shop) -> None:
    text = Path(at.served.log).read_text("utf-8", "replace")
    assert "OAuth token exchange failed" in text  # what the wrong tokens left there
    assert not [who.name for who in (ANNA, BEN) if who.name in text]
