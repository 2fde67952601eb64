"""How an agency's files become a data set: declared in `data_schemas/sources/*.toml`, read here."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from sbwarn.assets import folder
from sbwarn.errors import CatalogueError, InputError, SettingError
from sbwarn.messages import say
from sbwarn.tables import receipts
from sbwarn.tables.check import Checked, SameDay, check_table
from sbwarn.tables.counters import Counters, read_counters
from sbwarn.tables.dataset import DataSet, dataset_of
from sbwarn.tables.digest import digest_file
from sbwarn.tables.month import as_month, last_day
from sbwarn.tables.parts import Part, joined, read_part
from sbwarn.tables.read import read_lines, read_table
from sbwarn.tables.schema import TABLES, table_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Progress = Callable[[str], None]
    Lines = Mapping[Path, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publisher's files: how they are laid out, and what their columns mean."""

    name: str
    title: str
    currency: str
    same_day: SameDay
    read_by: Literal["plain", "receipts", "parts", "counters"]
    """The way in: `plain` tables as they are; `receipts`, lines from which shops have to be read off; `parts`, wide
    files whose lines are rows of our tables; `counters`, hours of pedestrian counters."""
    enriches: bool = False
    """True for files without shops and sales: what they hold joins another data set."""
    country: str = "KR"
    """Whose calendar the months follow, as ISO 3166 writes it."""
    encodings: tuple[str, ...] = ("utf-8-sig", "cp949")
    delimiter: str = ","
    known_on: str | None = None
    """Pattern in the file name with the groups `year` and `month`: when its lines became public."""
    layouts: tuple[Mapping[str, Any], ...] = ()
    recognise: Mapping[str, str] = field(default_factory=dict)
    """The column and pattern by which a layout is known."""
    lags: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    """By table and column of the schema: the file's column, and a number to divide by."""
    parts: tuple[Part, ...] = ()
    """The kinds of files of a publisher of wide files."""
    counters: Counters | None = None


def sources() -> tuple[str, ...]:
    """Names of the declared sources.

    >>> sources()
    ('leeds_footfall', 'plain', 'seoul_footfall', 'seoul_rent', 'texas_receipts')
    """
    return tuple(sorted(page.stem for page in (folder("data_schemas") / "sources").glob("*.toml")))


def read_source(name: str) -> Source:
    """The declaration of one source.

    Raises:
        SettingError: no such source.
        CatalogueError: the declaration is not one.
    """
    if name not in sources():
        raise SettingError(say("errors.no_source", name=repr(name), known=", ".join(sources())))
    page = tomllib.loads((folder("data_schemas") / "sources" / f"{name}.toml").read_text("utf-8"))
    facts: dict[str, Any] = {key: value for key, value in page.items() if key not in ("file", "known_on")}
    facts |= page.get("file", {})
    facts["known_on"] = page.get("known_on", {}).get("file_name")
    try:
        facts["parts"] = tuple(
            Part(**{key: _frozen(value) for key, value in part.items()}) for part in facts.get("parts", ())
        )
        facts["counters"] = Counters(**facts["counters"]) if "counters" in facts else None
        return Source(**{key: _frozen(value) for key, value in facts.items()})
    except TypeError as wrong:
        raise CatalogueError(f"data_schemas/sources/{name}.toml: {wrong}") from wrong


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def import_files(
    source: Source,
    paths: Sequence[Path],
    *,
    name: str,
    currency: str | None = None,
    complete: bool = True,
    progress: Progress | None = None,
) -> DataSet:
    """The data set that these files hold; rejects and repairs are counted in its accounts.

    Args:
        source: How the files are laid out.
        paths: The files, in any order.
        name: Name of the data set.
        currency: Currency, if it is not the source's.
        complete: False if the files may lack shops and sales, because they are to join another data set. A source
            that has none of its own needs no such permission.
        progress: Told the name of each finished file.

    Raises:
        InputError: a file is missing, damaged, given twice, or not of this source.
    """
    files = sorted({Path(path) for path in paths}, key=lambda path: path.name)
    if not files:
        raise SettingError(say("errors.no_files"))
    digests = {path: digest_file(path) if path.is_file() else "" for path in files}
    _refuse_second_copies(digests)
    way = {"plain": _plain, "receipts": _receipts, "parts": _parts, "counters": _counters}[source.read_by]
    checked, lines = way(source, files, progress or (lambda _: None))
    return dataset_of(
        checked,
        name=name,
        currency=currency or source.currency,
        lags=source.lags,
        country=source.country,
        sources=tuple({"file": path.name, **lines[path], "sha256": digests[path]} for path in files),
        complete=complete and not source.enriches,
    )


def _refuse_second_copies(digests: Mapping[Path, str]) -> None:
    seen: dict[str, Path] = {}
    for path, digest in digests.items():
        if digest and digest in seen:
            raise InputError(say("errors.same_file", first=seen[digest], second=path))
        seen[digest] = path


def _plain(source: Source, files: Sequence[Path], progress: Progress) -> tuple[dict[str, Checked], Lines]:
    checked: dict[str, Checked] = {}
    rows: dict[Path, dict[str, int]] = {}
    for path in files:
        table = path.name.split(".")[0]
        if table not in TABLES:
            raise InputError(say("errors.no_such_table", path=path, tables=", ".join(TABLES)))
        if table in checked:
            raise InputError(say("errors.table_twice", path=path, table=table))
        raw, repairs = read_table(path)
        checked[table] = check_table(
            raw, table_schema(table), where=path.name, same_day=source.same_day, repairs=repairs
        )
        rows[path] = {"rows": len(raw)}
        progress(path.name)
    return checked, rows


