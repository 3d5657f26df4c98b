"""The table that a question makes of a history, as a Dataset like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from core.behaviour import recipe as recipes
from core.behaviour.building import features_of, read, table, without
from core.behaviour.engines import DUCKDB, opened
from core.behaviour.features.feature import Feature, Plan
from core.behaviour.labels import LABEL, is_amount
from core.behaviour.question import OTHER, YES_OR_NO, Asks, Question
from core.behaviour.recipe import Recipe
from core.behaviour.recorded import CUSTOMER, CUTOFF, Recorded
from core.behaviour.reference import LEAST, Lack, references
from core.behaviour.timeline import fits
from core.data.dataset import SOURCE, Dataset, Note, Provenance
from core.data.engine import engine, identifier, literal
from core.data.identity import content_id
from core.data.infer import infer
from core.errors import NoAnswerOften, NobodyAsked, NoReference, OneAnswer
from core.progress import Report, part
from core.schema import Column, Kind, Mask, Role, Schema

TYPED = "typed.parquet"
OFTEN = 10  # rows of an answer that is told apart; models want eight
STAGE = "behaviour.stage.writing"
FORMAT = "log"
TARGETS = {
    Asks.BUY: "buys_in_{days}_days",
    Asks.LEAVE: "leaves_for_{days}_days",
    Asks.SPEND: "spend_in_{days}_days",
    Asks.COUNT: "purchases_in_{days}_days",
    Asks.CATEGORY: "next_category",
    Asks.PRODUCT: "next_product",
    Asks.RESPOND: "responds_in_{days}_days",
    Asks.RATE: "rating_given",
    Asks.LATE: "comes_late",
    Asks.NEXT: "next_product",
}


@dataclass(frozen=True)
class Built:
    """The table, the recipe that made it, and why no established model stands beside ours."""

    dataset: Dataset
    recipe: Recipe
    lack: Lack | None


def target_of(question: Question) -> str:
    """What the column of answers is called."""
    return TARGETS[question.asks].format(days=question.outcome)


@dataclass(frozen=True)
class How:
    """By the engine of which address; with the answers (to train) or without (to score); when the
    log was read, in ISO form; and whether what the established model says must be there, which is
    tried with the answers anyway."""

    url: str = DUCKDB
    answers: bool = True
    read_at: str = ""
    reference: bool = False


PLAIN = How()


def typed(
    recorded: Recorded, asked: tuple[Question, Plan], file: Path, how: How, report: Report
) -> None:
    """Computes features (and answers) into a typed Parquet file.

    Raises what ``engines.opened`` raises, NoMoments, and what ``report`` raises.
    """
    with opened(how.url, file.parent) as at_work:
        wanted = table(read(at_work, recorded), *asked, how.answers)
        at_work.write(wanted, file, report)


def build(
    recorded: Recorded, recipe: Recipe, into: Path, report: Report, how: How = How()
) -> Built:
    """Writes the table into folder ``into``; features that nobody has are left out of it.

    Without answers all features of the plan stay. Raises NoCutoff, CutoffOutside, WindowTooLong,
    NobodyAsked, OneAnswer, NoAnswerOften, NoReference, and as ``typed``.
    """
    fits(recorded.story, recipe.question, how.answers)
    into.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=into, prefix=".building") as aside:
        file, written = Path(aside) / TYPED, Path(aside) / SOURCE
        typed(recorded, (recipe.question, recipe.plan), file, how, part(report, 0.0, 0.7))
        report(0.7, STAGE)
        with engine(into) as connection:
            _check(connection, file, recipe.question, how.answers)
            empty = _empty(connection, file) if how.answers else ()
            made = replace(recipe, plan=without(recipe.plan, empty))
            lack = None
            if how.answers or how.reference:
                lack = _with_reference(connection, recorded, made, file)
            if lack and how.reference:
                raise NoReference(LEAST)
            report(0.8, STAGE)
            _as_text(connection, file, made, how.answers, written)
        report(0.9, STAGE)
        dataset = _dataset(written, made, recorded, how)
        written.replace(into / SOURCE)
    return Built(replace(dataset, folder=into), made, lack)


def _check(
    connection: duckdb.DuckDBPyConnection, file: Path, question: Question, answers: bool
) -> None:
    what = f"count(DISTINCT {LABEL}), min({LABEL})" if answers else "2, ''"
    found = connection.execute(f"SELECT count(*), {what} FROM {_read(file)}").fetchone()  # noqa: S608
    rows, different, one = found or (0, 0, "")
    if not rows:
        raise NobodyAsked(question.asks, question.lookback)
    if different < 2 and not is_amount(question):
        raise OneAnswer(str(one), int(rows))


def _empty(connection: duckdb.DuckDBPyConnection, file: Path) -> tuple[str, ...]:
    """Features that nobody has."""
    names = [n for n in pq.read_schema(file).names if n not in (CUSTOMER, CUTOFF, LABEL, "moment")]
    counts = ", ".join(f"count({identifier(name)})" for name in names)
    found = connection.execute(f"SELECT {counts} FROM {_read(file)}").fetchone() or ()  # noqa: S608
    return tuple(name for name, count in zip(names, found, strict=True) if not count)


def _with_reference(
    connection: duckdb.DuckDBPyConnection, recorded: Recorded, recipe: Recipe, file: Path
) -> Lack | None:
    """Adds what the established model says to the typed file; gives why it does not."""
    keys = connection.execute(
        f"SELECT {CUSTOMER}, {CUTOFF} FROM {_read(file)}"  # noqa: S608
    ).df()
    found = references(recorded, recipe.question, keys)
    if not found.columns:
        return found.lack
    whole = pq.read_table(file)
    for name, values in found.columns.items():
        whole = whole.append_column(name, pa.array(values))
    pq.write_table(whole, file)
    return None


def _as_text(
    connection: duckdb.DuckDBPyConnection, file: Path, recipe: Recipe, answers: bool, into: Path
) -> None:
    """The table as text, as every table lies; rows by cutoff and customer."""
    there = pq.read_schema(file).names
    kept = [f.name for f in features_of(recipe.plan) if f.name in there]
    extra = [name for name in there if name.startswith("bgnbd_")]
    selected = [f"{CUSTOMER} AS {identifier(recipe.customer)}", f"{_day()} AS {CUTOFF}"]
    selected += [f"CAST({identifier(n)} AS VARCHAR) AS {identifier(n)}" for n in kept + extra]
    if answers:
        answer = _answer(connection, file, recipe.question)
        selected.append(f"{answer} AS {identifier(recipe.target)}")
    order = f"{CUTOFF}, {CUSTOMER}" + (", moment" if "moment" in there else "")
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(
        f"COPY (SELECT {', '.join(selected)} FROM {_read(file)} ORDER BY {order})"  # noqa: S608
        f" TO {literal(str(into))} (FORMAT parquet, COMPRESSION zstd)"
    )


def _day() -> str:
    """A cutoff in ISO form, to the second where it is no midnight."""
    at = f"make_timestamp({CUTOFF} * 1000)"
    return (
        f"CASE WHEN {CUTOFF} % 86400000 = 0 THEN strftime({at}, '%Y-%m-%d 00:00:00')"
        f" ELSE strftime({at}, '%Y-%m-%d %H:%M:%S') END"
    )


def _answer(connection: duckdb.DuckDBPyConnection, file: Path, question: Question) -> str:
    """The answer as text; of many words the most frequent, the rest as "other".

    Raises NoAnswerOften.
    """
    if question.asks in (*YES_OR_NO, Asks.RATE) or is_amount(question):
        return f"CAST({LABEL} AS VARCHAR)"
    found = connection.execute(
        f"SELECT {LABEL}, count(*) FROM {_read(file)} GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
    ).fetchall()
    told = told_apart({str(word): count for word, count in found}, question.most)
    if not told:
        word, count = found[0]
        raise NoAnswerOften(str(word), count, sum(each for _, each in found), OFTEN)
    words = ", ".join(map(literal, told))
    return f"CASE WHEN {LABEL} IN ({words}) THEN {LABEL} ELSE {literal(OTHER)} END"


def told_apart(counts: Mapping[str, int], most: int) -> tuple[str, ...]:
    """Of answers by falling count those that a model can learn, at most so many, so that the rest
    is none at all or often enough as well."""
    told = [word for word, count in counts.items() if count >= OFTEN][:most]
    rest = sum(counts.values()) - sum(counts[word] for word in told)
    while told and 0 < rest < OFTEN:
        rest += counts[told.pop()]
    return tuple(told)


def _dataset(written: Path, recipe: Recipe, recorded: Recorded, how: How) -> Dataset:
    """The table with what its columns mean, which is known here and need not be guessed."""
    schema = _meant(infer(written), recipe)
    provenance = Provenance(
        recipe.target if how.answers else recipe.customer,
        written.stat().st_size,
        FORMAT,
        read_at=how.read_at,
        notes=_notes(recorded),
        recipe=recipes.written(recipe),
    )
    rows = pq.read_metadata(written).num_rows
    return Dataset(content_id(written), recipe.target, written.parent, schema, rows, provenance)


def as_built(dataset: Dataset, recipe: Recipe) -> Dataset:
    """A table that was read again from a file, as it was when the recipe made it."""
    told = replace(dataset.provenance, recipe=recipes.written(recipe))
    return replace(dataset, schema=_meant(dataset.schema, recipe), provenance=told)


def _meant(schema: Schema, recipe: Recipe) -> Schema:
    by_name = {feature.name: feature for feature in features_of(recipe.plan)}
    several = recipe.question.has_moments or len(recipe.question.cutoffs) > 1
    return Schema(tuple(_column(c, by_name.get(c.name), recipe, several) for c in schema.columns))


def _column(column: Column, feature: Feature | None, recipe: Recipe, several: bool) -> Column:
    plain = replace(column, role=Role.FEATURE, mask=Mask.NONE)
    if column.name == recipe.customer:
        role = Role.GROUP if several else Role.ID
        return Column(column.name, Kind.TEXT, role, mask=Mask.PSEUDONYM)
    if column.name == CUTOFF:
        role = Role.TIME if several else Role.IGNORED
        return Column(CUTOFF, Kind.DATE, role, pattern="%Y-%m-%d %H:%M:%S")
    if column.name == recipe.target:
        return replace(_answered(plain, recipe.question), role=Role.TARGET)
    if feature is None:
        return Column(column.name, Kind.NUMBER, Role.IGNORED)
    if feature.unit or _is_number(column.name, recipe.plan):
        return Column(column.name, Kind.NUMBER)
    return plain


def _answered(column: Column, question: Question) -> Column:
    if is_amount(question):
        return Column(column.name, Kind.NUMBER)
    if question.asks is Asks.RATE:
        levels = tuple(sorted(column.levels, key=lambda text: (len(text), text)))
        return Column(column.name, Kind.CATEGORY, levels=levels or ("1", "2", "3", "4", "5"))
    return column


def _is_number(name: str, plan: Plan) -> bool:
    known = dict(plan.attributes) | {f"own_{own}": kind for own, kind in plan.own}
    return known.get(name) == Kind.NUMBER


def _notes(recorded: Recorded) -> tuple[Note, ...]:
    return tuple(Note(f"log_{d.code}", d.count) for d in recorded.story.dealt if d.count)


def _read(file: Path) -> str:
    return f"read_parquet({literal(str(file))})"
