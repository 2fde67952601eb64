"""Checks against a schema: good rows go on, bad rows come back with the rule that they broke, repairs are counted.

Rows in = used + excluded + rejected, always. Excluded rows are right but not needed twice (a duplicate); rejected
rows broke a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from sbwarn.errors import InputError
from sbwarn.messages import say

if TYPE_CHECKING:
    from sbwarn.tables.schema import Field, TableSchema

FIRST_FEW = 5
CALENDAR = ("1970-01-01", "2099-12-31")
"""Months outside are slips of the pen ("1026-02"), and a panel would have to span the time between."""
BLANK = ("", "-", "–", "해당없음")
"""What agencies write where they know nothing."""
REJECT_COLUMNS = ("table", "row", "column", "rule", "value", "expected")
SameDay = Literal["error", "last"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One table after the check."""

    schema: TableSchema
    rows: pd.DataFrame
    """Good rows: text as str, numbers as float64, days and months as datetime64[s]; unknown is NaN, NaT, None."""
    rejects: pd.DataFrame
    """`REJECT_COLUMNS`: one row for each rejected row, with the first rule that it broke."""
    rows_in: int
    excluded: Mapping[str, int] = field(default_factory=dict)
    """Rows left out because another row says the same, by reason."""
    repairs: Mapping[str, int] = field(default_factory=dict)
    """Values that were mended by a declared rule, by rule."""
    notes: Mapping[str, int] = field(default_factory=dict)
    """What was met and let pass, by kind."""
    numbers: pd.Index | None = None
    """Row number of each good row in what was read; `None` where rows are numbered from 0."""
    lines_used: int | None = None
    """Rows of the file that went into `rows`, where several make one or one makes several; `None`: one each."""

    @property
    def accounts(self) -> dict[str, object]:
        """Rows in = used + excluded + rejected, with each part by its reason."""
        by_rule = self.rejects.groupby("rule", sort=True).size()
        return {
            "rows_in": self.rows_in,
            "used": len(self.rows) if self.lines_used is None else self.lines_used,
            "excluded": sum(self.excluded.values()),
            "rejected": len(self.rejects),
            "excluded_by": dict(self.excluded),
            "rejected_by": {str(rule): int(n) for rule, n in by_rule.items()},
            "repairs": dict(self.repairs),
            "notes": dict(self.notes),
        }


def check_table(
    table: pd.DataFrame,
    schema: TableSchema,
    *,
    where: str,
    same_day: SameDay = "error",
    repairs: Mapping[str, int] | None = None,
) -> Checked:
    """The good rows of a table, the rejects with their rules, and the count of what was mended.

    Args:
        table: Columns named as in the schema; values as text or already typed. Its index is the row number
            that messages and rejects tell.
        schema: What the table has to be.
        where: File or table, for messages.
        same_day: What to do with rows that contradict each other and became public on one day: `"error"`
            names them, `"last"` takes the later line and counts it.
        repairs: What a reader already mended, to be counted with the rest.

    Raises:
        InputError: a column is missing or not in the schema, the table is empty, or rows contradict each other.

    >>> from sbwarn.tables.schema import table_schema
    >>> raw = pd.DataFrame({"shop_id": ["A", "B"], "month": ["2026-01", "2026-01"], "amount": ["5", "-1"]})
    >>> checked = check_table(raw, table_schema("sales"), where="sales.csv")
    >>> len(checked.rows), checked.rejects[["row", "column", "rule", "value"]].values.tolist()
    (1, [[1, 'amount', 'minimum', '-1']])
    """
    _require_columns(table, schema, where)
    broken = _Broken(table.index)
    typed = pd.DataFrame(index=table.index)
    for each in schema.fields:
        typed[each.name] = _typed(table, each, broken)
    for order in schema.orders:
        backward = typed[order.earlier].gt(typed[order.later])
        broken.mark(backward, order.later, order.name, typed[order.later], f">= {order.earlier}")
    rejects = broken.rejects(schema.name)
    rows, excluded, mended = _distinct(typed.loc[~broken.any], schema, where, same_day)
    return Checked(
        schema=schema,
        numbers=rows.index,
        rows=rows.reset_index(drop=True),
        rejects=rejects,
        rows_in=len(table),
        excluded=excluded,
        repairs={**(repairs or {}), **mended},
    )


