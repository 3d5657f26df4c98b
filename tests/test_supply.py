"""What is told of the libraries the app is made of."""

from pathlib import Path

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
