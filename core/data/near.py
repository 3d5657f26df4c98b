"""People who seem to be in the table twice: nearly the same name, the same mail or telephone."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import duckdb

from core.data.dataset import Dataset, Twins
from core.data.engine import engine
from core.data.finding import Act, Finding, Remedy, Severity
from core.data.hints import tokens
from core.data.looked import Looked
from core.data.table import file_sql, trimmed_sql
from core.schema import Column, Kind, Mask, Schema

ALIKE = 0.92  # Jaro and Winkler's similarity of two names, their words in the order of the alphabet
SHARED_BY_AT_MOST = 20  # rows; what more share (a placeholder, a switchboard) names nobody
PHONE_DIGITS = 7
ROWS_TO_TELL = 10


class Tells(StrEnum):
    """What a column tells of a person."""

    NAME = "name"
    MAIL = "mail"
    PHONE = "phone"
    PLACE = "place"


WORDS: dict[Tells, frozenset[str]] = {
    Tells.MAIL: frozenset(("email", "mail", "correo", "courriel", "이메일", "メール", "邮箱")),
    Tells.PHONE: frozenset((
        "phone", "telephone", "mobile", "tel", "cell", "telefon", "handy", "telefono",
        "téléphone", "전화", "전화번호", "電話", "电话",
    )),
    Tells.NAME: frozenset((
        "name", "firstname", "lastname", "surname", "fullname", "forename", "vorname", "nachname",
        "nombre", "apellido", "apellidos", "prénom", "nom", "nome", "cognome", "sobrenome",
        "이름", "성명", "氏名", "名前", "姓名",
    )),
    Tells.PLACE: frozenset((
        "birthday", "birthdate", "birth", "dob", "born", "geburtstag", "geburtsdatum", "zip",
        "zipcode", "postcode", "postal", "plz", "address", "street", "adresse", "strasse",
        "straße", "direccion", "주소", "住所", "地址",
    )),
}  # fmt: skip
NOT_A_PERSON = frozenset((
    "product", "company", "item", "store", "brand", "campaign", "file", "category", "shop", "city",
    "country", "state", "region", "column", "channel", "plan", "event", "year", "page", "host",
    "domain", "type", "count", "number", "plans", "service", "code", "segment", "song", "artist",
    "song", "title", "contact", "vendor", "business", "school", "team", "hotel", "user", "seller",
))  # fmt: skip


def near_people(look: Looked) -> Iterator[Finding]:
    """Rows that seem to be a person of an earlier row, where columns tell persons.

    Where such columns are masked, they were compared before that.
    """
    if look.dataset.twins is not None:
        yield from _seen_before(look.dataset, look.dataset.twins)
        return
    told = persons(look.schema)
    if look.rows < ROWS_TO_TELL or not _enough(told):
        return
    later = later_rows(look.dataset, told, look.connection)
    if later:
        columns = tuple(told)
        remedy = (Remedy(Act.PEOPLE, columns),)
        yield Finding("near_people", columns[0], len(later), "", Severity.WARN, remedies=remedy)


def _seen_before(dataset: Dataset, twins: Twins) -> Iterator[Finding]:
    later = {two for _, two in twins.pairs}
    if later:
        left = tuple(name for name in twins.columns if name in dataset.schema)
        remedy = (Remedy(Act.PEOPLE, left),)
        column = left[0] if left else ""
        yield Finding("near_people", column, len(later), "", Severity.WARN, remedies=remedy)


def twins(dataset: Dataset, told: dict[str, Tells]) -> Twins | None:
    """The people who are twice in a table whose cells are as they came; ``told`` is as of
    ``persons``. None where its columns cannot tell."""
    if dataset.rows < ROWS_TO_TELL or not _enough(told):
        return None
    with engine(dataset.folder) as connection:
        return Twins(tuple(told), _pairs(dataset, told, connection))


def persons(schema: Schema) -> dict[str, Tells]:
    """The columns that tell a person, by what they tell."""
    found = {c.name: tells for c in schema.columns if (tells := _tells(c)) is not None}
    return dict(sorted(found.items(), key=lambda entry: list(Tells).index(entry[1])))


def _tells(column: Column) -> Tells | None:
    if column.mask not in (Mask.NONE, Mask.PSEUDONYM):
        return None
    words = set(tokens(column.name))
    if "".join(tokens(column.name)) in ("customername", "clientname"):
        return Tells.NAME
    for tells, known in WORDS.items():
        if words & known and (tells is not Tells.NAME or not words & NOT_A_PERSON):
            if column.mask is Mask.PSEUDONYM and tells in (Tells.NAME, Tells.PLACE):
                return None
            is_text = column.kind in (Kind.TEXT, Kind.CATEGORY)
            return tells if is_text or tells in (Tells.PLACE, Tells.PHONE) else None
    return None


def _enough(told: dict[str, Tells]) -> bool:
    """A mail or a telephone, or a name with a place; a name alone is many people's."""
    kinds = set(told.values())
    return bool(kinds & {Tells.MAIL, Tells.PHONE}) or {Tells.NAME, Tells.PLACE} <= kinds