def reject_unknown_shops(checked: Checked, shop_ids: pd.Series) -> Checked:
    """The same table without the rows of shops that the shops table does not hold; they become rejects."""
    unknown = ~checked.rows["shop_id"].isin(shop_ids)
    if not unknown.any():
        return checked
    lost = checked.rows.loc[unknown, "shop_id"]
    numbers = checked.rows.index if checked.numbers is None else checked.numbers
    rejects = pd.DataFrame(
        {"table": checked.schema.name, "row": numbers[unknown], "column": "shop_id", "rule": "unknown_shop",
         "value": lost.to_numpy(), "expected": "shops.shop_id"}
    )  # fmt: skip
    return Checked(
        schema=checked.schema,
        numbers=numbers[~unknown],
        rows=checked.rows.loc[~unknown].reset_index(drop=True),
        rejects=pd.concat([checked.rejects, rejects], ignore_index=True) if len(checked.rejects) else rejects,
        rows_in=checked.rows_in,
        excluded=checked.excluded,
        repairs=checked.repairs,
        notes=checked.notes,
    )


def _require_columns(table: pd.DataFrame, schema: TableSchema, where: str) -> None:
    missing = [each.name for each in schema.fields if each.required and each.name not in table.columns]
    if missing:
        raise InputError(
            say(
                "errors.missing_columns",
                where=where,
                columns=", ".join(missing),
                have=", ".join(map(str, table.columns)),
            )
        )
    twice = table.columns[table.columns.duplicated()].unique()
    if len(twice):
        raise InputError(say("errors.header_twice", path=where, columns=", ".join(map(str, twice))))
    strange = [str(name) for name in table.columns if name not in schema.names]
    if strange:
        raise InputError(
            say(
                "errors.unknown_columns",
                where=where,
                columns=", ".join(strange),
                known=", ".join(schema.names),
            )
        )
    if table.empty:
        raise InputError(say("errors.empty_table", where=where))


