"""A module of ours as its lint reads it: which name stands for what, wherever it was imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """One file, by its path from the root of the repository."""

    path: str
    text: str

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @cached_property
    def imported(self) -> dict[str, str]:
        """What each imported name stands for, in full: ``{"pd": "pandas"}``."""
        found: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found |= {(a.asname or a.name.split(".")[0]): _meant(a) for a in node.names}
            elif isinstance(node, ast.ImportFrom):
                found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        return found

    @cached_property
    def modules(self) -> tuple[tuple[str, ast.stmt], ...]:
        """Every module or name that is imported, in full, and where."""
        found: list[tuple[str, ast.stmt]] = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [(each.name, node) for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [(f"{node.module}.{each.name}", node) for each in node.names]
        return tuple(found)

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        return tuple(node for node in self.nodes if isinstance(node, ast.Call))

    @cached_property
    def functions(self) -> tuple[ast.FunctionDef, ...]:
        return tuple(node for node in self.nodes if isinstance(node, ast.FunctionDef))

    def full(self, node: ast.AST) -> str:
        """What a dotted name stands for; "" where it begins with something else than a name."""
        steps: list[str] = []
        while isinstance(node, ast.Attribute):
            steps.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([self.imported.get(node.id, node.id), *steps])

    def is_foreign(self, receiver: ast.AST) -> bool:
        """Whether it is an imported module or name that is not Streamlit's."""
        root = receiver
        while isinstance(root, ast.Attribute):
            root = root.value
        known = self.imported.get(root.id, "") if isinstance(root, ast.Name) else ""
        return bool(known) and not known.startswith("streamlit")

    def methods(self, *names: str) -> Iterator[ast.Call]:
        """Calls of these methods of Streamlit, or of what may be a container of its."""
        own = {f"streamlit.{name}" for name in names}
        for call in self.calls:
            func = call.func
            if isinstance(func, ast.Attribute):
                if func.attr in names and not self.is_foreign(func.value):
                    yield call
            elif self.full(func) in own:
                yield call

    def inside(self, node: ast.AST) -> tuple[ast.AST, ...]:
        """The node and all in it."""
        known = self._walked.get(id(node))
        if known is None:
            known = self._walked[id(node)] = tuple(ast.walk(node))
        return known

    @cached_property
    def _walked(self) -> dict[int, tuple[ast.AST, ...]]:
        return {id(self.tree): self.nodes}


def _meant(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.split(".")[0]


@cache
def sources(root: Path, *places: str) -> tuple[Source, ...]:
    """Every Python file under these places of the repository."""
    files = [file for place in places for file in sorted(root.glob(place))]
    return tuple(Source(str(f.relative_to(root)), f.read_text("utf-8")) for f in files)
