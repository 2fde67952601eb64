"""A publisher's wide files: each line is a row of one of our tables, as a part of the source declares it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from sbwarn.errors import InputError
from sbwarn.messages import say
from sbwarn.tables.check import REJECT_COLUMNS, Checked, SameDay, check_table
from sbwarn.tables.month import QUARTER, YEAR
from sbwarn.tables.read import Lines, read_lines
from sbwarn.tables.rone import read_areas
from sbwarn.tables.schema import table_schema

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FIRST_LINES = 20
"""Lines that have to look like a layout before a file without header is taken for it."""
QUARTERS = YEAR // QUARTER
WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One kind of file of a source: which table its lines are rows of, and what its columns mean."""

    table: str
    columns: Mapping[str, Mapping[str, Any]]
    """By column of the schema: `column` of the file with what to `replace` in it, or `sum` of columns, `over` the sum of
    others, `divide_by` a number. With `per = "day_of_week"` the columns are days of the week whose figures share out the
    period's total, and the mean of such a day comes out."""
    period: Mapping[str, Any] = field(default_factory=dict)
    """`columns`, read together, and a `pattern` with the groups `year` and, if it is no year, `quarter`."""
    every_month: bool = False
    """True if the figure is about each month of the period; else it stands in the period's last month."""
    known_after: int = 0
    """Months from the end of the period to the last day by which the line surely was public."""
    read: Literal["lines", "areas"] = "lines"
    """Delimited lines, or the areas of an R-ONE page (JSON)."""
    header: tuple[str, ...] = ()
    """Names of the columns of a file without header."""
    recognise: Mapping[str, str] = field(default_factory=dict)
    """By column, the pattern by which a file without header is known."""
    leave_out: tuple[Mapping[str, str], ...] = ()
    """`column`, `pattern`, `reason`: lines that say nothing, or nothing that is wanted."""
    refuse: tuple[Mapping[str, str], ...] = ()
    """`column`, `pattern`, `reason`: lines that cannot be right."""

    @property
    def reads(self) -> frozenset[str]:
        """Every column of the file that it looks at."""
        named = [name for origin in self.columns.values() for name in _named(origin)]
        rules = [rule["column"] for rule in (*self.leave_out, *self.refuse)]
        return frozenset([*named, *rules, *self.period.get("columns", ())])


def _named(origin: Mapping[str, Any]) -> Iterator[str]:
    if "column" in origin:
        yield origin["column"]
    yield from origin.get("sum", ())
    yield from origin.get("over", ())


def read_part(
    path: Path,
    parts: Sequence[Part],
    *,
    source: str,
    encodings: Sequence[str],
    delimiter: str,
    same_day: SameDay,
) -> Checked:
    """The rows that one file holds, checked; its accounts count the lines of the file.

    Raises:
        InputError: no part of the source looks like this file, or the file is damaged.
    """
    part, lines, repairs = _delivered(path, parts, source=source, encodings=encodings, delimiter=delimiter)
    wanted, excluded, refused = _chosen(lines, part)
    table, mended = _mapped(wanted, part)
    checked = check_table(
        table, table_schema(part.table), where=path.name, same_day=same_day, repairs={**repairs, **mended}
    )
    rejects = [found for found in (*refused, checked.rejects) if len(found)]
    checked = replace(
        checked,
        rows_in=len(lines),
        rejects=pd.concat(rejects, ignore_index=True) if rejects else checked.rejects,
        excluded={**excluded, **checked.excluded},
        lines_used=len(checked.rows),
    )
    return _in_every_month(checked) if part.every_month else checked


def joined(parts: Sequence[Checked], *, where: str) -> Checked:
    """Several files' rows of one table as one: rows of one key complete each other.

    Raises:
        InputError: two files say different things of one key.
    """
    if len(parts) == 1:
        return parts[0]
    schema = parts[0].schema
    rows = _completed(pd.concat([each.rows for each in parts], ignore_index=True), list(schema.key), where)
    rejects = [each.rejects for each in parts if len(each.rejects)]
    accounts = [each.accounts for each in parts]
    return Checked(
        schema=schema,
        rows=rows,
        rejects=pd.concat(rejects, ignore_index=True) if rejects else parts[0].rejects,
        rows_in=sum(each.rows_in for each in parts),
        excluded=added([each.excluded for each in parts]),
        repairs=added([each.repairs for each in parts]),
        notes=added([each.notes for each in parts]),
        lines_used=sum(int(str(account["used"])) for account in accounts),
    )


