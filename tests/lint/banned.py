"""What may not be called here, and how it is found: ``python -m tests.lint.banned``.

ruff and bandit miss most of these. Each rule is named for what it bans; ``tests/test_banned.py``
plants a sample of every one.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.lint import labels, remembered
from tests.lint.source import Source, sources

ROOT = Path(__file__).resolve().parents[2]
SHOWN = ("app.py", "serve.py", "pages/")
OURS = (*SHOWN, "core/")
EVERYWHERE = (*OURS, "bench/", "data/")
PLACES = ("app.py", "serve.py", "core/**/*.py", "pages/**/*.py", "bench/**/*.py", "data/**/*.py")
DOWNLOADS = "pages/shared/show.py"
Found = Iterator[ast.AST]


@dataclass(frozen=True)
class Rule:
    """``finds`` gives the places in a file that break it, ``why`` says what comes of them."""

    why: str
    finds: Callable[[Source], Found]
    within: tuple[str, ...] = OURS


@dataclass(frozen=True)
class Fault:
    """One place that breaks a rule."""

    rule: str
    path: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.why}"


def called(*names: str) -> Callable[[Source], Found]:
    """Calls of these functions by their full names, and imports of them."""

    def finds(source: Source) -> Found:
        yield from (call for call in source.calls if source.full(call.func) in names)
        yield from (node for name, node in source.modules if name in names)

    return finds


def method(*names: str) -> Callable[[Source], Found]:
    """Calls of these methods of Streamlit or of one of its containers."""

    def finds(source: Source) -> Found:
        yield from source.methods(*names)

    return finds


def anyones(*names: str) -> Callable[[Source], Found]:
    """Calls and imports of that name, whosever it is."""

    def finds(source: Source) -> Found:
        for call in source.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr in names:
                yield call
        yield from (node for name, node in source.modules if name.rpartition(".")[2] in names)

    return finds


def but(path: str, finds: Callable[[Source], Found]) -> Callable[[Source], Found]:
    """The same, except in one file that has its reason."""
    return lambda source: iter(()) if source.path == path else finds(source)


def using(*modules: str) -> Callable[[Source], Found]:
    """Imports of these modules or of what is in them."""

    def finds(source: Source) -> Found:
        for name, node in source.modules:
            if any(name == each or name.startswith(f"{each}.") for each in modules):
                yield node

    return finds


def keyword(name: str, *allowed: object) -> Callable[[Source], Found]:
    """Calls with that keyword, set to anything but these constants."""

    def finds(source: Source) -> Found:
        for call in source.calls:
            for each in call.keywords:
                said = each.value
                fine = isinstance(said, ast.Constant) and said.value in allowed
                if each.arg == name and not fine:
                    yield call

    return finds


def together(*ways: Callable[[Source], Found]) -> Callable[[Source], Found]:
    """What any of these finds."""

    def finds(source: Source) -> Found:
        for way in ways:
            yield from way(source)

    return finds


def page_markup(source: Source) -> Found:
    """``to_html`` of a table; Plotly's own escapes what it is given."""
    for call in source.calls:
        made = isinstance(call.func, ast.Attribute) and call.func.attr in ("to_html", "to_latex")
        if made and not source.full(call.func).startswith("plotly."):
            yield call


def upload_paths(source: Source) -> Found:
    """A path or a file made from the name of an upload."""

    def is_named(node: ast.AST) -> bool:
        return any(
            isinstance(part, ast.Attribute)
            and part.attr == "name"
            and isinstance(part.value, ast.Name)
            and "upload" in part.value.id.lower()
            for part in ast.walk(node)
        )

    for node in source.nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and is_named(node.right):
            yield node
        elif isinstance(node, ast.Call):
            name = source.full(node.func).rpartition(".")[2]
            if name in ("Path", "PurePath", "open", "join", "joinpath", "with_name"):
                yield from [node] if any(map(is_named, node.args)) else []


def unplanned(source: Source) -> Found:
    """A typed reading by msgspec itself; reading text as plain values needs no plan."""
    for call in source.calls:
        name = source.full(call.func)
        typed = name == "msgspec.convert" or any(each.arg == "type" for each in call.keywords)
        if name.startswith("msgspec.") and (typed or name.endswith(".Decoder")):
            yield call


def told_errors(source: Source) -> Found:
    """An exception itself written into a log: what it says may hold a cell."""
    for handler in source.nodes:
        if not isinstance(handler, ast.ExceptHandler) or handler.name is None:
            continue
        inside = (each for part in handler.body for each in ast.walk(part))
        for call in (each for each in inside if isinstance(each, ast.Call)):
            logs = source.full(call.func).startswith("logging.")
            if logs and any(_is_whole(part, handler.name) for part in call.args):
                yield call


def _is_whole(said: ast.expr, name: str) -> bool:
    """Whether it is what that name stands for, and not only one of its attributes."""
    owned = {id(part.value) for part in ast.walk(said) if isinstance(part, ast.Attribute)}
    kinds = {id(c.args[0]) for c in ast.walk(said) if _asks_kind(c) for c in [c]}
    named = (p for p in ast.walk(said) if isinstance(p, ast.Name) and p.id == name)
    return any(id(part) not in owned | kinds for part in named)


def _asks_kind(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "type"
        and len(node.args) == 1
    )


