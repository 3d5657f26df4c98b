"""A visitor who looks around: pages, tabs, folds, choices, sliders, downloads, all by chance."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.sessions.client import Visitor
from tests.sessions.screen import Widget
from tests.sessions.wire import Answer

PAGES = (
    "", "data", "explore", "train", "evaluate", "explain", "what_if", "models", "review", "drift",
)  # fmt: skip
LOOKED_AT = frozenset(
    ("tab_container", "expandable", "selectbox", "button_group", "slider", "checkbox")
)
# what belongs to all tabs of a project, or needs a person to mean it
LEFT_ALONE = (
    "sidebar-", "target-", "outcome-", "bring", "unlock", "protect", "sealed", "rest",
    "mark-", "way-", "policy-",
)  # fmt: skip


@dataclass
class Wanderer:
    """Steps of one visitor, drawn by a generator of its own."""

    visitor: Visitor
    draw: np.random.Generator
    files: list[bytes] = field(default_factory=list)  # downloads of the latest step
    visited: set[str] = field(default_factory=set)

    def step(self) -> None:
        """One thing that a visitor does; each gives at least one run of the page."""
        self.files = []
        ways = (self._turn, self._turn, self._look, self._look, self._look, self._stay)
        ways[int(self.draw.integers(len(ways)))]()

    def turn(self, page: str) -> None:
        """Opens a page and tries its live part and one of its downloads, where it has them."""
        self.visitor.go(page)
        self.visited.add(page)
        answer = asked(self.visitor)
        if answer is not None:
            self.files.append(answer.body)
        self._download()

    def _turn(self) -> None:
        left = [page for page in PAGES if page not in self.visited] or list(PAGES)
        self.turn(left[int(self.draw.integers(len(left)))])

    def _stay(self) -> None:
        if not self.visitor.tick():
            self.visitor.run()

    def _look(self) -> None:
        known = [each for each in self.visitor.screen.widgets() if free(each)]
        if not known:
            self._stay()
            return
        widget = known[int(self.draw.integers(len(known)))]
        self.visitor.states[widget.id] = widget.at(self._value(widget))
        self.visitor.run(widget.fragment)
        self._download()

    def _value(self, widget: Widget) -> Any:
        if widget.kind in ("expandable", "checkbox"):
            return bool(self.draw.integers(4))
        if widget.kind == "slider":
            low, high, step = widget.proto.min, widget.proto.max, widget.proto.step
            steps = max(round((high - low) / step), 1)
            return [low + step * int(self.draw.integers(steps + 1)) for _ in widget.proto.default]
        choice = widget.options[int(self.draw.integers(len(widget.options)))]
        return [choice] if widget.kind == "button_group" else choice

    def _download(self) -> None:
        buttons = self.visitor.downloads()
        if buttons:
            button = buttons[int(self.draw.integers(len(buttons)))]
            self.files.append(self.visitor.download(button))


def free(widget: Widget) -> bool:
    """Whether a visitor who only looks may set it."""
    if widget.kind not in LOOKED_AT or getattr(widget.proto, "disabled", False):
        return False
    if widget.kind not in ("expandable", "checkbox", "slider") and not widget.options:
        return False
    if getattr(widget.proto, "form_id", ""):
        return False
    return not widget.key.startswith(LEFT_ALONE)


def asked(visitor: Visitor) -> Answer | None:
    """What the live fields are answered with, where the page has them."""
    for element in visitor.screen.elements("bidi_component"):
        shown = json.loads(element.json or element.mixed.json or "{}")
        known = shown if isinstance(shown, dict) else {}
        if "permit" in known and known.get("route"):
            body = json.dumps({"permit": known["permit"], "edits": {}}).encode()
            head = {"Content-Type": "application/json"}
            return visitor.wire.ask("POST", f"/{known['route']}", body, head)
    return None