def added(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Counts by reason, added up.

    >>> added([{"identical": 2}, {"identical": 1, "no_value": 4}])
    {'identical': 3, 'no_value': 4}
    """
    total: dict[str, int] = {}
    for each in counts:
        for reason, count in each.items():
            total[reason] = total.get(reason, 0) + count
    return total


def _completed(rows: pd.DataFrame, key: list[str], where: str) -> pd.DataFrame:
    shared = rows.duplicated(key, keep=False)
    if not shared.any():
        return rows
    groups = rows.loc[shared].groupby(key, sort=False, dropna=False)
    contrary = groups.nunique().gt(1).any(axis=1)
    if contrary.any():
        first = dict(zip(key, map(str, contrary.index[contrary][0]), strict=True))
        raise InputError(
            say("errors.conflicting_rows", where=where, rows=int(contrary.sum()), key=" + ".join(key),
                first="-", example=first)
        )  # fmt: skip
    whole = groups.first().reset_index()[list(rows.columns)]
    for name in whole.columns:
        if rows[name].dtype == object:
            whole[name] = whole[name].astype(object).where(whole[name].notna(), None)
        else:
            whole[name] = whole[name].astype(rows[name].dtype)
    return pd.concat([rows.loc[~shared], whole], ignore_index=True)


def _delivered(
    path: Path, parts: Sequence[Part], *, source: str, encodings: Sequence[str], delimiter: str
) -> tuple[Part, pd.DataFrame, Mapping[str, int]]:
    """The part that fits, the lines as text (index "file:line"), and what was mended while reading."""
    if path.suffix.lower() == ".json":
        areas = [part for part in parts if part.read == "areas"]
        if areas:
            return areas[0], read_areas(path), {}
        raise InputError(say("errors.file_kind", path=path, kind=path.suffix))
    lines = read_lines(path, encodings=encodings, delimiter=delimiter)
    part = next((part for part in parts if part.read == "lines" and _fits(part, lines)), None)
    if part is None:
        wanted = " | ".join(", ".join(sorted(part.reads)) for part in parts)
        have = ", ".join(lines.rows[0])
        raise InputError(say("errors.no_part", path=path, source=source, have=have, wanted=wanted))
    names = list(part.header) or [name.strip() for name in lines.rows[0]]
    body = slice(0 if part.header else 1, None)
    ragged = [number for row, number in zip(lines.rows, lines.numbers, strict=True) if len(row) != len(names)]
    if ragged:
        first = ", ".join(map(str, ragged[:5]))
        raise InputError(say("errors.ragged", path=path, rows=len(ragged), first=first, wanted=len(names)))
    index = [f"{path.name}:{number}" for number in lines.numbers[body]]
    table = pd.DataFrame(lines.rows[body], columns=names, index=index, dtype=object)[sorted(part.reads)]
    return part, table.apply(lambda column: column.str.strip()), lines.repairs


def _fits(part: Part, lines: Lines) -> bool:
    if not part.header:
        return part.reads <= {name.strip() for name in lines.rows[0]}
    return all(
        len(row) == len(part.header)
        and all(re.fullmatch(pattern, row[part.header.index(name)].strip()) for name, pattern in part.recognise.items())
        for row in lines.rows[:FIRST_LINES]
    )  # fmt: skip


def _chosen(lines: pd.DataFrame, part: Part) -> tuple[pd.DataFrame, dict[str, int], list[pd.DataFrame]]:
    """The lines that go on, the count of those left out by reason, and the rejects."""
    excluded: dict[str, int] = {}
    refused = []
    for rule in part.leave_out:
        fits = lines[rule["column"]].str.fullmatch(rule["pattern"])
        if fits.any():
            excluded[rule["reason"]] = excluded.get(rule["reason"], 0) + int(fits.sum())
        lines = lines.loc[~fits]
    for rule in part.refuse:
        refused.append(_refused(lines, rule, part.table))
        lines = lines.loc[~lines.index.isin(refused[-1]["row"])]
    return lines, excluded, refused


def _refused(lines: pd.DataFrame, rule: Mapping[str, str], table: str) -> pd.DataFrame:
    value = lines[rule["column"]]
    found = value.loc[value.str.fullmatch(rule["pattern"])]
    rows = {
        "table": table, "row": found.index, "column": rule["column"], "rule": rule["reason"],
        "value": found.to_numpy(), "expected": f"not {rule['pattern']}",
    }  # fmt: skip
    return pd.DataFrame(rows, columns=list(REJECT_COLUMNS))


def _mapped(lines: pd.DataFrame, part: Part) -> tuple[pd.DataFrame, dict[str, int]]:
    """The lines in the columns of the schema, and what was mended on the way."""
    table = pd.DataFrame(index=lines.index)
    mended: dict[str, int] = {}
    days = None
    if part.period:
        about = _period(lines, part.period)
        days = about["days"]
        known_on = _last_days(about["last"] + part.known_after)
        if "month" in table_schema(part.table).names:
            table["month"] = about["written"]
        table["known_on"] = known_on
    for name, origin in part.columns.items():
        if "column" not in origin:
            table[name] = _number(lines, origin, days)
            continue
        text = lines[origin["column"]]
        for wrong, right in origin.get("replace", {}).items():
            holds = text.str.contains(wrong, regex=False)
            mended[f"replaced_{name}"] = mended.get(f"replaced_{name}", 0) + int(holds.sum())
            text = text.str.replace(wrong, right, regex=False)
        table[name] = text
    return table, {rule: count for rule, count in mended.items() if count}


def _period(lines: pd.DataFrame, period: Mapping[str, Any]) -> pd.DataFrame:
    """Last month of each line's period (`last`, as ordinal; NaN unknown), its days, and the month as text."""
    said = lines[period["columns"][0]].str.cat([lines[name] for name in period["columns"][1:]])
    # With an end of its own the pattern has to fit the whole.
    found = said.str.extract(rf"\A(?:{period['pattern']})\Z")
    year = pd.to_numeric(found["year"])
    of_year = "quarter" not in found
    quarter = QUARTERS if of_year else pd.to_numeric(found["quarter"])
    last = (year - 1970) * YEAR + quarter * QUARTER - 1
    length = YEAR if of_year else QUARTER
    days = (_last_days(last) - _last_days(last - length)).dt.days
    written = _last_days(last).dt.strftime("%Y-%m").astype(object)
    return pd.DataFrame({"last": last, "days": days, "written": written.where(last.notna(), said)})


def _last_days(months: pd.Series) -> pd.Series:
    """The last day of each month (ordinal); NaT where the month is unknown."""
    known = months.notna().to_numpy()
    starts = months.fillna(0).to_numpy(dtype=np.int64) + 1
    ends = starts.astype("datetime64[M]").astype("datetime64[D]") - np.timedelta64(1, "D")
    stamps = np.where(known, ends, np.datetime64("NaT")).astype("datetime64[s]")
    return pd.Series(stamps, index=months.index)


def _number(lines: pd.DataFrame, origin: Mapping[str, Any], days: pd.Series | None) -> pd.Series:
    """A figure of each line; what is no number stays as it was written, so that the check can show it."""
    total, wrong = _total(lines, origin["sum"])
    if "over" in origin:
        whole, wrong_whole = _total(lines, origin["over"])
        total, wrong = total / whole.where(whole != 0), wrong.where(wrong.notna(), wrong_whole)
    total = total / float(origin.get("divide_by", 1.0))
    if origin.get("per") == "day_of_week" and days is not None:
        total = total / (days * len(origin["sum"]) / WEEK)
    return total if wrong.isna().all() else total.astype(object).where(wrong.isna(), wrong)


def _total(lines: pd.DataFrame, names: Sequence[str]) -> tuple[pd.Series, pd.Series]:
    """The sum of these columns, and the first entry of each line that is no number."""
    total = pd.Series(0.0, index=lines.index)
    wrong = pd.Series(np.full(len(lines), None), index=lines.index, dtype=object)
    for name in names:
        number = pd.to_numeric(lines[name], errors="coerce")
        total = total + number
        wrong = wrong.where(number.notna() | wrong.notna(), lines[name])
    return total, wrong


def _in_every_month(checked: Checked) -> Checked:
    """The rows once for each month of their quarter: the figure is the mean of all of it."""
    last = checked.rows["month"].to_numpy(dtype="datetime64[M]")
    rows = pd.concat(
        [checked.rows.assign(month=(last - back).astype("datetime64[s]")) for back in range(QUARTER)], ignore_index=True
    ).sort_values(["month", "district_id"], kind="stable", ignore_index=True)  # fmt: skip
    return replace(
        checked, rows=rows, numbers=None, notes={**checked.notes, "quarter_for_each_month": len(last)}
    )
