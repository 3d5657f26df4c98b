"""The report opened from a file without a network: charts move, text stays text, it prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from core.models.family import Task
from core.report import html
from core.report.report import report
from core.store import models, projects
from tests.browser.conftest import ARTIFACTS
from tests.core.report.conftest import AT
from tests.core.report.made import korean
from tests.corpus.project import hostile

RUN = "pwned"  # what the payloads call a page whose scripts they run
PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")
FEWEST, MOST = 4, 20  # pages of A4
DRAWN = "html[data-drawn]"
STILL = 600  # milliseconds in which what was asked for is drawn
ABSOLUTELY_WIDE = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report of each kind of question, and one in which every name looks like code."""
    folder = tmp_path_factory.mktemp("reports")
    made, bad = korean(folder), hostile(tmp_path_factory.mktemp("hostile"))
    found = {str(task): (made.folder, model) for task, model in made.models.items()}
    place = projects.folder(bad.home, bad.project)
    tree = next(e.id for e in models.board(place)[0] if e.spec.family == "tree")
    written = {}
    for name, (project, model) in (found | {"hostile": (place, tree)}).items():
        written[name] = folder / f"{name}.html"
        written[name].write_bytes(html.page(report(project, model, "en", AT)))
    return written


class Reader:
    """A window without a network, and what it complained of."""

    def __init__(self, browser: Browser, scheme: str, width: int) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            offline=True,
            reduced_motion="reduce",
            bypass_csp=False,
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        page = self.page
        page.on("console", lambda m: self.complaints.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda d: self.complaints.append(f"a script ran: {d.message}"))
        page.on("request", lambda r: self._asked(r.url))

    def _asked(self, url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:")):
            self.complaints.append(f"called out: {url}")

    def open(self, file: Path) -> Page:
        self.page.goto(file.as_uri())
        self.page.wait_for_selector(DRAWN, state="attached")
        return self.page


LIGHT, DARK = "light-1440", "dark-1280"
# where both would show the same: what moves has no colours, and paper is light
in_light = pytest.mark.parametrize("reader", [LIGHT], indirect=True)
in_the_dark = pytest.mark.parametrize("reader", [DARK], indirect=True)


@pytest.fixture(params=[LIGHT, DARK])
def reader(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Reader]:
    scheme, _, width = request.param.partition("-")
    found = Reader(chromium, scheme, int(width))
    yield found
    found.context.close()
    assert found.complaints == []


def charts(page: Page) -> list[str]:
    return page.locator(".chart").evaluate_all("all => all.map(each => each.id)")


@pytest.mark.parametrize("name", [*map(str, Task), "hostile"])
def test_every_chart_is_drawn_and_fits(reader: Reader, files: dict[str, Path], name: str) -> None:
    page = reader.open(files[name])
    known = charts(page)
    assert len(known) >= 4
    for chart in known:
        box = page.locator(f"#{chart}").bounding_box()
        svg = page.locator(f"#{chart} .main-svg").first.bounding_box()
        assert box is not None
        assert svg is not None
        assert abs(svg["width"] - box["width"]) < 2, chart
        assert abs(svg["height"] - box["height"]) < 2, chart
        assert page.locator(f"#{chart} .trace, #{chart} .hm").count() > 0, chart
    assert page.evaluate(ABSOLUTELY_WIDE)
    assert RUN not in page.title()
    assert page.locator("main img, main iframe, main a[href^=http], main object").count() == 0
    serious = [
        (v["id"], v["nodes"][0]["html"][:200])
        for v in Axe().run(page).response["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []
    page.screenshot(path=_picture(f"report-{name}"), full_page=True)


def _picture(name: str) -> Path:
    ARTIFACTS.mkdir(exist_ok=True)
    return ARTIFACTS / f"{name}.png"


# where on the screen the middle point of the first line of a chart is
POINT = """all => {
  const {xaxis, yaxis} = all[0]._fullLayout, line = all[0].calcdata[1], box =
    all[0].querySelector(".nsewdrag").getBoundingClientRect();
  const {x, y} = line[Math.floor(line.length / 2)];
  return [box.x + xaxis.c2p(x), box.y + yaxis.c2p(y)];
}"""
HIDDEN = "all => all[0]._fullData.filter(line => line.visible === 'legendonly').length"
END = "all => all[0]._fullLayout.xaxis.range[1]"


@in_light
def test_charts_move(reader: Reader, files: dict[str, Path]) -> None:
    page = reader.open(files[Task.MULTICLASS])
    roc = page.locator('.chart[data-chart="roc"]')
    roc.scroll_into_view_if_needed()
    assert roc.locator(".hovertext").count() == 0
    page.mouse.move(*roc.evaluate_all(POINT))
    roc.locator(".hovertext").first.wait_for()
    assert roc.evaluate_all(HIDDEN) == 0
    roc.locator(".legendtoggle").first.click()
    page.wait_for_timeout(STILL)
    assert roc.evaluate_all(HIDDEN) == 1
    assert roc.evaluate_all(END) > 1
    layer = roc.locator(".nsewdrag").first.bounding_box()
    assert layer is not None
    page.mouse.move(layer["x"] + 0.2 * layer["width"], layer["y"] + 40)
    page.mouse.down()
    page.mouse.move(layer["x"] + 0.5 * layer["width"], layer["y"] + 160, steps=5)
    page.mouse.up()
    page.wait_for_timeout(STILL)
    assert roc.evaluate_all(END) < 0.6


@in_the_dark
def test_a_chart_follows_the_window(reader: Reader, files: dict[str, Path]) -> None:
    page = reader.open(files[Task.REGRESSION])
    page.set_viewport_size({"width": 800, "height": 900})
    page.wait_for_timeout(STILL)
    box = page.locator(".chart").first.bounding_box()
    svg = page.locator(".chart .main-svg").first.bounding_box()
    assert box is not None
    assert svg is not None
    assert abs(svg["width"] - box["width"]) < 2
    assert box["width"] < 760
    assert page.evaluate(ABSOLUTELY_WIDE)


@in_the_dark
@pytest.mark.parametrize("name", [*map(str, Task), "hostile"])
def test_it_prints_on_a_few_pages_in_light(
    reader: Reader, files: dict[str, Path], name: str
) -> None:
    page = reader.open(files[name])
    before = page.locator(".chart .main-svg").first.bounding_box()
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert FEWEST <= len(PAGES.findall(printed)) <= MOST
    page.wait_for_timeout(STILL)
    assert page.locator(".chart .main-svg").first.bounding_box() == before  # as it was
    page.emulate_media(media="print")
    page.wait_for_timeout(STILL)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert (ground, ink) == ("rgb(255, 255, 255)", "rgb(16, 24, 32)")
    assert page.locator("details").first.is_hidden()
    wide = "all => Math.max(...all.map(each => each.getBoundingClientRect().width))"
    assert page.locator(".chart .main-svg").evaluate_all(wide) <= 650
    tick = page.locator(".chart .xtick text").first
    assert tick.evaluate("each => getComputedStyle(each).fill") == "rgb(16, 24, 32)"


@in_the_dark
def test_no_chart_is_cut_and_heads_are_repeated_on_paper(
    reader: Reader, files: dict[str, Path]
) -> None:
    page = reader.open(files[Task.BINARY])
    page.emulate_media(media="print")
    rules = page.locator("figure").evaluate_all(
        "all => all.map(each => getComputedStyle(each).breakInside)"
    )
    assert set(rules) == {"avoid"}
    heads = page.locator("thead").evaluate_all(
        "all => all.map(each => getComputedStyle(each).display)"
    )
    assert "table-header-group" in heads
