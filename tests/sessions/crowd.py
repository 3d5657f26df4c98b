"""Many visitors at once, each in a project of its own, and what reached whom."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from google.protobuf.message import Message
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.sessions.canaries import Colony, Project, is_list, marks
from tests.sessions.client import Visitor
from tests.sessions.wander import PAGES, Wanderer

TOLD = 1000  # characters of what is told of a figure
AXES = ("x", "y", "z", "values", "node", "link")
WITH_DATA = ("plotly_chart", "dataframe", "bidi_component")


@dataclass
class Heard:
    """What one visitor was sent."""

    who: Project
    frames: int = 0
    reruns: int = 0
    foreign: list[str] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)  # names that stood in lists of projects
    own: set[str] = field(default_factory=set)  # kinds of elements that held the own mark
    pictures: dict[str, str] = field(default_factory=dict)  # figures with numbers, by content


def together(
    address: str, colony: Colony, who: Sequence[Project], steps: int, seed: int = 1
) -> list[Heard]:
    """Every visitor visits every page, then looks around by chance, all at the same time.

    ``steps`` is how many reruns each one asks for at least.
    """
    begin = threading.Barrier(len(who))
    with ThreadPoolExecutor(len(who)) as threads:
        work = [
            threads.submit(_one, address, colony, each, steps, seed, begin) for each in who
        ]  # fmt: skip
        return [each.result() for each in work]


def _one(
    address: str, colony: Colony, who: Project, steps: int, seed: int, begin: threading.Barrier
) -> Heard:
    heard = Heard(who)

    def watch(visitor: Visitor, frame: bytes, message: ForwardMsg) -> None:
        _noted(heard, colony, frame, message, visitor.page)

    visitor = Visitor(address, watch)
    draw = np.random.default_rng([seed, who.number])
    wanderer = Wanderer(visitor, draw)
    begin.wait(visitor.wait)
    visitor.open(project=who.id, model=who.model)
    try:
        for page in draw.permutation(PAGES):
            wanderer.turn(str(page))
            _searched(heard, colony, wanderer)
        while visitor.runs < steps:
            wanderer.step()
            _searched(heard, colony, wanderer)
    finally:
        visitor.close()
    heard.reruns = visitor.runs
    return heard


def _searched(heard: Heard, colony: Colony, wanderer: Wanderer) -> None:
    """The files of the latest step."""
    for each in wanderer.files:
        found = colony.foreign(heard.who, each)
        heard.foreign += [f"{mark} in a file on {wanderer.visitor.page!r}" for mark in found]
        if heard.who.inside in marks(each):
            heard.own.add("file")


def _noted(heard: Heard, colony: Colony, frame: bytes, message: ForwardMsg, page: str) -> None:
    heard.frames += 1
    lists = is_list(message, page)
    found = colony.foreign(heard.who, frame, lists)
    heard.foreign += [f"{mark} on {page!r}: {str(message)[:300]}" for mark in found]
    known = marks(frame)
    if lists:
        heard.listed |= {mark for mark in known if mark.startswith("zqon")}
    if message.WhichOneof("type") != "delta":
        return
    element = message.delta.new_element
    kind = str(element.WhichOneof("type"))
    if heard.who.inside in known:
        heard.own.add(kind)
    if kind in WITH_DATA:
        held = getattr(element, kind)
        if tells_nothing(held, heard.who):
            return
        heard.pictures[content(held, heard.who)] = f"{kind}: {held}"[:TOLD]


def tells_nothing(element: Any, who: Project) -> bool:
    """True for a table that holds no number but those in marks, and a figure without a point: they
    say nothing of anyone, and may be the same in two projects."""
    if element.DESCRIPTOR.name == "Dataframe":
        table = pa.ipc.open_stream(element.arrow_data.data).read_all().to_pandas()
        cells = table.to_csv(index=False, header=False)
        for mark in (who.inside, who.label):
            cells = cells.replace(mark, "")
        return not any(map(str.isdigit, cells))
    if element.DESCRIPTOR.name == "PlotlyChart":
        drawn = json.loads(element.spec)["data"]
        return not any(trace.get(axis) for trace in drawn for axis in AXES)
    return False


def content(element: Message, who: Project) -> str:
    """What an element holds, whoever's it is: without ids and without the marks."""
    plain = type(element)()
    plain.CopyFrom(element)
    plain.ClearField("id")
    data = plain.SerializePartialToString()
    for mark in (who.inside, who.label):
        data = data.replace(mark.encode(), b"")
    return hashlib.sha256(data).hexdigest()
