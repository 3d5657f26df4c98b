"""Whether a text is one question to a database, and nothing that changes anything."""

from __future__ import annotations

import re

from core.errors import NotOneSelect

# what is inside these is the person's own words: text, names and remarks
QUOTED = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$""",
    re.DOTALL,
)
CHANGING = frozenset((
    "insert", "update", "delete", "merge", "upsert", "drop", "alter", "create", "truncate",
    "grant", "revoke", "into", "outfile", "dumpfile", "copy", "attach", "detach", "pragma",
    "call", "execute", "exec", "vacuum", "install", "commit", "rollback", "savepoint",
    "pg_read_file", "pg_read_binary_file", "pg_ls_dir", "lo_import", "lo_export", "load_file",
    "dblink", "dblink_exec", "pg_sleep", "sleep", "benchmark",
))  # fmt: skip
FIRST = ("select", "with", "values", "table", "from")
LONGEST = 100_000  # characters


def one_select(query: str) -> str:
    """The query without what ends it. Raises NotOneSelect with what does not fit.

    The first of several walls: the connection itself may only read.
    """
    text = query.strip().rstrip(";").strip()
    if len(text) > LONGEST:
        raise NotOneSelect(f"{len(text):,}")
    if "/*!" in text or "\\" in text:  # MySQL runs such remarks; a stroke may hide a quote's end
        raise NotOneSelect("/*!" if "/*!" in text else "\\")
    bare = QUOTED.sub(" x ", text)
    for mark in ("'", '"', "`", "/*", "*/", ";", "$$"):
        if mark in bare:
            raise NotOneSelect(mark)
    words = re.findall(r"[^\W\d]\w*", bare.lower())
    if not words or words[0] not in FIRST or not bare.lstrip("( \n\t").lower().startswith(words[0]):
        raise NotOneSelect(text[:30])
    for word in words:
        if word in CHANGING:
            raise NotOneSelect(word)
    return text
