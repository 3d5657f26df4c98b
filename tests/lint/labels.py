"""Finds text on a page that Streamlit reads as Markdown and that may be the user's own, bare.

Harmless is: what ``core.text.plain`` gives, our sentences as far as their places take numbers, and
what is made of such. A function that hands an argument on to a label is a label itself, so that
its callers are looked at.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter

from core.text.phrases import phrases
from tests.lint.source import Source, sources

ROOT = Path(__file__).resolve().parents[2]
FIRST = (
    "markdown", "write", "caption", "header", "subheader", "title", "error", "warning", "info",
    "success", "toast", "button", "form_submit_button", "checkbox", "toggle", "radio", "selectbox",
    "multiselect", "slider", "select_slider", "text_input", "text_area", "number_input",
    "date_input", "time_input", "datetime_input", "file_uploader", "segmented_control", "pills",
    "expander", "popover", "download_button", "metric", "spinner", "status", "tabs", "dialog",
    "chat_message", "color_picker", "camera_input", "audio_input",
)  # fmt: skip
READ = {"label", "body", "help", "text", "caption", "captions"}  # keywords of any of Streamlit's
WITH_KEYWORDS = (*FIRST, "progress", "page_link")
WITH_OPTIONS = ("radio", "segmented_control", "pills")  # whose options are Markdown too
HARMLESS = re.compile(
    r"core\.text\.plain\.(plain|plain_words)|core\.text\.phrases\.(number|figure|share|points)"
    r"|core\.what_if\.\w+\.(signed|written)|pages\.shared\.show\.bullets|pages\.shared\.frame\.sentence"
)
# of what they are given, or of Streamlit itself
MADE_OF = re.compile(r"(zip|enumerate|list|tuple|sorted|reversed|str|dict\.fromkeys)")
NUMBERS = re.compile(r"number|figure|share|points|count .*|[+,]?(\.\d)?[,dfge%]*[dfge%,]")
DEEPEST = 12


@dataclass(frozen=True)
class Label:
    """An argument that is read as Markdown: of a call of ``function``, by place or by keyword."""

    function: str
    place: int
    keyword: str


@dataclass
class Reader:
    """Reads one file; ``passing`` gathers arguments that functions of it hand on to labels."""

    source: Source
    labels: frozenset[Label] = frozenset()
    passing: set[Label] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.above = {
            id(child): node for node in self.source.nodes for child in ast.iter_child_nodes(node)
        }
        self.local = {function.name: function for function in self.source.functions}

    def faults(self) -> Iterator[ast.AST]:
        for call, said in self.shown():
            if not self.is_harmless(said):
                yield call

    def shown(self) -> Iterator[tuple[ast.Call, ast.expr]]:
        """Every expression that is read as Markdown."""
        for call in self.source.methods(*FIRST):
            yield from ((call, said) for said in call.args[: 3 if _name(call) == "metric" else 1])
        for call in self.source.methods(*WITH_KEYWORDS):
            yield from ((call, k.value) for k in call.keywords if k.arg in READ)
        for call in self.source.methods(*WITH_OPTIONS):
            yield call, self._options(call)
        for call in self.source.calls:
            for each in self.labels:
                if self.meant(call) == each.function:
                    said = _argument(call, each)
                    yield from [(call, said)] if said is not None else []

    def meant(self, call: ast.Call) -> str:
        """The full name of the function that is called, of this module's own too."""
        name = self.source.full(call.func)
        return f"{self.source.module}.{name}" if name in self.local else name

    def _options(self, call: ast.Call) -> ast.expr:
        """What is shown of its options: what ``format_func`` makes of them, else themselves."""
        made = next((k.value for k in call.keywords if k.arg == "format_func"), None)
        if made is None:
            named = [k.value for k in call.keywords if k.arg == "options"]
            return call.args[1] if len(call.args) > 1 else named[0]
        if isinstance(made, ast.Lambda):
            return made.body
        return ast.copy_location(ast.Call(made, [], []), call)

    def is_harmless(self, said: ast.expr, deep: int = 0) -> bool:
        """Whether nothing of the user's is in it that was not made harmless."""
        if deep > DEEPEST:
            return False
        parts = _parts(said)
        if parts is not None:
            return all(self.is_harmless(part, deep + 1) for part in parts)
        if isinstance(said, ast.FormattedValue):
            return _is_number(said) or self.is_harmless(said.value, deep + 1)
        if isinstance(said, ast.Call):
            return self._call(said, deep)
        if isinstance(said, ast.Subscript | ast.Attribute):
            return self._owned(said.value)
        return isinstance(said, ast.Name) and self._named(said, deep)

    def _owned(self, owner: ast.expr) -> bool:
        """A part of a constant of ours, or of what a harmless function gave."""
        if not isinstance(owner, ast.Name) or owner.id.isupper():
            return isinstance(owner, ast.Name)
        written = self._written(owner)
        calls = [self.source.full(each.func) for each in written if isinstance(each, ast.Call)]
        return bool(written) and len(calls) == len(written) and all(map(HARMLESS.fullmatch, calls))

    def _call(self, call: ast.Call, deep: int) -> bool:
        name = self.source.full(call.func)
        if HARMLESS.fullmatch(name) or name.startswith("streamlit."):
            return True
        made_of = self._made_of(call, name)
        return bool(made_of) and all(self.is_harmless(each, deep + 1) for each in made_of)

    def _made_of(self, call: ast.Call, name: str) -> list[ast.expr]:
        """What the answer of a call consists of; nothing where that is not known."""
        if name == "say":
            return self._facts(call) or [ast.Constant("")]
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("items", "keys", "values"):
            return [call.func.value]
        if MADE_OF.fullmatch(name) or _name(call) == "join":
            return call.args
        inside = self.source.inside(self.local[name]) if name in self.local else ()
        return [node.value for node in inside if isinstance(node, ast.Return) and node.value]

    def _facts(self, call: ast.Call) -> list[ast.expr]:
        """What stands at places of the sentence that take more than numbers."""
        open_places = {
            place
            for key in _keys(call.args[0])
            for _, place, spec, _ in Formatter().parse(phrases().raw(key))
            if place and not NUMBERS.fullmatch(spec or "")
        }
        if not open_places:
            return []
        facts: list[ast.expr] = []
        for each in call.keywords:
            if each.arg in open_places:
                facts.append(each.value)
            elif each.arg is None:
                facts += self._spread(each.value, open_places - {k.arg for k in call.keywords})
        return facts

    def _spread(self, facts: ast.expr, places: set[str | None]) -> list[ast.expr]:
        """The values at these places of a dictionary that stands in the same function."""
        written = self._written(facts) if isinstance(facts, ast.Name) else [facts]
        if not all(isinstance(each, ast.Dict) for each in written) or not written:
            return [facts] if places else []
        return [
            value
            for each in written
            if isinstance(each, ast.Dict)
            for key, value in zip(each.keys, each.values, strict=True)
            if isinstance(key, ast.Constant) and key.value in places
        ]

    def _named(self, name: ast.Name, deep: int) -> bool:
        if name.id.isupper():  # a constant of ours
            return True
        written = self._written(name)
        if written:
            return all(self.is_harmless(each, deep + 1) for each in written)
        return self._is_passed_on(name)

    def _written(self, name: ast.Name) -> list[ast.expr]:
        """Everything that the name is set to in the functions around it."""
        found: list[ast.expr] = []
        for scope in self._scopes(name):
            for node in self.source.inside(scope):
                found += _set_to(node, name.id)
        return found

    def _is_passed_on(self, name: ast.Name) -> bool:
        """An argument of a function: whoever calls that is looked at instead."""
        for function in self._around(name):
            taken = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            names = [each.arg for each in taken]
            if name.id in names:
                place = names.index(name.id)
                self.passing.add(Label(f"{self.source.module}.{function.name}", place, name.id))
                return True
        return False

    def _around(self, node: ast.AST) -> Iterator[ast.FunctionDef]:
        while (above := self.above.get(id(node))) is not None:
            if isinstance(above, ast.FunctionDef):
                yield above
            node = above

    def _scopes(self, node: ast.AST) -> list[ast.AST]:
        """The functions around it, or the module where it stands in none."""
        return list(self._around(node)) or [self.source.tree]


