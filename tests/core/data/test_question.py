from __future__ import annotations

import pytest

from core.data.question import one_select
from core.errors import NotOneSelect


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM t",
        "  select a, 'drop; table' AS \"delete\" FROM `update` -- delete\n WHERE x LIKE '%;' ; ",
        "WITH x AS (SELECT 1) /* insert; */ SELECT * FROM x",
        "(SELECT 1) UNION (SELECT 2)",
        "VALUES (1), (2)",
        "SELECT 'it''s', $$drop;$$, updated_at, replace(a, 'x', 'y') FROM \"a\"\"; b\"",
    ],
)
def test_a_question_is_let_through_unchanged(query: str) -> None:
    assert one_select(query) == query.strip().rstrip(";").strip()


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("", ""),
        ("DROP TABLE t", "DROP TABLE t"),
        ("SELECT 1; DROP TABLE t", ";"),
        ("SELECT 1 -- '\n; DELETE FROM t", ";"),
        ("SELECT '; DELETE FROM t", "'"),
        ("SELECT 1 /* x", "/*"),
        ("SELECT /*! 1 INTO OUTFILE 'x' */ 2", "/*!"),
        ("SELECT 'a\\'; DROP TABLE t; -- '", "\\"),
        ("WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", "delete"),
        ("SELECT * INTO other FROM t", "into"),
        ("SELECT * FROM t FOR UPDATE", "update"),
        ("COPY t TO PROGRAM 'sh'", "COPY t TO PROGRAM 'sh'"),
        ("PRAGMA writable_schema = 1", "PRAGMA writable_schema = 1"),
        ("EXPLAIN SELECT 1", "EXPLAIN SELECT 1"),
        ("SELECT pg_read_file('/etc/passwd')", "pg_read_file"),
        ("SELECT 1 UNION ALL SELECT sleep(100)", "sleep"),
        ("SET x = 1", "SET x = 1"),
        ("select " + "1," * 60_000, "120,007"),
    ],
)
def test_what_is_more_than_a_question_is_refused(query: str, word: str) -> None:
    with pytest.raises(NotOneSelect) as refused:
        one_select(query)
    assert refused.value.word == word
