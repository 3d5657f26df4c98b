"""Nothing banned is called, and every ban finds what it is for and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.lint.banned import RULES, broken, broken_scripts, everywhere
from tests.lint.remembered import MEANT, cached_functions, key_of
from tests.lint.source import Source, sources

ROOT = Path(__file__).resolve().parents[1]
ST = "import streamlit as st\n"
SAY = f"{ST}from core.text.plain import plain, visible\n"
CACHED = "@st.cache_data(max_entries=3)\n"

# rule: what it must find, what it must not
SAMPLES: dict[str, list[tuple[str, str]]] = {
    "unsafe_markup": [  # attacks D02, L02
        (
            "place.markdown(text, unsafe_allow_html=True)",
            "place.markdown('a', unsafe_allow_html=False)",
        ),
        ("place.markdown(text, unsafe_allow_html=wild)", "unsafe_allow_html = True"),
    ],
    "raw_html": [  # attacks D03, D15
        (f"{ST}st.html(cell)", "import html\nhtml.escape(cell)"),
        (f"{ST}left.html(cell)", "import report\nreport.html(cell)"),
        ("import streamlit.components.v1 as v1\nv1.html(cell)", f"{ST}st.components.v2.component"),
        ("from streamlit import iframe\niframe(cell)", "frame.iframe"),
    ],
    "static_table": [(f"{ST}st.table(rows)", "from core import tables\ntables.table(rows)")],
    "shown_trace": [  # attack K01
        (f"{ST}st.exception(error)", "import logging\nlogging.exception('reference')")
    ],
    "pickle": [  # attack L02
        ("import pickle\npickle.loads(sent)", "import pickle\npickle.dumps(points)"),
        ("from joblib import load\nload(file)", "from joblib import Parallel\nParallel(2)"),
        ("import pandas as pd\npd.read_pickle(file)", "import pandas as pd\npd.read_parquet(file)"),
        ("import dill", "import json"),
    ],
    "pickled_arrays": [
        (
            "import numpy as np\nnp.load(file, allow_pickle=True)",
            "import numpy as np\nnp.load(file, allow_pickle=False)",
        ),
    ],
    "unsafe_model": [  # attack G15
        (
            "import keras\nkeras.models.load_model(file, safe_mode=False)",
            "import keras\nkeras.models.load_model(file, safe_mode=True)",
        ),
        ("import skops.io as s\ns.load(file, trusted=True)", "import skops.io as s\ns.load(file)"),
    ],
    "shap_html": [  # attack D15
        ("import shap\nshap.force_plot(0, values)", "import shap\nshap.TreeExplainer(model)"),
        ("from shap import initjs", "initjs = 3"),
    ],
    "table_html": [  # attack D16
        ("table.style.to_html()", "import plotly.io as io\nio.to_html(figure)"),
    ],
    "kept_answer": [  # attacks F02, F05
        (
            f"{ST}{CACHED}def f(project: str, table: DataFrame): ...",
            f"{ST}{CACHED}def f(project: str, table: str): ...",
        ),
        (
            f"{ST}{CACHED}def f(_table: DataFrame): ...",
            f"{ST}{CACHED}def f(key: tuple[str, ...], _table: DataFrame): ...",
        ),
        (
            f"{ST}{CACHED}def f(model: str): ...",
            f"{ST}{CACHED}def f(project: str, model: str): ...",
        ),
        (f"{ST}{CACHED}def f(project): ...", f"{ST}st.cache_data.clear()"),
        (f"{ST}f = st.cache_data(load)", f"{ST}kept = st.cache_data"),
    ],
    "kept_on_disk": [
        (
            f'{ST}@st.cache_data(persist="disk")\ndef f(project: str): ...',
            f"{ST}st.text_input('a', persist_state='session')",
        ),
    ],
    "module_state": [
        ("kept = {}", "KEPT = {}"),
        ("KEPT = {}\ndef f(x): KEPT[x] = 1", "def f(x):\n    KEPT = {}\n    KEPT[x] = 1"),
        ("at = 0\ndef f():\n    global at\n    at = 1", "at = 0\ndef f():\n    at = 1"),
        (
            "from functools import cache\n@cache\ndef f(table: Any) -> int: ...",
            "from functools import cache\n@cache\ndef f(size: int) -> Any: ...",
        ),
        (
            "from functools import cache\n@cache\ndef f() -> Desk: ...",
            "from functools import cache\n@cache\ndef f() -> tuple[str, ...]: ...",
        ),
    ],
    "bare_label": [  # attacks D01, D04, D05, D07
        (f"{SAY}st.markdown(f'**{{name}}**' + cell.text)", f"{SAY}st.markdown(plain(cell.text))"),
        (f"{SAY}st.markdown(visible(name))", f"{SAY}st.selectbox('a', names, format_func=visible)"),
        (f"{SAY}st.button(column.name)", f"{SAY}st.button(plain(column.name))"),
        (f"{SAY}left.metric('a', level.name)", f"{SAY}left.metric('a', f'{{level.share:.1f}}')"),
        (f"{SAY}st.radio('a', levels.all)", f"{SAY}st.radio('a', levels.all, format_func=plain)"),
        (f"{SAY}st.text_input('a', help=f.name)", f"{SAY}st.text_input('a', value=f.name)"),
        (
            f"{SAY}st.write(say('segments.cohort.sure', name=c.name))",
            f"{SAY}st.write(say('pages.data.number', value=c.name))",
        ),
        (
            f"{SAY}facts = {{'name': c.name}}\nst.write(say('segments.cohort.sure', **facts))",
            f"{SAY}facts = {{'name': plain(c.name)}}\n"
            "st.write(say('segments.cohort.sure', **facts))",
        ),
        (
            f"{SAY}from pages.shared.fold import fold\nfold(c.name, 'key', print)",
            f"{SAY}from pages.shared.fold import fold\nfold(plain(c.name), c.name, print)",
        ),
        (f"{SAY}st.tabs([c.name for c in all])", f"{SAY}st.tabs([plain(c.name) for c in all])"),
    ],
    "bare_download": [  # attack E02
        (f"{ST}st.download_button('a', data)", f"{ST}st.button('a')"),
        (f"{ST}left.download_button('a', data)", "label = 'download_button'"),
    ],
    "evaluated": [
        ("eval(text)", "import ast\nast.literal_eval(text)"),
        ("table.query(text)", "table.loc[rows]"),
        ("table.eval(text)", "evaluate(text)"),
        ("exec(text)", "executed(text)"),
    ],
    "upload_path": [
        ("place = home / upload.name", "place = home / 'upload'"),
        (
            "from pathlib import Path\nPath(uploaded.name)",
            "from pathlib import Path\nPath(file.name)",
        ),
        ("open(str(upload.name))", "label(upload.name)"),
    ],
    "far_script": [  # attack E06
        ("f.write_html(a, include_plotlyjs='cdn')", "f.write_html(a, include_plotlyjs=True)"),
    ],
    "far_map": [  # attack D18
        (f"{ST}st.map(places)", "list(map(str, places))"),
        (f"{ST}left.pydeck_chart(deck)", f"{ST}left.plotly_chart(deck)"),
    ],
    "far_picture": [  # attack D17
        (f"{ST}st.column_config.LinkColumn('a')", f"{ST}st.column_config.TextColumn('a')"),
        (f"{ST}st.image(cell)", "from core import image\nimage.image(cell)"),
    ],
    "unverified": [("client.call(url, verify=False)", "client.call(url, verify=True)")],
    "shell": [
        ("import subprocess\nsubprocess.run(line, shell=True)", "import subprocess as s\ns.run(l)"),
        ("import os\nos.system(line)", "import os\nos.getpid()"),
    ],
    "called_out": [
        ("import requests", "from starlette.requests import Request"),
        ("from urllib.request import urlopen", "from urllib.parse import urlsplit"),
    ],
    "unplanned": [
        (
            "import msgspec\nmsgspec.json.decode(text, type=Wish)",
            "import msgspec\nmsgspec.json.decode(text)",
        ),
        (
            "import msgspec\nmsgspec.convert(plain, Wish)",
            "import msgspec\nmsgspec.to_builtins(wish)",
        ),
        (
            "import msgspec\nmsgspec.json.Decoder(Wish)",
            "from core import wire\nwire.read(text, Wish)",
        ),
    ],
    "told_error": [  # attack K01
        (
            "import logging\ntry: f()\nexcept OSError as e: logging.warning('%s', e)",
            "import logging\ntry: f()\nexcept OSError as e: logging.warning('%s', e.errno)",
        ),
        (
            "import logging\ntry: f()\nexcept OSError as e: logging.error(f'no: {e}')",
            "import logging\ntry: f()\nexcept OSError as e: logging.error(type(e).__name__)",
        ),
    ],
}


def found(code: str) -> set[str]:
    """The rules that a page of that code breaks."""
    return {fault.rule for fault in broken(Source("pages/sample.py", code))}


def test_nothing_banned_is_called() -> None:
    assert [str(fault) for fault in everywhere()] == []


def test_every_ban_has_its_samples() -> None:
    assert SAMPLES.keys() == RULES.keys()


@pytest.mark.parametrize("rule", RULES)
def test_a_ban_finds_what_it_is_for(rule: str) -> None:
    missed = [planted for planted, _ in SAMPLES[rule] if rule not in found(planted)]
    assert missed == []


@pytest.mark.parametrize("rule", RULES)
def test_a_ban_leaves_near_misses_alone(rule: str) -> None:
    caught = [near for _, near in SAMPLES[rule] if rule in found(near)]
    assert caught == []


@pytest.mark.parametrize(
    ("planted", "near"),
    [
        ("node.innerHTML = cell;", "node.textContent = cell;"),
        ("node.insertAdjacentHTML('beforeend', cell)", "node.append(cell)"),
        ("eval(cell)", "evaluate(cell)"),
        ("fetch('https://out.invalid')", "fetch('/api/what-if')"),
        ("new Function(cell)()", "new Map()"),
    ],
)
def test_scripts_make_text_of_text(planted: str, near: str) -> None:
    assert broken_scripts("pages/a.js", planted)
    assert not broken_scripts("pages/a.js", near)


def test_what_is_kept_on_purpose_is_still_there() -> None:
    """An exception that nothing needs any more goes."""
    for place in MEANT:
        path, name = place.split("::")
        assert name in (ROOT / path).read_text("utf-8"), place


def test_every_cached_function_is_seen() -> None:
    """As many as the text of the pages has; each with the argument that tells the owner first."""
    pages = sources(ROOT, "pages/**/*.py", "app.py", "serve.py")
    seen = {f"{page.path}::{f.name}": key_of(f) for page in pages for f in cached_functions(page)}
    assert len(seen) == sum(page.text.count("@st.cache_") for page in pages)
    assert len(seen) > 25
    first = {next(iter(key), "") for key in seen.values()}
    assert first <= {"project", "place", "where", "key"}


def test_samples_are_python() -> None:
    for pairs in SAMPLES.values():
        for code in (part for pair in pairs for part in pair):
            ast.parse(code)