def _receipts(source: Source, files: Sequence[Path], progress: Progress) -> tuple[dict[str, Checked], Lines]:
    """Every line is one shop's report for one month; the shops are read off the lines."""
    parts: list[pd.DataFrame] = []
    rows: dict[Path, dict[str, int]] = {}
    repairs: dict[str, int] = {}
    notes: dict[str, int] = {}
    for path in files:
        lines, mended = _lines(source, path)
        for rule, count in mended.items():
            repairs[rule] = repairs.get(rule, 0) + count
        for kind, count in receipts.oddities(lines).items():
            notes[kind] = notes.get(kind, 0) + count
        parts.append(lines)
        rows[path] = {"rows": len(lines)}
        progress(path.name)
    every = pd.concat(parts)
    where = f"{source.name} ({len(files)} files)"
    sales = check_table(
        _mapped(every, source.columns["sales"]),
        table_schema("sales"),
        where=where,
        same_day=source.same_day,
        repairs=repairs,
    )
    shops = check_table(receipts.shops(every), table_schema("shops"), where=where, same_day="last")
    sales = replace(sales, notes=notes)
    return {"shops": shops, "sales": sales}, rows


def _parts(source: Source, files: Sequence[Path], progress: Progress) -> tuple[dict[str, Checked], Lines]:
    """Files whose lines are rows of our tables; several files may tell of one table."""
    found: dict[str, list[Checked]] = {}
    rows: dict[Path, dict[str, int]] = {}
    for path in files:
        checked = read_part(
            path, source.parts, source=source.name, encodings=source.encodings, delimiter=source.delimiter,
            same_day=source.same_day,
        )  # fmt: skip
        found.setdefault(checked.schema.name, []).append(checked)
        rows[path] = lines_of(checked)
        progress(path.name)
    return {table: joined(parts, where=f"{source.name}: {table}") for table, parts in found.items()}, rows


def _counters(source: Source, files: Sequence[Path], progress: Progress) -> tuple[dict[str, Checked], Lines]:
    if source.counters is None:
        raise CatalogueError(f"data_schemas/sources/{source.name}.toml: no [counters]")
    found = []
    rows: dict[Path, dict[str, int]] = {}
    for path in files:
        found.append(read_counters(path, source.counters, same_day=source.same_day))
        rows[path] = lines_of(found[-1])
        progress(path.name)
    return {"footfall": joined(found, where=f"{source.name}: footfall")}, rows


def lines_of(checked: Checked) -> dict[str, int]:
    """What became of the lines of one file."""
    account = checked.accounts
    wanted = {"rows": "rows_in", "used": "used", "excluded": "excluded", "rejected": "rejected"}
    return {name: int(str(account[origin])) for name, origin in wanted.items()}


def _lines(source: Source, path: Path) -> tuple[pd.DataFrame, dict[str, int]]:
    """The lines of a file without header, columns named by the layout that fits; index "file:line"."""
    lines = read_lines(path, encodings=source.encodings, delimiter=source.delimiter)
    layout, width = _layout(source, path, lines.rows)
    ragged = [number for row, number in zip(lines.rows, lines.numbers, strict=True) if len(row) != width]
    if ragged:
        first = ", ".join(map(str, ragged[:5]))
        raise InputError(say("errors.ragged", path=path, rows=len(ragged), first=first, wanted=width))
    index = [f"{path.name}:{number}" for number in lines.numbers]
    table = pd.DataFrame(lines.rows, columns=layout["columns"], index=index, dtype=object)
    for column in table.columns:
        table[column] = table[column].str.strip()
    table["known_on"] = pd.Timestamp(_published(source, path))
    other = layout is not source.layouts[0]
    return table, {**lines.repairs, **({f"layout_{layout['name']}": len(table)} if other else {})}


def _layout(source: Source, path: Path, rows: list[list[str]]) -> tuple[Mapping[str, Any], int]:
    column, pattern = next(iter(source.recognise.items()))
    for layout in source.layouts:
        place = layout["columns"].index(column)
        if all(len(row) > place and re.fullmatch(pattern, row[place].strip()) for row in rows[:20]):
            return layout, len(layout["columns"])
    raise InputError(say("errors.no_layout", path=path, source=source.name, column=column, pattern=pattern))


def _published(source: Source, path: Path) -> Any:
    found = re.search(source.known_on or "", path.name)
    if not found or "year" not in found.groupdict():
        raise InputError(say("errors.no_publication_month", path=path, pattern=source.known_on))
    return last_day(as_month(f"{found['year']}-{found['month']}", argument=path.name))


def _mapped(lines: pd.DataFrame, columns: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame({"known_on": lines["known_on"]}, index=lines.index)
    for name, origin in columns.items():
        raw = lines[origin["column"]]
        if "divide_by" in origin:
            number = pd.to_numeric(raw, errors="coerce") / float(origin["divide_by"])
            # What is no number stays as it was written, so that the check can show it.
            table[name] = number.astype(object).where(number.notna(), raw)
        else:
            table[name] = raw
    return table