class _Broken:
    """Which rows broke a rule, and the first rule that each broke."""

    def __init__(self, index: pd.Index) -> None:
        self.any = pd.Series(False, index=index)  # noqa: FBT003
        self._found: list[pd.DataFrame] = []

    def mark(self, rows: pd.Series, column: str, rule: str, value: pd.Series, expected: str) -> None:
        """Note that these rows broke this rule."""
        rows = rows & ~self.any
        if rows.any():
            shown = value.loc[rows].astype(str)
            self._found.append(
                pd.DataFrame(
                    {
                        "row": shown.index,
                        "column": column,
                        "rule": rule,
                        "value": shown.to_numpy(),
                        "expected": expected,
                    }
                )
            )
            self.any = self.any | rows

    def rejects(self, table: str) -> pd.DataFrame:
        """`REJECT_COLUMNS`, by row."""
        if not self._found:
            return pd.DataFrame({name: pd.Series(dtype=object) for name in REJECT_COLUMNS})
        found = pd.concat(self._found, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
        found.insert(0, "table", table)
        return found


def _typed(table: pd.DataFrame, each: Field, broken: _Broken) -> pd.Series:
    if each.name not in table.columns:
        return _nothing(each, table.index)
    raw = table[each.name]
    value, blank = _understood(raw, each)
    if each.required:
        broken.mark(blank, each.name, "required", raw, each.expected())
    if each.type == "string":
        return value
    broken.mark(value.isna() & ~blank, each.name, "type", raw, each.expected())
    if each.type == "number":
        _limit(value, each, raw, broken)
    return value


def _understood(raw: pd.Series, each: Field) -> tuple[pd.Series, pd.Series]:
    """What each entry means, and whether it is blank; a text that stands there often is read once."""
    kind = pd.api.types.infer_dtype(raw, skipna=True)
    if each.type == "number" and kind in ("floating", "integer", "mixed-integer-float"):
        return _read(raw.where(raw.notna(), np.nan).astype(float), each)
    if kind != "string":
        return _read(raw, each)
    code, distinct = pd.factorize(raw, use_na_sentinel=False)
    value, blank = _read(pd.Series(distinct), each)
    return value.take(code).set_axis(raw.index), blank.take(code).set_axis(raw.index)


def _read(raw: pd.Series, each: Field) -> tuple[pd.Series, pd.Series]:
    blank = raw.isna()
    if raw.dtype.kind not in "fiuM":
        blank |= raw.astype(str).str.strip().isin(BLANK)
    if each.type == "string":
        # As objects: pandas' own text would turn None into NaN, which is true and, as a key, equals itself.
        return raw.astype(str).str.strip().astype(object).where(~blank, None), blank
    return (_number(raw, blank) if each.type == "number" else _day(raw, blank, each)), blank


def _nothing(each: Field, index: pd.Index) -> pd.Series:
    if each.type == "number":
        return pd.Series(np.nan, index=index, dtype=float)
    if each.type == "string":
        return pd.Series(np.full(len(index), None), index=index, dtype=object)
    return pd.Series(pd.NaT, index=index, dtype="datetime64[s]")


GROUPED = r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"


def _number(raw: pd.Series, blank: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(raw) and not pd.api.types.is_bool_dtype(raw):
        value = raw.astype(float)
    else:
        text = raw.astype(str).str.strip()
        # pandas would read "1,23,4" as 1234: only groups of three may lose their commas.
        comma = text.str.contains(",", regex=False)
        if comma.any():
            grouped = text.str.fullmatch(GROUPED)
            text = text.where(~grouped, text.str.replace(",", "", regex=False))
        value = pd.to_numeric(text.where(~blank, None), errors="coerce").astype(float)
    return value.where(np.isfinite(value))


def _day(raw: pd.Series, blank: pd.Series, each: Field) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(raw):
        # The day on the clock of the place that wrote it.
        days = raw.dt.tz_localize(None)
    else:
        # 2026.1 as a number may have been October.
        ambiguous = raw.map(lambda value: isinstance(value, float)).astype(bool)
        text = raw.astype(str).str.strip().where(~(blank | ambiguous), None)
        if isinstance(raw.dtype, pd.PeriodDtype) or (len(raw) and isinstance(raw.iloc[0], pd.Period)):
            text = text.str.slice(0, 10)
        day_alone = text.str.replace(r"[T ]\d{1,2}:\d{2}.*$", "", regex=True)
        written = day_alone.str.replace(r"[./]", "-", regex=True).str.replace(
            r"^(\d{4})(\d{2})(\d{2})?$", _dashed, regex=True
        )
        whole = (
            written.str.replace(r"^(\d{4}-\d{1,2})$", r"\1-01", regex=True)
            if each.type == "yearmonth"
            else written
        )
        days = pd.to_datetime(whole, format="%Y-%m-%d", errors="coerce")
    if each.type == "yearmonth":
        days = days.where(days.between(*CALENDAR)).dt.to_period("M").dt.to_timestamp()
    return pd.Series(days.astype("datetime64[s]"), index=raw.index)


def _dashed(digits: object) -> str:
    parts = [part for part in digits.groups() if part]  # type: ignore[attr-defined]
    return "-".join(parts)


def _limit(value: pd.Series, each: Field, raw: pd.Series, broken: _Broken) -> None:
    if each.minimum is not None:
        broken.mark(value < each.minimum, each.name, "minimum", raw, each.expected())
    if each.exclusive_minimum is not None:
        broken.mark(value <= each.exclusive_minimum, each.name, "minimum", raw, each.expected())
    if each.maximum is not None:
        broken.mark(value > each.maximum, each.name, "maximum", raw, each.expected())


def _distinct(
    rows: pd.DataFrame, schema: TableSchema, where: str, same_day: SameDay
) -> tuple[pd.DataFrame, dict[str, int], dict[str, int]]:
    """Rows that say something of their own: identical ones dropped, contradictions of one day settled or refused."""
    key = [name for name in schema.key if name in rows.columns]
    # Where the later line wins, a line that repeats an earlier word after another one is the later line.
    identical = rows.duplicated(keep="last" if same_day == "last" else "first")
    distinct = rows.loc[~identical]
    excluded = {"identical": int(identical.sum())} if identical.any() else {}
    contrary = distinct.duplicated(subset=key, keep=False)
    if not contrary.any():
        return distinct, excluded, {}
    if same_day == "error":
        pairs = distinct.loc[contrary]
        raise InputError(
            say("errors.conflicting_rows", where=where, rows=int(contrary.sum()), key=" + ".join(key),
                first=", ".join(str(row) for row in pairs.index[:FIRST_FEW]),
                example=pairs.iloc[0][list(schema.identity)].astype(str).str.slice(0, 10).to_dict())
        )  # fmt: skip
    settled = distinct.duplicated(subset=key, keep="last")
    excluded["superseded_same_day"] = int(settled.sum())
    return distinct.loc[~settled], excluded, {"same_day_contradiction": int(settled.sum())}
