"""A report leaves the app as a file, and the project's trail tells so."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from core.report import html, machine
from core.report.report import Report, report
from core.store import allowed
from core.store.clock import now
from core.store.roles import Right
from core.store.trail import What, tell


class Form(StrEnum):
    """What a report is written as."""

    HTML = "html"
    JSON = "json"


WRITTEN: dict[Form, Callable[[Report], bytes]] = {Form.HTML: html.page, Form.JSON: machine.written}


def exported(project: Path, model: str, form: Form, language: str = "en") -> bytes:
    """The report of a model of a project, told in the trail once it is whole.

    Raises as ``report``, and DiskFull.
    """
    return told(report(project, model, language, now()), form)


def told(found: Report, form: Form) -> bytes:
    """A report as a file's content; of a project's model its trail tells.

    Raises NotAllowed and DiskFull.
    """
    known = found.known
    if known.project is not None:
        allowed.need(known.project, Right.EXPORT)
    content = WRITTEN[form](found)
    if known.project is not None:
        digest = hashlib.sha256(content).hexdigest()
        tell(known.project, What.EXPORT, known.spec.id, digest, form=form.value, size=len(content))
    return content
