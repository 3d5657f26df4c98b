"""The report as one HTML file that needs no network: text, tables, and charts that still move.

Nothing in it runs but the two scripts that a Content-Security-Policy names by their hashes:
Plotly, as the installed package has it, and ours. Styles by elements are named by hashes too;
Plotly writes sizes and fonts into ``style`` attributes, so these are allowed.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from core.report.markup import Markup, joined, tag
from core.report.pieces import shown
from core.report.report import Report
from core.report.section import Chapter
from core.report.wording import when
from core.review.piece import Drawn
from core.text.phrases import Phrases

HERE = Path(__file__).parent
EMPTY = ""  # Plotly fills a style element that begins so by rules
# maps' styles are left out where an element has this id already: no chart of ours is a map
MAPS = re.compile(r'document\.getElementById\("([0-9a-f]{64})"\)')


def page(report: Report) -> bytes:
    """The whole file, in UTF-8."""
    say = report.known.say
    style, own, plotly = _own("page.css"), _own("page.js"), _plotly()
    title = say("report.title", name=report.known.name)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(style, (plotly, own))),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="robots", content="noindex"),
        *_no_maps(plotly),
        tag("title", title),
        tag("style", Markup(style)),
    )
    body = tag("body", *_body(report, say), tag("script", Markup(plotly)), tag("script", own))
    whole = joined(Markup("<!DOCTYPE html>\n"), tag("html", head, body, lang=report.language))
    return (whole + "\n").encode("utf-8")


def _body(report: Report, say: Phrases) -> tuple[Markup, ...]:
    known = report.known
    links = (tag("li", tag("a", say(each.title), href=f"#{each.key}")) for each in report.chapters)
    head = tag(
        "header",
        tag("p", say("report.kind"), class_="kind"),
        tag("h1", known.name),
        tag("p", say("report.made", at=when(report.made_at), id=known.spec.id), class_="quiet"),
    )
    contents = tag(
        "nav",
        tag("h2", say("report.contents")),
        tag("ol", *links),
        aria_label=say("report.contents"),
    )
    main = tag("main", *(_chapter(each, say) for each in report.chapters), id="main")
    foot = tag("footer", tag("p", say("report.foot")), tag("p", say("report.print")))
    skip = tag("a", say("report.skip"), href="#main", class_="skip")
    still = tag("noscript", tag("p", say("report.no_script")))
    return skip, head, contents, still, main, foot


def _chapter(chapter: Chapter, say: Phrases) -> Markup:
    heading = tag("h2", say(chapter.title), id=f"{chapter.key}-title")
    inside = (
        shown(piece, f"{chapter.key}-{place}", say) for place, piece in enumerate(chapter.pieces, 1)
    )
    return tag("section", heading, *inside, id=chapter.key, aria_labelledby=f"{chapter.key}-title")


def charts(report: Report) -> int:
    """How many charts the file holds."""
    return sum(isinstance(piece, Drawn) for each in report.chapters for piece in each.pieces)


def _policy(style: str, scripts: tuple[str, ...]) -> str:
    run = " ".join(_hash(each) for each in scripts)
    looks = f"{_hash(style)} {_hash(EMPTY)}"
    return (
        f"default-src 'none'; script-src {run}; style-src-elem {looks}; style-src {looks};"
        " style-src-attr 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _no_maps(plotly: str) -> tuple[Markup, ...]:
    return tuple(tag("meta", name="maps", id=each) for each in set(MAPS.findall(plotly)))


def _own(name: str) -> Markup:
    return Markup((HERE / name).read_text("utf-8"))


def _plotly() -> Markup:
    """Plotly's script, in which nothing ends a script or begins a comment."""
    from plotly.offline import get_plotlyjs

    script = get_plotlyjs().replace("\r\n", "\n")
    return Markup(re.sub(r"</(?=script)|<!--", lambda m: m[0].replace("<", "\\x3c"), script))
