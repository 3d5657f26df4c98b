"""The fold with the model card: two files, made on the click on behalf of whoever asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.store import projects, trail
from core.text.phrases import phrases
from pages.shared import report_part

SAY = phrases("en")


def script() -> None:
    from core.text.phrases import phrases
    from pages.shared import report_part

    report_part.part(phrases("en"))


def test_a_closed_fold_makes_nothing_and_an_open_one_offers_two_files(
    project: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = trail.lines(projects.folder(home, project))
    at = AppTest.from_function(script, default_timeout=60)
    at.session_state["project"] = project
    at.run()
    assert not at.exception
    assert [fold.label for fold in at.expander] == [SAY("report.part.title")]
    assert not at.get("download_button")
    at.session_state["report-fold"] = True
    at.run()
    assert not at.exception
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels == [SAY("report.part.html"), SAY("report.part.json")]
    assert trail.lines(projects.folder(home, project)) == told


def test_the_file_is_made_on_the_click_and_told(
    project: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, dict[str, Any]] = {}
    monkeypatch.setattr(
        st, "download_button", lambda label, **more: given.update({str(label): more})
    )
    monkeypatch.setattr(report_part.session, "folder", lambda: projects.folder(home, project))
    folder = projects.folder(home, project)
    told = trail.lines(folder)
    model = next(
        each.name
        for each in sorted((folder / "models").iterdir())
        if '"family":"forest"' in (each / "model.json").read_text("utf-8")
    )
    monkeypatch.setattr(report_part.session, "model_id", lambda: model)
    report_part._inside(SAY)
    html, document = (given[SAY(f"report.part.{form}")] for form in ("html", "json"))
    assert html["mime"] == "text/html"
    assert html["file_name"].endswith(".html")
    assert model in html["file_name"]
    assert document["file_name"] != html["file_name"].replace("html", "json")  # unguessable
    assert trail.lines(folder) == told
    assert html["data"]().startswith(b"<!DOCTYPE html>")
    assert json.loads(document["data"]())["model"]["id"] == model
    lines = trail.lines(folder)[len(told) :]
    assert [(line.what, line.of) for line in lines] == [(trail.What.EXPORT, model)] * 2
