"""The Explore page: what goes with the outcome, and every other look at the table."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.explore import columns
from core.progress import silent
from core.schema import Role
from core.store import explored, guard, projects, tables
from core.store.checked import findings_key
from core.tasks.tables import bring
from tests.pages.conftest import Open, charts, words

TABS = {"Over time": 1, "Columns together": 1, "Two columns": 1, "One column": 2}


def opened(at: AppTest, name: str) -> AppTest:
    at.session_state["explore-tabs"] = name
    at.run()
    assert not at.exception
    assert not at.error, words(at)
    return at


def test_the_five_strongest_columns_come_first_and_follow_filters(app: Open, project: str) -> None:
    at = app("explore", project=project)
    assert charts(at) == 5
    assert "More than chance: of 999 shuffles of will_buy_again" in words(at)
    assert "What is said here counts rows" not in words(at)
    at.multiselect(key="filters").select("gender").run()
    at.multiselect(key="filter-gender").select("female").run()
    assert " of 4,098 customers" in words(at)
    assert charts(at) == 5


def test_intervals_that_count_rows_of_one_owner_are_told(
    app: Open, home: Path, tmp_path: Path
) -> None:
    lines = [f"c{n // 4},{n % 7},{'yes' if n % 3 else 'no'}" for n in range(200)]
    (tmp_path / "visits.csv").write_text("\n".join(["customer_id,pages,bought", *lines]))
    made = bring(home, silent, str(tmp_path / "visits.csv"), "visits.csv")
    folder = projects.folder(home, made["project"])
    assert tables.load(folder, made["table"]).schema["customer_id"].role is Role.GROUP
    projects.aimed(home, made["project"], "bought", "yes")
    at = app("explore", project=made["project"])
    assert "Rows of one “customer_id” are alike." in words(at)
    assert not at.exception


def test_every_look_opens_and_follows_its_choices(
    app: Open, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = app("explore", project=project)
    for name, count in TABS.items():
        assert charts(opened(at, name)) == count, name
    at.selectbox(key="explore-column").select("orders").run()
    assert charts(at) == 2
    at.session_state["explore-course"] = True
    at.run()
    assert charts(at) == 3
    assert "of fewer than 10 customers" not in words(at)
    opened(at, "Two columns").selectbox(key="explore-first").select("orders").run()
    at.selectbox(key="explore-second-orders").select("gender").run()
    assert "A box holds the middle half of orders" in words(at)
    opened(at, "Over time")
    unit = next(each for each in at.segmented_control if str(each.key).startswith("explore-unit"))
    unit.select("Q").run()
    assert "by quarter" in words(at)
    at.session_state[str(unit.key).replace("unit", "weekdays")] = True
    at.run()
    assert charts(at) == 2
    at.toggle(key="relation-weekdays").set_value(True).run()
    assert len(at.dataframe) == 1
    opened(at, "Missing values")
    for view, said in (("together", "A dark cell is a missing value"), ("telling", "filled in")):
        at.segmented_control(key="explore-missing").select(view).run()
        assert said in words(at)


def test_all_columns_stand_in_one_table_and_a_line_opens_one(app: Open, project: str) -> None:
    at = opened(app("explore", project=project), "All columns")
    lines = at.dataframe[0].value
    assert {"orders", "gender", "will_buy_again"} <= set(lines["column"])
    assert charts(at) == 0
    line = int(lines.index[lines["column"] == "orders"][0])
    at.session_state["explore-lines"] = {"selection": {"rows": [line]}}
    at.run()
    assert not at.exception
    assert charts(at) == 2
    assert "orders" in words(at)


def test_what_was_counted_of_a_large_table_is_shown_without_small_groups(
    app: Open, project: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "LARGE", 1_000)
    monkeypatch.setattr(guard, "hidden", lambda dataset: ("somebody",))
    table = projects.load(home, project).table
    schema = tables.load(projects.folder(home, project), table).schema
    key = explored.key(findings_key(schema, "will_buy_again"), "yes")
    asked = {"target": "will_buy_again", "outcome": "yes", "key": key}
    explored.look_over(home, silent, project, table, asked)
    at = app("explore", project=project)
    assert charts(at) == 5
    assert not at.error
    opened(at, "One column").selectbox(key="explore-column").select("spend").run()
    assert "of fewer than 10 customers" in words(at)


def test_a_large_table_is_counted_beside_the_page(
    app: Open, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "LARGE", 1_000)
    at = app("explore", project=project)
    assert charts(at) == 0
    assert any(each.key == "stop-explore" for each in at.button)
    next(each for each in at.button if each.key == "stop-explore").click().run()
    assert not at.exception
