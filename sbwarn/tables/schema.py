"""Table schemas: the only place where a column is defined, read from `data_schemas/*.json` (Table Schema)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from sbwarn.assets import folder
from sbwarn.errors import CatalogueError

FieldType = Literal["string", "number", "date", "yearmonth"]
TABLES = (
    "shops", "sales", "rent", "footfall", "districts", "customers", "costs", "profile", "market", "premises",
    "industries", "events", "support",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column: its name, type, unit and limits."""

    name: str
    type: FieldType
    title: str
    title_ko: str
    required: bool = False
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None

    def expected(self) -> str:
        """What a value of this column has to look like, in a few words.

        >>> table_schema("sales").field("amount").expected()
        'number, >= 0, <= 10000000000000'
        """
        limits = [
            f"{sign} {limit:.15g}"
            for sign, limit in ((">=", self.minimum), (">", self.exclusive_minimum), ("<=", self.maximum))
            if limit is not None
        ]
        words = {
            "yearmonth": "month (YYYY-MM)",
            "date": "date (YYYY-MM-DD)",
            "string": "text",
            "number": "number",
        }
        return ", ".join([words[self.type], *limits])


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A rule between two dates of one row: `earlier` must not lie after `later`."""

    name: str
    earlier: str
    later: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """One table: its columns, its key, its rules, and how late it is published."""

    name: str
    title: str
    title_ko: str
    required: bool
    """True if no data set can do without this table."""
    lag_months: int
    """Months after which a month of this table counts as closed, unless the data set says otherwise."""
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    orders: tuple[Order, ...] = ()
    belongs_to_shops: bool = False
    """True if each row must name a shop of the shops table."""

    def field(self, name: str) -> Field:
        """The column of this name.

        Raises:
            CatalogueError: there is none.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise CatalogueError(f"data_schemas/{self.name}.json has no field {name!r}")

    @property
    def names(self) -> tuple[str, ...]:
        """Every column, in the order of the schema."""
        return tuple(field.name for field in self.fields)

    @property
    def identity(self) -> tuple[str, ...]:
        """The key without the publication day: what the row is about."""
        return tuple(name for name in self.key if name != "known_on")

    @property
    def quantities(self) -> tuple[str, ...]:
        """The numeric columns of a monthly table."""
        return tuple(field.name for field in self.fields if field.type == "number")

    @property
    def is_monthly(self) -> bool:
        """True if rows are about a month."""
        return "month" in self.names


@cache
def table_schema(name: str) -> TableSchema:
    """The schema of one table.

    Raises:
        CatalogueError: no such table.

    >>> table_schema("rent").identity
    ('shop_id', 'month')
    """
    if name not in TABLES:
        raise CatalogueError(f"no table {name!r}; the tables are {', '.join(TABLES)}")
    page = json.loads((folder("data_schemas") / f"{name}.json").read_text("utf-8"))
    return TableSchema(
        name=page["name"],
        title=page["title"],
        title_ko=page["x-title-ko"],
        required=page["x-required"],
        lag_months=page["x-lag-months"],
        key=tuple(page["primaryKey"]),
        fields=tuple(_field(entry) for entry in page["fields"]),
        orders=tuple(Order(**rule) for rule in page.get("x-rules", ())),
        belongs_to_shops=any(key["reference"]["resource"] == "shops" for key in page.get("foreignKeys", ())),
    )


def _field(entry: dict[str, object]) -> Field:
    limits = cast("dict[str, float]", entry.get("constraints", {}))
    return Field(
        name=str(entry["name"]),
        type=cast("FieldType", entry["type"]),
        title=str(entry["title"]),
        title_ko=str(entry["x-title-ko"]),
        required=bool(limits.get("required", False)),
        unit=cast("str | None", entry.get("x-unit")),
        minimum=limits.get("minimum"),
        maximum=limits.get("maximum"),
        exclusive_minimum=limits.get("exclusiveMinimum"),
    )
