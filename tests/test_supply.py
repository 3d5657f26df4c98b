"""What is told of the libraries the app is made of."""

import json
import re
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests import supply

ROOT = Path(__file__).resolve().parents[1]


def test_known_weaknesses_are_named_and_what_was_not_looked_up_is_counted() -> None:
    answer = {
        "dependencies": [
            {"name": "one", "version": "1.0", "vulns": [{"id": "GHSA-x"}, {"id": "CVE-y"}]},
            {"name": "two", "version": "2.0", "vulns": []},
            {"name": "three", "skip_reason": "not found"},
        ]
    }
    assert supply.weaknesses(answer) == (["one 1.0: GHSA-x", "one 1.0: CVE-y"], 2, 1)


def test_an_unreachable_index_fails_nothing(tmp_path: Path) -> None:
    tool = tmp_path / "pip-audit"
    tool.write_text("#!/bin/sh\necho 'connection refused' >&2; exit 1\n")
    tool.chmod(0o755)
    sentence, well = supply.audited(tmp_path, "requirements.lock")
    assert well
    assert "could not be reached" in sentence


def test_a_known_weakness_fails(tmp_path: Path) -> None:
    tool = tmp_path / "pip-audit"
    found = '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}]}]}'
    tool.write_text(f"#!/bin/sh\necho '{found}'; exit 1\n")
    tool.chmod(0o755)
    sentence, well = supply.audited(tmp_path, "requirements.lock")
    assert not well
    assert "a 1: CVE-1" in sentence


def test_a_secret_is_told_unless_it_was_looked_at() -> None:
    found = {
        "results": {
            "a.py": [{"hashed_secret": "1", "line_number": 7, "type": "Secret Keyword"}],
            "b.py": [{"hashed_secret": "2", "line_number": 9, "type": "Private Key"}],
        }
    }
    known = {"results": {"c.py": [{"hashed_secret": "1", "line_number": 1, "type": "any"}]}}
    assert supply.unknown(found, known) == ["b.py:9 Private Key"]


def test_locks_hold_hashes_and_name_no_index() -> None:
    for name in supply.LOCKS:
        text = (ROOT / name).read_text()
        pins = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]
        assert pins
        assert all(line.rstrip().endswith("\\") for line in pins)
        assert "index-url" not in text
        assert "://" not in text


# names on PyPI that somebody else took: models of a library whose own lie elsewhere
TAKEN = re.compile(r"(en|de|fr|es|it|xx)[-_]core[-_](web|news)[-_](sm|md|lg|trf)", re.IGNORECASE)
PLACEHOLDER = re.compile(r"999\.|99\.99\.")


# attack L03
def test_l03_nothing_is_installed_under_a_name_that_somebody_took() -> None:
    pins = [
        line.split(" ", 1)[0]
        for name in supply.LOCKS
        for line in (ROOT / name).read_text().splitlines()
        if "==" in line and not line.startswith(" ")
    ]
    here = [f"{each.name}=={each.version}" for each in distributions()]
    assert [pin for pin in (*pins, *here) if TAKEN.match(pin)] == []
    assert [pin for pin in pins if PLACEHOLDER.match(pin.partition("==")[2])] == []
    assert TAKEN.match("en-core-web-trf==999.9.9")
    assert TAKEN.match("de_core_news_md")


# attack L05
def test_l05_what_looks_like_a_secret_is_looked_for_with_every_check() -> None:
    make = (ROOT / "Makefile").read_text()
    assert "tests.supply" in make
    known = json.loads((ROOT / supply.KNOWN).read_text())["results"]
    assert known
    assert {name.partition("/")[0] for name in known} <= {"tests", "bench", "core", "pages"}
    names = {kind["name"] for kind in json.loads((ROOT / supply.KNOWN).read_text())["plugins_used"]}
    assert {"PrivateKeyDetector", "KeywordDetector", "Base64HighEntropyString"} <= names


SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}"),
    "a key of a cloud": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "a token": re.compile(r"\b(ghp|gho|glpat|xox[bp]|sk-(live|proj))[-_][A-Za-z0-9_-]{20,}\b"),
}


# attack L05
@pytest.mark.parametrize("what", SECRETS)
def test_l05_no_file_of_the_project_holds_one(what: str) -> None:
    texts = {
        file: file.read_text("utf-8", "replace")
        for room in ("core", "pages", "tests", "bench", ".streamlit", ".ci")
        for file in (ROOT / room).rglob("*")
        if file.suffix in (".py", ".toml", ".js", ".json", ".md", "") and file.is_file()
    }
    assert [str(file) for file, text in texts.items() if SECRETS[what].search(text)] == []
