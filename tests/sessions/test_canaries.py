"""Nothing of one visitor's project reaches another's screen, files or live answers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from streamlit.proto.ArrowData_pb2 import ArrowData
from streamlit.proto.Dataframe_pb2 import Dataframe
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.PlotlyChart_pb2 import PlotlyChart

from tests.sessions.canaries import Colony, Project, colony, is_list
from tests.sessions.client import Visitor
from tests.sessions.crowd import Heard, tells_nothing, together
from tests.sessions.served import Served, serving

KINDS = {"plotly_chart", "dataframe", "bidi_component", "markdown", "selectbox", "file"}
RERUNS = 25


def kept_apart(found: list[Heard], colony: Colony, reruns: int) -> None:
    """No foreign mark, and the search would have found one: each saw its own in every kind."""
    assert [each for one in found for each in one.foreign] == []
    assert {one.who.id for one in found} == {one.id for one in colony.projects}
    for one in found:
        assert one.reruns >= reruns
        assert one.own >= KINDS, KINDS - one.own
        assert one.listed == colony.may_list(one.who)
    # numbers have no marks: but no two projects have a figure or a table in common either
    seen = Counter(each for one in found for each in one.pictures)
    known = {each: told for one in found for each, told in one.pictures.items()}
    assert [known[each] for each, times in seen.items() if times > 1] == []


def test_f01_no_visitor_sees_anything_of_another(small: Colony, served: Served) -> None:
    found = together(served.address, small, small.projects, RERUNS)
    kept_apart(found, small, RERUNS)
    assert "Traceback" not in served.log.read_text("utf-8")


@pytest.mark.whole
def test_f01_fifty_visitors_and_five_thousand_reruns(tmp_path: Path) -> None:
    many = colony(tmp_path / "home", 50)
    with serving(many.home) as served:
        found = together(served.address, many, many.projects, 100)
    kept_apart(found, many, 100)
    assert sum(one.reruns for one in found) >= 5000


def test_a_mark_is_found_wherever_it_stands(small: Colony) -> None:
    me, other = small.projects[:2]
    assert small.foreign(me, me.inside.encode()) == set()
    for hidden in (other.inside, f"x{other.inside}y", f'{{"a": "{other.inside}"}}'):
        assert small.foreign(me, hidden.encode()) == {other.inside}
    assert small.foreign(me, other.label.encode()) == {other.label}
    assert small.foreign(me, other.label.encode(), lists=True) == set()
    assert small.foreign(me, other.inside.encode(), lists=True) == {other.inside}


def test_names_of_projects_stand_in_lists_only(small: Colony, served: Served) -> None:
    me = small.projects[0]
    outside: set[str] = set()

    def watch(visitor: Visitor, frame: bytes, message: ForwardMsg) -> None:
        if not is_list(message, visitor.page):
            outside.update(small.foreign(me, frame))

    visitor = Visitor(served.address, watch).open("data", project=me.id)
    assert me.label in visitor.text()
    others = [one.label for one in small.projects if one != me]
    assert all(label in visitor.text() for label in others)
    visitor.close()
    assert outside == set()


def test_one_word_in_the_address_opens_one_project(small: Colony, served: Served) -> None:
    """Two tabs of two browsers; what one chooses does not move the other."""
    one, two = (Visitor(served.address).open("data", project=p.id) for p in small.projects[:2])
    texts = [said(one.text(), small), said(two.text(), small)]
    one.go("explore")
    two.run()
    assert texts == [{small.projects[0].inside}, {small.projects[1].inside}]
    assert said(two.text(), small) == {small.projects[1].inside}
    one.close()
    two.close()


def said(text: str, colony: Colony) -> set[str]:
    """Whose projects a text tells of."""
    known: list[Project] = colony.projects
    return {each.inside for each in known if each.inside in text}


def test_only_what_says_nothing_of_anyone_may_be_the_same_in_two(small: Colony) -> None:
    me = small.projects[0]

    def table(**columns: list[object]) -> Dataframe:
        buffer = pa.BufferOutputStream()
        whole = pa.table(columns)
        with pa.ipc.new_stream(buffer, whole.schema) as stream:
            stream.write_table(whole)
        return Dataframe(arrow_data=ArrowData(data=buffer.getvalue().to_pybytes()))

    assert tells_nothing(table(column=[f"visits_{me.inside}"], formula=[""]), me)
    assert not tells_nothing(table(column=[f"visits_{me.inside}"], mean=[3.5]), me)
    assert not tells_nothing(table(share=["4%"]), me)
    for points, nothing in (("[]", True), ("[1.5]", False), ('{"bdata": "AAA="}', False)):
        figure = PlotlyChart(spec=f'{{"data": [{{"type": "bar", "x": {points}}}]}}')
        assert tells_nothing(figure, me) is nothing
