"""Fingerprints of files and tables: same content, same digest, on every machine."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


def digest_file(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as page:
        return hashlib.file_digest(page, "sha256").hexdigest()


def digest_table(table: pd.DataFrame) -> str:
    """SHA-256 of a table's columns and values, in hexadecimal; row order counts, the index does not.

    >>> import pandas as pd
    >>> first = pd.DataFrame({"shop_id": ["A"], "amount": [1.0]})
    >>> digest_table(first) == digest_table(first.copy())
    True
    """
    total = hashlib.sha256()
    for name in table.columns:
        column = table[name].to_numpy()
        total.update(str(name).encode())
        if column.dtype.kind == "f":
            total.update(np.ascontiguousarray(column, dtype="<f8").tobytes())
        elif column.dtype.kind == "M":
            total.update(np.ascontiguousarray(column.astype("datetime64[s]").astype("<i8")).tobytes())
        else:
            total.update("\x1f".join(map(str, column)).encode())
    return total.hexdigest()
