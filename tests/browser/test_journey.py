"""From an upload to a what-if answer in Chromium, in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WAIT, Visitor

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples" / "shop_customers.csv"
OTHER_TARGETS = ("next_category", "spend_next_60_days")

ANSWERS = ".live .number .value"

pytestmark = pytest.mark.browser


def metrics(visitor: Visitor) -> list[str]:
    """The large numbers of a page."""
    return visitor.page.get_by_test_id("stMetricValue").all_inner_texts()


def answers(visitor: Visitor) -> list[str]:
    """Before and after."""
    return visitor.page.locator(ANSWERS).all_inner_texts()


def test_from_upload_to_what_if(visitor: Visitor, tmp_path: Path) -> None:
    table = tmp_path / "customers.csv"
    table.write_bytes(SAMPLE.read_bytes())
    visitor.page.goto(visitor.address)
    visitor.see("Who will buy again?")
    looked_at(visitor, "home")
    brings(visitor, table)
    trains(visitor)
    questions(visitor)
    changes(visitor)
    drags(visitor, "days_since_last_visit")


def looked_at(visitor: Visitor, name: str) -> None:
    """What can be used by everyone, in light and in dark, is kept as a picture."""
    for scheme in ("dark", "light"):
        visitor.turn(scheme)
        visitor.accessible()
        visitor.shot(f"{name}-{scheme}")


def brings(visitor: Visitor, table: Path) -> None:
    """A table of one's own, without the columns that give its answer away."""
    page = visitor.page
    visitor.click("Bring your own table")
    page.locator("input[type=file]").set_input_files(table)
    visitor.see("What to look at")
    visitor.see("4,098")
    expect(page.get_by_role("combobox", name="What to predict")).to_have_value("will_buy_again")
    looked_at(visitor, "data")
    for name in OTHER_TARGETS:  # filled for buyers only: they give the answer away
        finding = page.get_by_text(re.compile(f"“{name}” (alone gives|seems to be filled in)"))
        visitor.settle()  # a click on what is drawn anew just then is lost
        finding.first.click()
        leave = page.get_by_role("button", name="Leave this column out")
        visitor.press(leave.locator("visible=true"))
        expect(finding).to_have_count(0, timeout=WAIT)
        visitor.settle()


def trains(visitor: Visitor) -> None:
    """What goes with the answer, then a model of it."""
    visitor.click("See what goes with the outcome")
    visitor.see("The columns that go with will_buy_again most")
    looked_at(visitor, "explore")

    visitor.click("Train a model")
    visitor.see("Which model should we use?")
    visitor.page.get_by_role("radio", name="Decision tree").click()
    visitor.see("One short series of yes/no questions")
    visitor.click("Train the model")
    visitor.see("Decision tree learned from")
    looked_at(visitor, "train")


def questions(visitor: Visitor) -> None:
    """How good the model is, and why it says what it says."""
    visitor.click("See how good it is")
    visitor.see("Measured on 1,025 customers the model never saw")
    assert len(metrics(visitor)) == 4
    looked_at(visitor, "evaluate")

    visitor.click("See why it says so")
    visitor.see("200 of 1,025 held-out customers explained")
    visitor.see("The chance of will_buy_again = yes is")
    looked_at(visitor, "explain")


def changes(visitor: Visitor) -> None:
    """One field changed: the answer moves, outlives a run of the page, and goes back."""
    page = visitor.page
    visitor.click("Try what would change it")
    visitor.see("Nothing is changed yet")
    before, after = answers(visitor)
    assert before == after
    recency = page.get_by_role("spinbutton", name="days_since_last_visit")
    recency.fill("1")
    expect(page.locator(ANSWERS).nth(1)).not_to_have_text(before, timeout=WAIT)
    assert answers(visitor)[0] == before
    visitor.see("days_since_last_visit: ")
    looked_at(visitor, "what-if")
    slid = page.get_by_role("slider", name="days_since_last_visit")
    assert slid.get_attribute("aria-valuetext") == "1"
    page.get_by_text("The reasons that changed most").click()
    visitor.see("Effect (percentage points)")
    assert answers(visitor)[1] != before  # what the browser told survives a run of the page
    visitor.click("Reset")
    expect(page.locator(ANSWERS).nth(1)).to_have_text(before, timeout=WAIT)


def drags(visitor: Visitor, field: str) -> None:
    """Numbers move while the mouse still holds the slider, answered by the route."""
    page, told = visitor.page, []
    place = page.get_by_role("slider", name=field).bounding_box()
    assert place is not None
    middle = place["y"] + place["height"] / 2
    before = answers(visitor)[1]
    page.on("response", lambda found: told.append(found.status) if "/api/" in found.url else None)
    page.mouse.move(place["x"] + 0.5 * place["width"], middle)
    page.mouse.down()
    for share in (0.4, 0.3, 0.2, 0.1, 0.01):
        page.mouse.move(place["x"] + share * place["width"], middle)
    expect(page.locator(ANSWERS).nth(1)).not_to_have_text(before, timeout=WAIT)
    assert set(told) == {200}
    page.mouse.up()
    visitor.settle()


def test_the_sample_leads_to_a_finished_result_and_survives_a_reload(visitor: Visitor) -> None:
    visitor.page.goto(visitor.address)
    visitor.see("Try with the sample shop")
    visitor.click("Try with the sample shop")
    visitor.see("How good is it, really?")
    visitor.see("Measured on 1,025 customers")
    visitor.go("Home")
    visitor.page.reload()
    visitor.see("Recent projects")
    visitor.see("Sample shop")