RULES: dict[str, Rule] = {
    "unsafe_markup": Rule(
        "scripts of a cell run in the page",
        together(
            keyword("unsafe_allow_html", False),
            keyword("unsafe_allow_javascript", False),
        ),
        EVERYWHERE,
    ),
    "raw_html": Rule(
        "what a cell holds becomes part of the page",
        together(
            method("html", "iframe"),
            using("streamlit.components.v1"),
            called("streamlit.components.v1.html", "streamlit.components.v1.iframe"),
        ),
        SHOWN,
    ),
    "static_table": Rule("st.table reads cells as Markdown", method("table"), SHOWN),
    "shown_trace": Rule("st.exception shows values", method("exception"), SHOWN),
    "pickle": Rule(
        "loading one runs what is in it",
        together(
            called(
                "pickle.load", "pickle.loads", "pickle.Unpickler", "_pickle.loads", "joblib.load",
                "marshal.load", "marshal.loads", "pandas.read_pickle", "torch.load",
            ),
            anyones("read_pickle"),
            using("cloudpickle", "dill", "shelve"),
        ),
        EVERYWHERE,
    ),
    "pickled_arrays": Rule(
        "arrays of objects are pickles", keyword("allow_pickle", False), EVERYWHERE
    ),
    "unsafe_model": Rule(
        "a model's file may run code",
        together(
            keyword("safe_mode", True),
            anyones("enable_unsafe_deserialization"),
            lambda source: (
                call
                for call in source.calls
                if source.full(call.func).startswith("skops.")
                for each in call.keywords
                if each.arg == "trusted" and getattr(each.value, "value", None) is True
            ),
        ),
        EVERYWHERE,
    ),
    "shap_html": Rule(
        "shap writes names into scripts as they are",
        anyones("force_plot", "save_html", "initjs"),
        EVERYWHERE,
    ),
    "table_html": Rule("pandas writes styled cells as they are", page_markup, EVERYWHERE),
    "kept_answer": Rule(
        "a cache is for all visitors: ids as its key, the owner among them",
        remembered.cached_faults,
        SHOWN,
    ),
    "kept_on_disk": Rule("a cache on disk outlives its project", keyword("persist"), SHOWN),
    "module_state": Rule(
        "what a module holds is shared by all visitors", remembered.state_faults
    ),
    "bare_label": Rule("the user's text in Markdown wants plain()", labels.faults, SHOWN),
    "bare_download": Rule(
        "another visitor's file may come: pages.shared.show has the way",
        lambda source: iter(()) if source.path == DOWNLOADS else source.methods("download_button"),
        SHOWN,
    ),
    "evaluated": Rule(
        "runs text as code",
        together(
            called("eval", "exec", "compile", "__import__", "builtins.eval", "builtins.exec"),
            anyones("eval", "query"),
        ),
    ),
    "upload_path": Rule("an upload's name may lead anywhere", upload_paths),
    "far_script": Rule(
        "the browser calls out for Plotly", keyword("include_plotlyjs", True, False, "directory")
    ),
    "far_map": Rule("maps are asked of another machine", method("map", "pydeck_chart"), SHOWN),
    "far_picture": Rule(
        "an address in a cell is asked for",
        together(
            method("image", "logo", "link_button", "audio", "video"),
            anyones("LinkColumn", "ImageColumn"),
        ),
        SHOWN,
    ),
    "unverified": Rule(
        "anyone may answer",
        together(keyword("verify", True), called("ssl._create_unverified_context")),
        EVERYWHERE,
    ),
    "shell": Rule(
        "a name may end a command",
        together(
            keyword("shell", False),
            called("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"),
        ),
        EVERYWHERE,
    ),
    "called_out": Rule(
        "customers' data stay on this machine",
        but(
            "core/cli/doctor_machine.py",  # asks the app on this machine for its headers
            using(
                "requests", "httpx", "aiohttp", "urllib3", "urllib.request", "http.client",
                "ftplib", "smtplib", "telnetlib", "websocket", "websockets",
            ),
        ),
    ),
    "unplanned": Rule(
        "two threads that read a type for the first time end the server: core.wire has the way",
        but("core/wire.py", unplanned),
        EVERYWHERE,
    ),
    "told_error": Rule("what an error says may hold a cell", told_errors),
}  # fmt: skip

SCRIPTS = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|"
    r"setHTMLUnsafe)\b|\beval\(|new Function\(|https?://"
)


def broken(source: Source) -> list[Fault]:
    """The rules that a file breaks."""
    return [
        Fault(name, source.path, getattr(node, "lineno", 0), rule.why)
        for name, rule in RULES.items()
        if source.path.startswith(rule.within)
        for node in rule.finds(source)
    ]


def broken_scripts(path: str, text: str) -> list[Fault]:
    """Lines of a script of ours that make markup of text, run text or call out."""
    why = "text of the user's becomes more than text"
    return [
        Fault("script", path, place, why)
        for place, line in enumerate(text.splitlines(), 1)
        if SCRIPTS.search(line) and "www.w3.org" not in line
    ]


def everywhere() -> list[Fault]:
    """All faults of the repository."""
    found = [fault for source in sources(ROOT, *PLACES) for fault in broken(source)]
    for file in sorted(ROOT.glob("pages/**/*.js")):
        found += broken_scripts(str(file.relative_to(ROOT)), file.read_text("utf-8"))
    return found


if __name__ == "__main__":
    faults = everywhere()
    print("\n".join(map(str, faults)) or "Nothing banned is called.")
    sys.exit(bool(faults))
