"""One file that parses, says everything there is and is not, and runs nothing but its own."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core.models.family import Task
from core.report import html, pieces
from core.report.report import Report, report, report_of_folder
from core.review.piece import Drawn, Listed, Said
from core.store import models, projects
from core.text.phrases import phrases
from core.text.plain import visible
from tests.core.report.conftest import AT
from tests.core.report.made import QUESTIONS, Made
from tests.core.report.reader import Read
from tests.corpus.hostile import PAYLOADS
from tests.corpus.project import FILE, TARGET, TITLE, hostile

SAY = phrases("en")
LARGEST = 6_000_000
SPACES = re.compile(r"\s+")


@pytest.fixture(scope="module")
def pages(reports: dict[Task, Report]) -> dict[Task, Read]:
    return {task: Read(html.page(each)) for task, each in reports.items()}


@pytest.mark.parametrize("task", Task)
def test_it_parses_and_is_small_enough(
    reports: dict[Task, Report], pages: dict[Task, Read], task: Task
) -> None:
    page = pages[task]
    assert page.wrong == []
    assert page.open_ == []
    assert len(html.page(reports[task])) < LARGEST
    assert len(page.scripts) == 2  # Plotly's once, and ours
    assert len(page.charts) == html.charts(reports[task]) >= 4
    assert page.named("html")[0]["lang"] == "en"
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("task", Task)
def test_it_calls_out_nowhere_and_runs_only_its_own(pages: dict[Task, Read], task: Task) -> None:
    page = pages[task]
    outside = ("src", "srcset", "action", "data", "srcdoc", "background", "poster")
    assert [a for _, a in page.tags if any(name in a for name in outside)] == []
    assert all(str(a["href"]).startswith("#") for a in page.named("a"))
    assert [a for _, a in page.tags if any(str(name).startswith("on") for name in a)] == []
    policy = next(str(a["content"]) for a in page.named("meta") if a.get("http-equiv"))
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == [hashed(script) for script in page.scripts]
    assert hashed(page.styles[0]) in rules["style-src-elem"].split()
    assert "unsafe" not in policy.replace("style-src-attr 'unsafe-inline'", "")


def hashed(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@pytest.mark.parametrize("task", Task)
def test_it_says_what_the_pieces_say(
    reports: dict[Task, Report], pages: dict[Task, Read], task: Task
) -> None:
    words = SPACES.sub("", pages[task].words)
    for chapter in reports[task].chapters:
        assert SPACES.sub("", SAY(chapter.title)) in words
        for piece in chapter.pieces:
            if isinstance(piece, Said):
                assert SPACES.sub("", visible(SAY(piece.key, **piece.facts), 2000)) in words
            elif isinstance(piece, Listed):
                assert SPACES.sub("", SAY(piece.title)) in words
    assert QUESTIONS[task] in pages[task].words


def test_figures_are_said_in_the_houses_way(reports: dict[Task, Report]) -> None:
    found = reports[Task.BINARY]
    score = found.known.evaluation["roc_auc"]
    words = Read(html.page(found)).words
    assert SAY("report.summary.score", value=score.value, low=score.low, high=score.high) in words


def test_every_chapter_is_in_the_contents_and_has_an_anchor(pages: dict[Task, Read]) -> None:
    page = pages[Task.BINARY]
    targets = [str(a["href"])[1:] for a in page.named("a")]
    assert set(targets) <= {a["id"] for _, a in page.tags if "id" in a}
    chapters = [a["id"] for a in page.named("section")]
    assert [t for t in targets if t != "main"] == chapters
    assert chapters == [
        "summary", "use", "data", "question", "method", "figures", "pictures", "trust", "reasons",
        "review", "review-data", "review-future", "review-better", "review-chances",
        "review-failing", "review-fair", "review-reasons", "review-people", "review-shaken",
        "trail",
    ]  # fmt: skip
    assert len(page.named("caption")) == len(page.named("table")) > 8
    named = [a["aria-label"] for a in page.named("div") if a.get("class") == "chart"]
    assert all(named)
    assert len(page.named("main")) == len(page.named("h1")) == len(page.named("header")) == 1


def test_what_is_missing_is_said(made: Made) -> None:
    model = made.models[Task.BINARY]
    shutil.rmtree(made.folder / "reasons")
    for entry in models.board(made.folder)[0]:
        if entry.id != model:
            models.remove(made.folder, entry.id)
    words = Read(html.page(report(made.folder, model, "en", AT))).words
    for key in (
        "report.reasons.none", "report.trust.no_permutation", "report.trust.no_stability",
        "report.trust.no_learning", "report.trust.no_splits", "report.use.no_meant",
        "report.use.no_limits", "report.figures.not_there.baseline",
        "report.figures.not_there.column", "report.figures.none", "report.review.none",
        "report.data.untouched",
    ):  # fmt: skip
        assert SAY(key) in words, key


def test_a_model_whose_table_was_deleted_has_a_report(made: Made) -> None:
    shutil.rmtree(made.folder / "tables" / made.table)
    found = report(made.folder, made.models[Task.REGRESSION], "en", AT)
    words = Read(html.page(found)).words
    assert SAY("report.data.deleted", name="고객.csv", id=made.table) in words
    assert "방문수" in words
    pieces = next(c.pieces for c in found.chapters if c.key == "review-reasons")
    keys = {piece.key for piece in pieces if isinstance(piece, Said)}
    assert "questions.waiting.reasons" not in keys
    assert keys & {"questions.reasons.tied", "questions.reasons.settled"}


def test_a_model_without_table_and_reasons_has_a_report(made: Made) -> None:
    shutil.rmtree(made.folder / "tables" / made.table)
    shutil.rmtree(made.folder / "reasons")
    found = report(made.folder, made.models[Task.REGRESSION], "en", AT)
    pieces = next(c.pieces for c in found.chapters if c.key == "review-reasons")
    assert Said("questions.waiting.reasons") in pieces


def test_a_model_outside_of_every_project_has_a_report(made: Made, tmp_path: Path) -> None:
    model = made.models[Task.BINARY]
    models.save(tmp_path / "alone", models.load(made.folder / "models" / model))
    words = Read(html.page(report_of_folder(tmp_path / "alone", "en", AT))).words
    assert SAY("report.review.alone") in words
    assert SAY("report.trail.alone") in words
    assert SAY("report.data.alone", name="고객.csv", id=made.table) in words


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    found = hostile(tmp_path)
    place = projects.folder(found.home, found.project)
    model = next(e for e in models.board(place)[0] if e.spec.family == "tree")
    made = report(place, model.id, "en", AT)
    words = (
        "<b>{x}</b> %s {{}} </script><script>alert(1)</script><!-- \u2028 \u202e {name:quoted}",
    )
    said = Said("report.words", {"words": words[0]}, False)
    listed = Listed("report.data.masks", ("columns.column", "columns.kind"), ((*words, words[0]),))
    first, *others = made.chapters
    made = replace(made, chapters=(replace(first, pieces=(*first.pieces, said, listed)), *others))
    content = html.page(made)
    page = Read(content)
    assert page.wrong == []
    assert page.open_ == []
    assert len(page.scripts) == 2
    assert {name for name, _ in page.tags} <= {
        "html", "head", "meta", "title", "style", "body", "a", "header", "p", "h1", "h2", "nav",
        "ol", "li", "main", "section", "span", "div", "table", "caption", "thead", "tbody", "tr",
        "th", "td", "figure", "figcaption", "details", "summary", "script", "noscript", "footer",
    }  # fmt: skip
    text = SPACES.sub("", page.words)
    for hostile_text in (*PAYLOADS, TARGET, FILE, *words):
        assert SPACES.sub("", visible(hostile_text))[:40] in text, hostile_text
    assert "\u202e" not in content.decode("utf-8").replace("\\u202e", "")
    assert TITLE not in content.decode("utf-8")
    for data in page.charts:
        drawn = json.dumps(data, ensure_ascii=False)
        assert not re.search(r"<(script|img|svg|iframe|a )", drawn), drawn[:200]


def test_a_chart_that_ends_scripts_is_kept_in(reports: dict[Task, Report]) -> None:
    found = reports[Task.BINARY]
    points = next(
        p.points
        for c in found.chapters
        for p in c.pieces
        if isinstance(p, Drawn) and p.chart == "roc"
    )
    line = replace(points.lines[0], name="</script><script>alert(1)</script><!--")  # type: ignore[attr-defined]
    drawn = Drawn("roc", replace(points, lines=(line,)))  # type: ignore[type-var]
    chapter = replace(found.chapters[0], pieces=(drawn,))
    page = Read(html.page(replace(found, chapters=(chapter,))))
    assert len(page.scripts) == 2
    assert page.wrong == []
    assert "alert(1)" in json.dumps(page.charts)


def test_json_within_a_page_ends_no_script() -> None:
    value = {"a": "</script><!-- ]]> & \u2028", "b": [1.5, None, "한"]}
    text = pieces._json(value)
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == value


def test_plotlys_script_ends_no_script() -> None:
    script = html._plotly()
    assert len(script) > 1_000_000
    assert "</script" not in script.lower()
    assert "<!--" not in script
    assert "\r" not in script
