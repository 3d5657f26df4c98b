"""Columns of very many different cells do not become as many buttons."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from core.progress import silent
from core.store import projects
from core.tasks.tables import bring
from tests.pages.conftest import Open

ROOT = Path(__file__).resolve().parents[2]
DIFFERENT = 3_000
BUTTONS_AT_MOST = 20
OF_ALL = ("radio", "pills", "segmented_control")


def read(home: Path, tmp_path: Path) -> str:
    """A project whose table has a column of that many levels, which is what to predict."""
    rows = [f"place {i % DIFFERENT:05},{i % 7},{i}" for i in range(2 * DIFFERENT)]
    (tmp_path / "t.csv").write_text("place,orders,number\n" + "\n".join(rows) + "\n")
    made = bring(home, silent, str(tmp_path / "t.csv"), "t.csv")
    projects.aimed(home, made["project"], "place", "")
    return str(made["project"])


# attack D21
@pytest.mark.parametrize("page", ["data", "explore", "train"])
def test_d21_no_choice_is_more_than_twenty_buttons(
    app: Open, home: Path, tmp_path: Path, page: str
) -> None:
    at = app(page, project=read(home, tmp_path))
    assert not at.exception
    buttons = [len(group.options) for group in (*at.radio, *at.get("button_group"))]
    assert max(buttons, default=0) <= BUTTONS_AT_MOST
    assert buttons or page != "train"  # families are buttons


# attack D21
def test_d21_buttons_are_for_choices_of_ours() -> None:
    """Where options come out of a table there is a list to type into; an outcome has two levels."""
    found = {
        f"{file.relative_to(ROOT)}: {ast.unparse(call.args[1])}"
        for file in ROOT.glob("pages/**/*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in OF_ALL
        and not _is_ours(call.args[1])
    }
    assert found <= {
        "pages/data.py: levels",  # of two
        "pages/shared/behaviour_pictures.py: list(type(usual))",  # an enumeration of ours
        "pages/shared/bring_part.py: [each for each in WAYS if each not in of_this_machine]",
        "pages/shared/customer.py: picks",
        "pages/shared/explore_parts.py: sorted(units, key='DWMQY'.index)",
        "pages/shared/smallest_tab.py: sides",
        "pages/train.py: list(allowed)",  # the ways to hold out
        "pages/train.py: list(known)",
    }


def _is_ours(options: ast.expr) -> bool:
    """True for a constant of ours, the list of one, or words written out."""
    if isinstance(options, ast.List) and all(isinstance(e, ast.Constant) for e in options.elts):
        return True
    inner = options
    if isinstance(options, ast.Call) and ast.unparse(options.func) in ("list", "tuple"):
        inner = options.args[0]
    name = ast.unparse(inner)
    return name.isidentifier() and name[0].isupper()
