"""A CSV, Excel or Parquet file as a table: encoding, delimiter, sheet and heading row are found, and told."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sbwarn.errors import InputError, SettingError
from sbwarn.given.amounts import Place
from sbwarn.given.missing import is_missing
from sbwarn.given.notes import Notes
from sbwarn.given.plain import plain
from sbwarn.given.shown import named, shown
from sbwarn.given.table import Table, lacking, table_of_frame
from sbwarn.messages import say
from sbwarn.tables.read import read_lines, read_table

KINDS = (".csv", ".txt", ".tsv", ".csv.gz", ".xlsx", ".parquet")
DELIMITERS = (",", ";", "\t", "|")
DEEPEST_HEADINGS = 20
"""Rows in which headings are looked for: above them stand titles and the unit."""
MOST_UNPACKED = 128 << 20
MOST_CELLS = 5_000_000
_ENDING = re.compile(r"(?:\.[a-z0-9]{1,5})+")
_UNIT = re.compile(r"단위\s*[:：]?\s*\(?\s*([가-힣]+|[A-Za-z]{3}|₩)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows of cells with their numbers in the file."""

    source: str
    rows: Sequence[Sequence[object]]
    numbers: Sequence[int]


def kind_of(path: Path) -> str:
    """The ending that says what a file is, in small letters.

    >>> kind_of(Path("a/B.CSV.gz")), kind_of(Path("a.b.xlsx"))
    ('.csv.gz', '.xlsx')
    """
    endings = [ending.lower() for ending in path.suffixes]
    return "".join(endings[-2:]) if endings[-1:] == [".gz"] else "".join(endings[-1:])


def table_of_file(
    path: Path, argument: str, *, fits: Callable[[Sequence[str]], bool], wanted: Sequence[str], notes: Notes
) -> Table:
    """The table in a file.

    Args:
        path: CSV (comma, semicolon, tab or bar; UTF-8 or cp949), gzip of it, xlsx or Parquet.
        argument: Name of the argument, for messages.
        fits: Whether a row of headings is the one that is wanted.
        wanted: Names that the message proposes where no row fits.
        notes: Where what was understood is noted.

    Raises:
        InputError: the file is missing, damaged, of another kind, has no such headings, or has them in several sheets.
        SettingError: the reader of xlsx files is not installed.
    """
    kind = kind_of(path)
    if kind not in KINDS:
        raise InputError(
            say(
                "given.file_kind",
                argument=argument,
                path=shown(path.name),
                kind=kind if _ENDING.fullmatch(kind) else "?",
            )
        )
    if not path.is_file():
        raise InputError(say("given.no_file", argument=argument, path=path))
    if kind == ".parquet":
        frame, _ = read_table(path)
        return table_of_frame(frame, argument, source=path.name)
    grids = _sheets(path) if kind == ".xlsx" else _delimited(path, argument, notes)
    found, first = [], None
    for grid in grids:
        first = first or grid
        row = _headings_row(grid, fits)
        if row is not None:
            found.append((grid, row))
            if kind != ".xlsx":
                break
    if not found:
        raise lacking(argument, _likely_headings(first), wanted, source=path.name)
    if len(found) > 1:
        sheets = named(grid.source for grid, _ in found)
        raise InputError(say("given.several_sheets", argument=argument, sheets=sheets, path=path.name))
    return _table(*found[0], argument, path, notes)


def _headings_row(grid: Grid, fits: Callable[[Sequence[str]], bool]) -> int | None:
    for row, cells in enumerate(grid.rows[:DEEPEST_HEADINGS]):
        if fits(_texts(cells)):
            return row
    return None


def _texts(cells: Sequence[object]) -> tuple[str, ...]:
    return tuple("" if is_missing(cell) else plain(str(cell)) for cell in cells)


def _likely_headings(grid: Grid | None) -> tuple[str, ...]:
    """The first row with more than one text, for the message."""
    for cells in grid.rows[:DEEPEST_HEADINGS] if grid else ():
        texts = tuple(text for text in _texts(cells) if text)
        if len(texts) > 1:
            return texts
    return ()


def _table(grid: Grid, row: int, argument: str, path: Path, notes: Notes) -> Table:
    headings = _texts(grid.rows[row])
    width = max(place for place, text in enumerate(headings, 1) if text)
    body = list(_even(grid, row, width, path))
    above = [text for cells in grid.rows[:row] for text in _texts(cells) if text]
    if above:
        notes.tell("title_rows", argument, count=row)
    unit = next((found[1] for found in map(_UNIT.search, above) if found), None)
    return Table(
        argument=argument,
        source=f"{path.name} [{grid.source}]" if grid.source else path.name,
        headings=headings[:width],
        columns=tuple([cells[place] for _, cells in body] for place in range(width)),
        places=[Place("row", number) for number, _ in body],
        unit=unit,
    )


def _even(grid: Grid, row: int, width: int, path: Path) -> Iterator[tuple[int, Sequence[object]]]:
    """The rows below the headings, each as wide as they are.

    Raises:
        InputError: a row has more or fewer fields; a remark in its first field alone is let pass.
    """
    ragged = []
    for cells, number in zip(grid.rows[row + 1 :], grid.numbers[row + 1 :], strict=True):
        kept = list(cells[:width])
        remark = sum(not is_missing(cell) for cell in cells) <= 1 and len(kept) < width
        if any(not is_missing(cell) for cell in cells[width:]) or (len(kept) < width and not remark):
            ragged.append(number)
        yield number, kept + [None] * (width - len(kept))
    if ragged:
        first = ", ".join(map(str, ragged[:5]))
        raise InputError(say("errors.ragged", path=path, rows=len(ragged), first=first, wanted=width))


def _delimited(path: Path, argument: str, notes: Notes) -> Iterator[Grid]:
    """The lines, split at one delimiter after the other until the caller has found its headings."""
    broken: InputError | None = None
    for delimiter in DELIMITERS:
        try:
            lines = read_lines(path, delimiter=delimiter)
        except InputError as failure:
            # A quotation mark that is wrong for one delimiter may be right for another.
            if delimiter == DELIMITERS[0]:
                broken = failure
            continue
        if delimiter == DELIMITERS[0]:
            for repair, count in lines.repairs.items():
                notes.tell("file_repair", argument, repair=repair, count=count)
        yield Grid(source="", rows=lines.rows, numbers=lines.numbers)
    if broken is not None:
        raise broken


def _sheets(path: Path) -> Iterator[Grid]:
    """The sheets that can be seen."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum
    except ImportError as missing:
        raise SettingError(say("errors.extra", what=".xlsx", extra="excel")) from missing
    _refuse_bombs(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            for facts in book.sheets_metadata:
                if facts.visible != SheetVisibleEnum.Visible:
                    continue
                sheet = book.get_sheet_by_name(facts.name)
                if sheet.total_height * sheet.total_width > MOST_CELLS:
                    raise InputError(say("errors.too_large", path=path, limit=MOST_CELLS))
                rows = sheet.to_python(skip_empty_area=False)
                yield Grid(source=facts.name, rows=rows, numbers=range(1, len(rows) + 1))
    except (CalamineError, OSError) as damage:
        raise InputError(say("errors.damaged_file", path=path, why=damage)) from damage


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
    except (zipfile.BadZipFile, OSError) as damage:
        raise InputError(say("errors.damaged_file", path=path, why=damage)) from damage
    if size > MOST_UNPACKED:
        raise InputError(say("errors.too_large", path=path, limit=MOST_UNPACKED))
