"""Files into tables of text: CSV, CSV.gz, Parquet and xlsx, with the row numbers that the file itself shows."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from sbwarn.errors import InputError, SettingError
from sbwarn.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ENCODINGS = ("utf-8-sig", "cp949")
"""Tried in this order on the whole file: a tenth of all short UTF-8 Hangul texts also decode as cp949."""
MOST_BYTES = 4 << 30
WEB_PAGE = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A delimited file as it was read."""

    rows: list[list[str]]
    """Fields of each line; lines may differ in length."""
    numbers: list[int]
    """Line number in the file of each row, from 1."""
    repairs: Mapping[str, int] = field(default_factory=dict)


def read_table(path: Path) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """A file as a table of text (Parquet keeps its types), and what was mended while reading.

    The index is the row number as a spreadsheet shows it: the header is row 1.

    Raises:
        InputError: the file is missing, damaged, empty, a web page, ragged, or of a kind that is never opened.
    """
    if not path.is_file():
        raise InputError(say("errors.no_file", path=path))
    kind = "".join(path.suffixes[-2:]).lower() if path.suffix.lower() == ".gz" else path.suffix.lower()
    if kind in (".csv", ".txt", ".csv.gz"):
        return _delimited(path)
    if kind == ".parquet":
        return _parquet(path), {}
    if kind == ".xlsx":
        return _sheet(path), {}
    raise InputError(say("errors.file_kind", path=path, kind=kind or "?"))


def read_lines(path: Path, *, encodings: Sequence[str] = ENCODINGS, delimiter: str = ",") -> Lines:
    """The lines of a delimited file, split into fields; empty lines are skipped and counted.

    Raises:
        InputError: the file is missing, damaged, empty, a web page, or in none of the encodings.
    """
    text, repairs = _text(path, encodings)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, numbers, empty = [], [], 0
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                numbers.append(reader.line_num)
            else:
                empty += 1
    except csv.Error as broken:
        raise InputError(say("errors.broken_line", path=path, line=reader.line_num, why=broken)) from broken
    if not rows:
        raise InputError(say("errors.empty_table", where=path))
    return Lines(rows=rows, numbers=numbers, repairs={**repairs, **({"empty_line": empty} if empty else {})})


def _text(path: Path, encodings: Sequence[str]) -> tuple[str, dict[str, int]]:
    raw = _bytes(path)
    if not raw.strip():
        raise InputError(say("errors.empty_table", where=path))
    if raw[:200].lstrip().lower().startswith(WEB_PAGE):
        raise InputError(say("errors.web_page", path=path))
    if b"\x00" in raw:
        raise InputError(say("errors.nul_bytes", path=path))
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, ({} if encoding.startswith("utf-8") else {f"encoding_{encoding}": text.count("\n")})
    raise InputError(say("errors.encoding", path=path, tried=", ".join(encodings)))


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise InputError(say("errors.no_file", path=path))
    try:
        if path.suffix.lower() != ".gz":
            return path.read_bytes()
        with gzip.open(path) as packed:
            raw = packed.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as damage:
        raise InputError(say("errors.damaged_file", path=path, why=damage)) from damage
    if len(raw) > MOST_BYTES:
        raise InputError(say("errors.too_large", path=path, limit=MOST_BYTES))
    return raw


def _delimited(path: Path) -> tuple[pd.DataFrame, Mapping[str, int]]:
    lines = read_lines(path)
    header = _header(lines.rows[0], path)
    ragged = [
        number for row, number in zip(lines.rows, lines.numbers, strict=True) if len(row) != len(header)
    ]
    if ragged:
        first = ", ".join(map(str, ragged[:5]))
        raise InputError(say("errors.ragged", path=path, rows=len(ragged), first=first, wanted=len(header)))
    return pd.DataFrame(lines.rows[1:], columns=header, index=lines.numbers[1:], dtype=object), lines.repairs


def _header(cells: Sequence[object], path: Path) -> list[str]:
    header = [str(name).strip() for name in cells]
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise InputError(say("errors.header_twice", path=path, columns=", ".join(twice)))
    return header


def _parquet(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as damage:
        raise InputError(say("errors.damaged_file", path=path, why=damage)) from damage
    frame: pd.DataFrame = table.to_pandas()
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame


def _sheet(path: Path) -> pd.DataFrame:
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError as missing:
        raise SettingError(say("errors.extra", what=".xlsx", extra="excel")) from missing
    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError) as damage:
        raise InputError(say("errors.damaged_file", path=path, why=damage)) from damage
    if not rows:
        raise InputError(say("errors.empty_table", where=path))
    header = _header(rows[0], path)
    return pd.DataFrame(
        [[_cell(value) for value in row] for row in rows[1:]],
        columns=header, index=range(2, len(rows) + 1), dtype=object,
    )  # fmt: skip


def _cell(value: object) -> str:
    """A cell as text; a whole number keeps no ".0", so that an id stays an id."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
