"""What the columns of a table mean, as a value that everything asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from core.errors import UnknownColumn


class Kind(StrEnum):
    """What the cells of a column are."""

    NUMBER = "number"
    CATEGORY = "category"
    DATE = "date"
    TEXT = "text"
    BOOLEAN = "boolean"


class Role(StrEnum):
    """What a column is for."""

    FEATURE = "feature"
    TARGET = "target"
    ID = "id"
    TIME = "time"
    GROUP = "group"
    SENSITIVE = "sensitive"
    TREATMENT = "treatment"
    MARGIN = "margin"
    IGNORED = "ignored"


class Mask(StrEnum):
    """How the personal data in a column are kept out of sight (``core.data.privacy.masks``)."""

    NONE = ""
    DROP = "drop"
    PSEUDONYM = "pseudonym"
    BAND = "band"
    MONTH = "month"
    PREFIX = "prefix"
    DOMAIN = "domain"
    NETWORK = "network"
    REDACT = "redact"


@dataclass(frozen=True)
class Column:
    """One column of the user's table.

    ``levels`` are the distinct values of a boolean or category, most frequent first (a
    boolean's keep their spelling in the file); where the category is ``ordered``, lowest first.
    ``pattern`` says how text becomes the kind: a ``strptime`` pattern for dates, a pattern of
    ``core.data.numbers`` for numbers, "whole" for codes and ids to be read without their ".0".
    Cells that say one of the ``missing`` texts (case does not matter; a number's are compared as
    numbers) are missing, as empty ones are. ``mask`` is how personal data in it are hidden: the
    table on disk holds what the mask leaves of them.
    """

    name: str
    kind: Kind
    role: Role = Role.FEATURE
    levels: tuple[str, ...] = ()
    pattern: str = ""
    ordered: bool = False
    missing: tuple[str, ...] = ()
    mask: Mask = Mask.NONE


@dataclass(frozen=True)
class Schema:
    """The columns of one table in the file's order; names are unique."""

    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownColumn(column=name, known=self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def features(self) -> tuple[Column, ...]:
        """Columns a model may learn from."""
        return tuple(c for c in self.columns if c.role in (Role.FEATURE, Role.SENSITIVE))

    @property
    def target(self) -> Column | None:
        return next(iter(self.with_role(Role.TARGET)), None)

    @property
    def owner(self) -> str:
        """The column that says whose rows are, as a customer's id; empty where none does."""
        return next((column.name for column in self.with_role(Role.GROUP)), "")

    def with_role(self, role: Role) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.role is role)

    def changed(self, column: Column) -> Schema:
        """The same schema with the column of that name replaced."""
        self[column.name]
        return Schema(tuple(column if c.name == column.name else c for c in self.columns))

    def aimed_at(self, target: str) -> Schema:
        """The same schema with ``target`` as the only target; the old one is a feature again."""
        self[target]
        return Schema(
            tuple(
                replace(c, role=Role.TARGET)
                if c.name == target
                else replace(c, role=Role.FEATURE)
                if c.role is Role.TARGET
                else c
                for c in self.columns
            )
        )
