"""The report as one JSON document (``core.report.document``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import msgspec
import numpy as np

from core.behaviour import recipe as recipes
from core.evaluate.evaluation import Score
from core.evaluate.metric import metrics
from core.evaluate.truth import truth_of
from core.explain.importance import importance
from core.models.family import Task, family
from core.report import document, people
from core.report.known import Known
from core.report.known import Reasons as Worked
from core.report.pieces import drawing
from core.report.plainly import plainly
from core.report.report import Report
from core.report.sections.reasons import told_reasons
from core.review.piece import Drawn, Listed, Piece, Said
from core.text.phrases import Phrases


def written(report: Report) -> bytes:
    """The document, in UTF-8."""
    return msgspec.json.format(msgspec.json.encode(plainly(made(report))), indent=1)


def schema() -> dict[str, Any]:
    """What the document holds, as JSON Schema."""
    return msgspec.json.schema(document.Document)


def made(report: Report) -> document.Document:
    """The document as a value."""
    known = report.known
    binary = known.spec.task is Task.BINARY
    return document.Document(
        format=document.FORMAT,
        version=document.VERSION,
        made_at=report.made_at,
        language=report.language,
        model=document.Model(known.spec.id, known.name, known.digest),
        use=document.Use(known.told.intended_use, known.told.limits),
        table=_table(known),
        question=_question(known),
        method=_method(known),
        threshold=known.evaluation.threshold if binary else None,
        figures=_figures(known.evaluation.scores),
        rivals=[
            document.Rival(
                rival.entry.id,
                rival.name,
                rival.entry.spec.family,
                rival.same,
                _figures(rival.entry.scores),
            )
            for rival in known.rivals
        ],
        trust=plainly(known.examined),
        reasons=[_reasons(each) for each in told_reasons(known)],
        chapters=[
            document.Chapter(
                chapter.key,
                known.say(chapter.title),
                [_piece(each, known.say) for each in chapter.pieces],
            )
            for chapter in report.chapters
        ],
    )


def _table(known: Known) -> document.Table:
    spec, asked = known.spec, {column.name for column in known.spec.features}
    there = known.table
    columns = there.dataset.schema.columns if there else spec.features
    listed = [document.Column(c.name, c.kind, c.role, c.name in asked) for c in columns]
    if there is None:
        name = known.saved.table_name
        return document.Table(spec.dataset, name, False, None, "", "", None, listed, [], [], None)
    told = there.dataset.provenance
    masked = [
        document.Masked(each.column, each.sort or "chosen", each.mask) for each in there.hidden
    ]
    return document.Table(
        id=there.dataset.id,
        name=there.dataset.name,
        there=True,
        rows=there.dataset.rows,
        file=told.file,
        read_at=told.read_at,
        rows_left_out=told.rows_left_out,
        columns=listed,
        masked=masked,
        corrected=list(there.corrected),
        findings=_findings(known),
    )


def _findings(known: Known) -> list[document.Finding] | None:
    if known.table is None or known.table.findings is None:
        return None
    found = []
    for each in known.table.findings:
        facts = people.finding_facts(each, known.table.dataset, known.sayable, known.say)
        text = known.say(f"check.{each.code}.what", **facts)
        found.append(document.Finding(each.code, each.column, each.count, each.severity, text))
    return found


def _question(known: Known) -> document.Question:
    spec, model = known.spec, known.saved.model
    recipe = recipes.read(known.saved.recipe)
    return document.Question(
        task=spec.task,
        target=spec.target.name,
        outcome=spec.outcome,
        answers=_answers(known),
        split=spec.split.kind,
        split_column=spec.split.column,
        split_share=spec.split.held_out,
        training_rows=model.training_rows,
        held_out_rows=len(model.held_out),
        left_out_rows=model.left_out,
        cutoffs=list(recipe.question.cutoffs) if recipe else [],
    )


def _answers(known: Known) -> list[document.Answer]:
    predictions = known.evaluation.predictions
    if predictions.task is Task.REGRESSION:
        return []
    counts = np.bincount(truth_of(predictions).astype(int), minlength=len(predictions.classes))
    pairs = zip(predictions.classes, counts.tolist(), strict=True)
    return [document.Answer(name, count) for name, count in pairs]


def _method(known: Known) -> document.Method:
    spec, saved = known.spec, known.saved
    return document.Method(
        family=spec.family,
        settings=asdict(family(spec.family).settings(spec.params)),
        balanced=spec.balanced,
        seed=spec.seed,
        engine=saved.model.engine,
        trained_at=saved.trained_at,
        seconds=saved.seconds,
        libraries=dict(known.libraries),
    )


def _figures(scores: Iterable[Score]) -> list[document.Figure]:
    known = metrics()
    return [
        document.Figure(each.metric, each.value, each.low, each.high, known[each.metric].better)
        for each in scores
    ]


def _reasons(worked: Worked) -> document.Reasons:
    found = worked.found
    strengths = [
        document.Strength(one.column, one.mean, one.low, one.high, one.share)
        for one in importance(found)
    ]
    trusted = None if worked.trusted is None else plainly(worked.trusted)
    return document.Reasons(
        found.of,
        found.method,
        len(found.rows),
        found.background,
        found.base,
        strengths,
        trusted,
    )


def _piece(piece: Piece, say: Phrases) -> dict[str, Any]:
    if isinstance(piece, Said):
        text, facts = say(piece.key, **piece.facts), plainly(dict(piece.facts))
        return {"kind": "said", "text": text, "key": piece.key, "facts": facts, "good": piece.good}
    if isinstance(piece, Listed):
        headers = [say(key) for key in piece.headers]
        rows = [plainly(row) for row in piece.rows]
        return {"kind": "listed", "title": say(piece.title), "headers": headers, "rows": rows}
    return _drawn(piece, say)


def _drawn(piece: Drawn, say: Phrases) -> dict[str, Any]:
    made = drawing(piece, say)
    words = {"title": made.title, "sentence": made.sentence}
    return {"kind": "drawn", "chart": piece.chart, **words, "points": plainly(piece.points)}
