"""What the app is made of: a bill of materials, known weaknesses, secrets left in files.

Run as ``python -m tests.supply TOOLS``, TOOLS being the folder with pip-audit, cyclonedx-py and
detect-secrets (``make check`` installs them). What cannot be reached is said and fails nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-check.lock")
BILL = Path("build") / "bill-of-materials.json"
KNOWN = ".secrets.baseline"  # what looks like a secret and was looked at: passwords made for tests
REACHED_IN = 300  # seconds


def ran(tools: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A tool's run, from the project's folder."""
    wanted = [str(tools / command[0]), *command[1:]]
    return subprocess.run(
        wanted, cwd=ROOT, capture_output=True, text=True, check=False, timeout=REACHED_IN
    )


def billed(tools: Path) -> str:
    """Writes the bill of materials of the installed environment (CycloneDX); its sentence."""
    (ROOT / BILL).parent.mkdir(exist_ok=True)
    made = ran(
        tools, "cyclonedx-py", "environment", sys.executable, "--pyproject", "pyproject.toml",
        "--of", "JSON", "-o", str(BILL),
    )  # fmt: skip
    if made.returncode:
        raise SystemExit(f"no bill of materials: {made.stderr[-500:]}")
    parts = json.loads((ROOT / BILL).read_text())["components"]
    return f"{BILL}: {len(parts)} libraries"


def weaknesses(answer: dict[str, Any]) -> tuple[list[str], int, int]:
    """Known weaknesses in pip-audit's answer, and how many libraries were and were not in it."""
    libraries = answer["dependencies"]
    missed = sum("skip_reason" in each for each in libraries)
    found = [
        f"{each['name']} {each['version']}: {weakness['id']}"
        for each in libraries
        for weakness in each.get("vulns", ())
    ]
    return found, len(libraries) - missed, missed


def audited(tools: Path, lock: str) -> tuple[str, bool]:
    """What pip-audit knows of a lock, and whether that is well or could not be reached."""
    try:
        made = ran(
            tools, "pip-audit", "-r", lock, "--disable-pip", "--require-hashes", "-f", "json"
        )
        found, known, missed = weaknesses(json.loads(made.stdout))
    except (json.JSONDecodeError, subprocess.TimeoutExpired):
        return f"{lock}: advisories could not be reached, nothing was audited", True
    if found:
        return f"{lock}: known weaknesses: {'; '.join(found)}", False
    return f"{lock}: no known weakness in {known} libraries, {missed} could not be looked up", True


def unknown(found: dict[str, Any], known: dict[str, Any]) -> list[str]:
    """Where detect-secrets found what its baseline does not hold."""
    looked_at = {each["hashed_secret"] for all_ in known["results"].values() for each in all_}
    return [
        f"{file}:{each['line_number']} {each['type']}"
        for file, all_ in sorted(found["results"].items())
        for each in all_
        if each["hashed_secret"] not in looked_at
    ]


def secrets(tools: Path) -> tuple[str, bool]:
    """What looks like a secret in a file of the project and was not looked at."""
    made = ran(tools, "detect-secrets", "scan", "--exclude-files", r"\.lock$")
    if made.returncode:
        return f"secrets: nothing was looked at: {made.stderr[-500:]}", False
    found = unknown(json.loads(made.stdout), json.loads((ROOT / KNOWN).read_text()))
    return f"secrets: {'; '.join(found) or 'none'}", not found


def said(tools: Path) -> Iterator[tuple[str, bool]]:
    """Each look's sentence, and whether all is well."""
    yield billed(tools), True
    for lock in LOCKS:
        yield audited(tools, lock)
    yield secrets(tools)


if __name__ == "__main__":
    well = True
    for sentence, is_well in said(Path(sys.argv[1]).absolute()):
        print(sentence)
        well &= is_well
    raise SystemExit(not well)