def later_rows(
    dataset: Dataset, told: dict[str, Tells], connection: duckdb.DuckDBPyConnection
) -> tuple[int, ...]:
    """Numbers of the rows whose person an earlier row has, in order.

    Two rows are one person where they share a mail, a telephone or a place (birth date, postcode,
    address) and their names are alike; without names, where they share a mail or a telephone.
    What was seen before masks is told where it is known.
    """
    pairs = dataset.twins.pairs if dataset.twins else _pairs(dataset, told, connection)
    return tuple(sorted({two for _, two in pairs}))


def _pairs(
    dataset: Dataset, told: dict[str, Tells], connection: duckdb.DuckDBPyConnection
) -> tuple[tuple[int, int], ...]:
    """An earlier row and a later one of the same person: of each later row, the first earlier."""
    names = [name for name, tells in told.items() if tells is Tells.NAME]
    keys = [(name, tells) for name, tells in told.items() if tells is not Tells.NAME]
    if not names:
        keys = [(name, tells) for name, tells in keys if tells is not Tells.PLACE]
    called = " || ' ' || ".join(f"coalesce({trimmed_sql(n)}, '')" for n in names) or "''"
    file = file_sql(dataset)
    found: dict[int, int] = {}
    for name, tells in keys:
        rows = connection.execute(
            f"WITH p AS (SELECT file_row_number AS row, {called} AS said,"  # noqa: S608
            f" {_key(dataset.schema[name], tells)} AS key FROM {file}),"
            " shared AS (SELECT key FROM p WHERE key <> '' GROUP BY key"
            f" HAVING count(*) BETWEEN 2 AND {SHARED_BY_AT_MOST}),"
            # few rows share anything: only their names are looked at closely
            f" k AS MATERIALIZED (SELECT row, key, {_words('said')} AS called"
            " FROM p SEMI JOIN shared USING (key))"
            " SELECT b.row, min(a.row) FROM k a JOIN k b ON a.key = b.key AND a.row < b.row"
            f" WHERE {_alike(bool(names))} GROUP BY b.row"
        ).fetchall()
        for later, earlier in rows:
            found[later] = min(earlier, found.get(later, earlier))
    return tuple((earlier, later) for later, earlier in sorted(found.items()))


def _alike(named: bool) -> str:
    if not named:
        return "true"
    return (
        "a.called <> '' AND b.called <> '' AND (a.called = b.called OR"
        f" jaro_winkler_similarity(a.called, b.called) >= {ALIKE})"
    )


def _words(text: str) -> str:
    """SQL for a text's words without case, accents and marks, in the order of the alphabet."""
    bare = f"regexp_replace(lower(strip_accents({text})), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')"
    return f"array_to_string(list_sort(string_split(trim({bare}), ' ')), ' ')"


def _key(column: Column, tells: Tells) -> str:
    """SQL for what two spellings of one mail, telephone or place have in common."""
    text = f"lower({trimmed_sql(column.name)})"
    if column.mask is Mask.PSEUDONYM:
        return text
    if tells is Tells.MAIL:
        before = f"regexp_replace(split_part({text}, '@', 1), '\\+.*$', '')"
        mail = f"replace({before}, '.', '') || '@' || split_part({text}, '@', 2)"
        return f"CASE WHEN {text} LIKE '%_@_%' THEN {mail} END"
    if tells is Tells.PHONE:
        digits = f"regexp_replace({text}, '[^0-9]', '', 'g')"
        return f"CASE WHEN length({digits}) >= {PHONE_DIGITS} THEN right({digits}, 9) END"
    return _words(text)