def faults(source: Source) -> Iterator[ast.AST]:
    """Calls that show bare text of the user's as Markdown."""
    yield from Reader(source, _labels()).faults()


@cache
def _labels() -> frozenset[Label]:
    """Arguments of functions of the pages that become labels."""
    known: frozenset[Label] = frozenset()
    while True:
        found = set(known)
        for source in sources(ROOT, "pages/**/*.py"):
            reader = Reader(source, known)
            list(reader.faults())
            found |= reader.passing
        if found == known:
            return known
        known = frozenset(found)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _argument(call: ast.Call, label: Label) -> ast.expr | None:
    named = {each.arg: each.value for each in call.keywords}
    given = call.args[label.place] if label.place < len(call.args) else None
    return named.get(label.keyword, given)


def _parts(said: ast.expr) -> Iterable[ast.expr] | None:
    """The parts of what is put together; none of a constant; None for what is not put together."""
    match said:
        case ast.Constant():
            parts: list[ast.expr] | None = []
        case ast.JoinedStr(values=values) | ast.BoolOp(values=values):
            parts = values
        case ast.IfExp(body=left, orelse=right) | ast.BinOp(left=left, right=right):
            parts = [left, right]
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            parts = elements
        case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part) | ast.Starred(value=part):
            parts = [part]
        case _:
            parts = None
    return parts


def _is_number(said: ast.FormattedValue) -> bool:
    parts = getattr(said.format_spec, "values", [])
    spec = "".join(str(getattr(part, "value", "")) for part in parts)
    return bool(spec) and bool(NUMBERS.fullmatch(spec))


def _set_to(node: ast.AST, name: str) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [
            _part_of(target, node.value, name)
            for target in node.targets
            if any(isinstance(p, ast.Name) and p.id == name for p in ast.walk(target))
            and not isinstance(target, ast.Subscript | ast.Attribute)
        ]
    if isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
        value = node.value
        is_it = isinstance(node.target, ast.Name) and node.target.id == name
        return [value] if is_it and value else []
    if isinstance(node, ast.For | ast.comprehension):
        loops = any(isinstance(p, ast.Name) and p.id == name for p in ast.walk(node.target))
        turns = node.iter.elts if isinstance(node.iter, ast.Tuple | ast.List) else [node.iter]
        return [_part_of(node.target, turn, name) for turn in turns] if loops else []
    return []


def _part_of(target: ast.expr, value: ast.expr, name: str) -> ast.expr:
    """What one of several names is set to, where both sides are written out."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for left, right in zip(target.elts, value.elts, strict=False):
            if isinstance(left, ast.Name) and left.id == name:
                return right
    return value


@cache
def _every() -> frozenset[str]:
    return phrases().keys()


def _keys(said: ast.expr) -> list[str]:
    """The sentences that a key, or a key with open parts, may stand for."""
    if isinstance(said, ast.IfExp):
        return [*_keys(said.body), *_keys(said.orelse)]
    if isinstance(said, ast.Constant):
        return [str(said.value)]
    if not isinstance(said, ast.JoinedStr):
        return sorted(_every())
    parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in said.values]
    wanted = re.compile("".join(parts))
    return sorted(filter(wanted.fullmatch, _every()))
