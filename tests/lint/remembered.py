"""What outlives a run and is shared by all visitors: Streamlit's caches, a module's own state."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from tests.lint.source import Source

CACHES = ("streamlit.cache_data", "streamlit.cache_resource")
# of what a key may be made: short, compared whole, and never a table
PLAIN_TYPES = frozenset(("str", "int", "float", "bool", "Pick", "Key", "None", "tuple", "..."))
OF_FUNCTIONS = PLAIN_TYPES | {"bytes", "dict", "Path"}
# an argument that tells whose the answer is and of which content
OWNERS = frozenset(("project", "place", "where", "key", "drawn"))
NO_ONES = frozenset(("pages/shared/warm.py::_begun", "pages/shared/warm.py::warm"))

# State that is meant, and why it tells nobody of another's data.
MEANT: dict[str, str] = {
    "core/data/engine.py::_idle": "empty databases: what is temporary is a cursor's own",
    "core/data/engine.py::_not_ours": "the same of the process that forked this one, never used",
    "core/data/engine.py::_open": "connections by thread, to stop what runs in them",
    "core/forkserver.py::_here": "the process that forks jobs, which holds nothing of anyone's",
    "core/models/packed/trees.py::_kept": "by the estimator itself, and gone with it",
    "core/search/trying.py::_parts": "in a process of one search, by its rows; others' go",
    "core/store/folder.py::_decoded": "by path and time of writing; forgotten when one is locked",
    "core/store/folder.py::_libc": "the system's library",
    "core/store/opened.py::_tables": "by path and time of writing; forgotten when one is locked",
    "core/store/spread.py::_model": "in a process of Spark's, by the bytes of its files",
    "core/store/vault.py::_open": "keys of vaults that were opened, until they are locked",
    "core/store/who.py::_askers": "how the screen tells whose run it is, and nobody's name",
    "core/text/phrases.py::phrases": "our sentences",
    "core/wire.py::_planned": "types, and none of their values",
    "core/what_if/curve.py::_GRIDS": "by the model itself, and gone with it",
    "pages/shared/around/signed.py::_ASKS": "whether people sign in here, the same for all",
    "pages/shared/around/silence.py::listening": "which connections are silent",
    "pages/shared/around/uploads.py::desk": "how many bytes each session holds",
    "pages/shared/around/visits.py::visits": "which session made which file",
    "pages/shared/warm.py::warm": "the thread that loads modules, once a server",
    "pages/shared/serving.py::_STARTED": "whether routes are there, the same for all",
}

MUTABLE_CALLS = frozenset(
    ("dict", "list", "set", "OrderedDict", "defaultdict", "deque", "Counter", "WeakKeyDictionary",
     "WeakValueDictionary", "WeakSet", "ChainMap", "Queue", "SimpleQueue", "bytearray")
)  # fmt: skip
CHANGES = frozenset(
    ("append", "add", "update", "pop", "popitem", "setdefault", "clear", "extend", "insert",
     "remove", "discard", "move_to_end", "put", "appendleft", "popleft")
)  # fmt: skip
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*|__\w+__")


def cached_functions(source: Source) -> Iterator[ast.FunctionDef]:
    """Functions whose answers Streamlit keeps."""
    for function in source.functions:
        if any(_is_cache(source, each) for each in function.decorator_list):
            yield function


def cached_faults(source: Source) -> Iterator[ast.AST]:
    """Cached functions whose key is empty, holds a table, or does not tell the owner."""
    for function in cached_functions(source):
        if f"{source.path}::{function.name}" in NO_ONES:
            continue
        keyed = key_of(function)
        if not keyed.keys() & OWNERS or not all(map(_is_plain, keyed.values())):
            yield function
    for call in source.calls:  # a function wrapped without a decorator is not seen above
        if source.full(call.func) in CACHES and any(not _is_setting(arg) for arg in call.args):
            yield call


def key_of(function: ast.FunctionDef) -> dict[str, ast.expr | None]:
    """The arguments that make its key: those that do not begin with an underscore."""
    taken = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return {each.arg: each.annotation for each in taken if not each.arg.startswith("_")}


def _is_cache(source: Source, decorator: ast.expr) -> bool:
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    return source.full(made) in CACHES


def _is_setting(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Constant)


def _is_plain(annotation: ast.expr | None, words: frozenset[str] = PLAIN_TYPES) -> bool:
    if annotation is None:
        return False
    said = re.findall(r"\w+|\.\.\.", ast.unparse(annotation).replace("cached.Key", "Key"))
    return all(word in words for word in said)


def state_faults(source: Source) -> Iterator[ast.AST]:
    """Module-level values that are changed, or that are not named as constants and could be."""
    changed = set(_changed(source))
    for node in source.tree.body:
        for name, value in _bound(node):
            is_constant = CONSTANT.fullmatch(name) and name not in changed
            mutable = _is_mutable(source, value) or name in changed
            if mutable and not is_constant and f"{source.path}::{name}" not in MEANT:
                yield node
    for function in source.functions:
        if f"{source.path}::{function.name}" not in MEANT and _keeps_values(source, function):
            yield function


def _bound(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value
    elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
        yield node.target.id, node.value


def _is_mutable(source: Source, value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return source.full(value.func).rpartition(".")[2] in MUTABLE_CALLS
    kinds = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
    return isinstance(value, kinds)


def _changed(source: Source) -> Iterator[str]:
    """Names of the module that some function rebinds or changes in place."""
    bound = {name for node in source.tree.body for name, _ in _bound(node)}
    if not any(_changes(node) & bound for node in source.nodes):  # as in most modules
        return
    for function in source.functions:
        inside = source.inside(function)
        own = _own_names(inside) - {n for each in inside for n in _rebound(each)}
        for node in inside:
            yield from _changes(node) - own


def _own_names(inside: Iterable[ast.AST]) -> set[str]:
    """Arguments and names that are set within a function."""
    return {
        node.arg if isinstance(node, ast.arg) else node.id
        for node in inside
        if isinstance(node, ast.arg)
        or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    }


def _changes(node: ast.AST) -> set[str]:
    """The names of what a node rebinds or changes in place."""
    changed: ast.AST | None = None
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        changed = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        changed = node.func.value if node.func.attr in CHANGES else None
    return {changed.id} if isinstance(changed, ast.Name) else _rebound(node)


def _rebound(node: ast.AST) -> set[str]:
    return set(node.names) if isinstance(node, ast.Global) else set()


def _keeps_values(source: Source, function: ast.FunctionDef) -> bool:
    """Whether ``functools`` keeps its answers under more than a number, a name or a path."""
    kept = ("functools.cache", "functools.lru_cache")
    made = (each.func if isinstance(each, ast.Call) else each for each in function.decorator_list)
    if not any(source.full(each) in kept for each in made):
        return False
    told = [*key_of(function).values()] or [function.returns]  # without any: one value for all
    return not all(_is_plain(each, OF_FUNCTIONS) for each in told)
