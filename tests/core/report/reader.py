"""The page as a parser sees it: its text, elements, scripts and charts."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

RAW = ("script", "style")
VOID = ("meta",)


class Read(HTMLParser):
    """What is in the page. ``text`` is what a person reads, ``open_`` what was not closed."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.charts: list[dict[str, Any]] = []
        self.open_: list[str] = []
        self.wrong: list[str] = []
        self.feed(page.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open_.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open_ or self.open_.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        inside = self.open_[-1] if self.open_ else ""
        if inside == "style":
            self.styles.append(data)
        elif inside != "script":
            self.text.append(data)
        elif self.tags[-1][1].get("type") == "application/json":
            self.charts.append(json.loads(data))
        else:
            self.scripts.append(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data[:40]}")

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())
