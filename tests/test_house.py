"""The house keeps its own rules: words for every key and error, layers, and size."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import typing
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from string import Formatter

import pytest

from core import errors
from core.errors import UserError
from core.text.phrases import Phrases, languages, phrases

ROOT = Path(__file__).resolve().parents[1]
CODE = sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"])
ROOMS = {file.stem for file in (ROOT / "core/text/en").glob("*.toml")}
KEY = re.compile(rf"({'|'.join(sorted(ROOMS))})(\.[a-z0-9_]+)+")
ANYTHING = "\0"
FILES = (".toml", ".js", ".css", ".json", ".jsonl")
LINES_AT_MOST = 300
LISTS = {"core/errors.py"}  # a class a case and no logic: to be read as one list
STATEMENT_LINES_AT_MOST = 40
WAITING: set[str] = set()  # said by code that is still to come
NOT_A_CLASS = {"unexpected"}  # worded like an error, raised by nobody
EXAMPLES: dict[object, object] = {
    str: "a {b} %{c}",
    int: 3,
    float: 0.25,
    tuple[str, ...]: ("a", "b {c}"),
}


def words() -> list[Phrases]:
    return [phrases(language) for language in languages()]


def sentences(say: Phrases) -> dict[str, str]:
    """Key to sentence, places still open."""
    return {key: say.raw(key) for key in sorted(say.keys())}


def every_error(of: type[UserError] = UserError) -> Iterator[type[UserError]]:
    for found in of.__subclasses__():
        yield found
        yield from every_error(found)


ERRORS = sorted((e for e in every_error() if e.__module__ == errors.__name__), key=str)


def example(error: type[UserError]) -> UserError:
    types = typing.get_type_hints(error)
    return error(**{field.name: EXAMPLES[types[field.name]] for field in fields(error)})


def constants(tree: ast.Module) -> dict[str, str]:
    """Names of a module that stand for a fixed text."""
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def patterns(file: Path) -> Iterator[str]:
    """Every text in a file that is a key, with ANYTHING where a part is not known."""
    tree = ast.parse(file.read_text("utf-8"))
    known = constants(tree)
    inside = {id(part) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for part in n.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_key = KEY.fullmatch(node.value) and not node.value.endswith(FILES)
            if is_key and id(node) not in inside:
                yield node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(_part(part, known) for part in node.values)
            if KEY.fullmatch(text.replace(ANYTHING, "x")) and not text.startswith(ANYTHING):
                yield text


def _part(part: ast.expr, known: dict[str, str]) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    return known.get(part.value.id, ANYTHING) if isinstance(part.value, ast.Name) else ANYTHING


def is_said(pattern: str, keys: frozenset[str]) -> bool:
    """Whether the key, or at least one that the pattern may become, has words."""
    if ANYTHING not in pattern:
        return pattern in keys or any(key.startswith(f"{pattern}.") for key in keys)
    wanted = re.compile(".+".join(map(re.escape, pattern.split(ANYTHING))))
    return any(wanted.fullmatch(key) for key in keys)


def places(sentence: str) -> set[tuple[str, str]]:
    """The facts a sentence takes and in which way; the forms of a count are the language's own."""
    return {
        (name, spec.split(" ")[0] if spec else "")
        for _, name, spec, _ in Formatter().parse(sentence)
        if name is not None
    }


def test_there_is_english() -> None:
    assert "en" in languages()


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_is_said_has_words_in_every_language(file: Path) -> None:
    missing = [
        (say.language, pattern.replace(ANYTHING, "{…}"))
        for pattern in patterns(file)
        for say in words()
        if not is_said(pattern, say.keys())
    ]
    assert missing == []


def test_every_sentence_is_said_somewhere() -> None:
    said = {pattern for file in CODE for pattern in patterns(file)}
    whole = {pattern for pattern in said if ANYTHING not in pattern}
    parts = [re.compile(".*".join(map(re.escape, p.split(ANYTHING)))) for p in said - whole]
    unsaid = {
        key
        for key in phrases().keys() - whole
        if not any(key.startswith(f"{pattern}.") for pattern in whole)
        and not any(part.fullmatch(key) for part in parts)
    }
    assert unsaid == WAITING


def test_the_search_for_keys_finds_them(tmp_path: Path) -> None:
    file = tmp_path / "page.py"
    file.write_text('K = "pages.home"\nsay("pages.a.b")\nsay(f"{K}.c")\nsay(f"pages.{x}.d")\n')
    assert sorted(patterns(file)) == sorted(
        ["pages.home", "pages.a.b", "pages.home.c", f"pages.{ANYTHING}.d"]
    )
    assert is_said(f"pages.{ANYTHING}.d", frozenset({"pages.any.d"}))
    assert not is_said(f"pages.{ANYTHING}.d", frozenset({"pages.any.e"}))
    assert not is_said("pages.a", frozenset({"pages.ab"}))


def test_languages_say_the_same() -> None:
    english = phrases("en")
    for say in words():
        assert say.keys() ^ english.keys() == set(), say.language
        for key, sentence in sentences(say).items():
            assert places(sentence) == places(english.raw(key)), (say.language, key)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_an_error_has_a_sentence_that_takes_its_facts(error: type[UserError]) -> None:
    made = example(error)
    for say in words():
        sentence = say(f"errors.{made.code}", **made.facts)
        assert sentence.strip()
        assert "!" not in sentence


def test_every_sentence_about_an_error_has_its_error() -> None:
    known = {example(error).code for error in ERRORS} | NOT_A_CLASS
    for say in words():
        assert {key.split(".")[1] for key in sentences(say) if key.startswith("errors.")} <= known


def test_errors_are_told_apart_by_their_code() -> None:
    assert len({example(error).code for error in ERRORS}) == len(ERRORS)


@pytest.mark.parametrize("say", words(), ids=lambda say: say.language)
def test_sentences_are_calm_and_well_formed(say: Phrases) -> None:
    for key, sentence in sentences(say).items():
        list(Formatter().parse(sentence))
        assert sentence == sentence.rstrip(), key
        assert "!" not in sentence, key
        assert "  " not in sentence.lstrip(), key


def test_imports_go_downwards() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_module_is_small_and_says_what_it_is(file: Path) -> None:
    text = file.read_text("utf-8")
    lines = sum(bool(line.strip()) for line in text.splitlines())
    assert lines <= LINES_AT_MOST or str(file.relative_to(ROOT)) in LISTS
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.body[0].lineno + 1 > STATEMENT_LINES_AT_MOST
    ]
    assert long == []


def test_pages_show_no_words_of_their_own() -> None:
    own = [
        (str(file.relative_to(ROOT)), argument.value)
        for file in CODE
        if "pages" in file.parts
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("st.")
        for argument in call.args
        if isinstance(argument, ast.Constant) and " " in str(argument.value)
    ]
    assert own == []
