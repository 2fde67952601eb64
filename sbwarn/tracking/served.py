"""What a served release answers: a long table of shops and months in, a row a shop out.

The columns are those of the data schemas; three have the names that `score_business` calls them by.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sbwarn.errors import InputError
from sbwarn.messages import say, speaking
from sbwarn.tables.schema import table_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.releases.record import Release
    from sbwarn.scoring.record import Score

TABLES = ("shops", "sales", "rent", "footfall", "customers", "costs", "profile")
CALLED: Mapping[tuple[str, str], str] = {
    ("sales", "amount"): "sales",
    ("rent", "monthly_rent"): "rent",
    ("footfall", "weekday"): "footfall",
}
"""Columns that bear the name of the argument that they are the heart of."""
REQUIRED = ("shop_id", "industry_code", "district_id", "month", "sales")
LEFT_OUT = "known_on"
"""One row may hold values of many tables; each is taken as public once its table's month counts as closed."""
HORIZONS = (3, 6, 12)
ANSWER: Mapping[str, str] = {
    "shop_id": "string", "as_of": "string", "risk_3": "double", "risk_6": "double", "risk_12": "double",
    "low_3": "double", "high_3": "double", "low_6": "double", "high_6": "double", "low_12": "double", "high_12": "double",
    "level": "string", "percentile": "double", "depth": "string", "known_share": "double", "reasons": "strings",
    "strengths": "strings", "unknown": "strings", "status": "string", "release": "string", "demonstration": "boolean",
}  # fmt: skip
"""Columns of the answer and their types; "strings" is a list of sentences or words."""


def columns() -> dict[str, str]:
    """Each column of the question and its type, "string" or "double"; months are YYYY-MM, days YYYY-MM-DD.

    >>> {name: columns()[name] for name in ("shop_id", "opened_on", "month", "sales", "rent")}
    {'shop_id': 'string', 'opened_on': 'string', 'month': 'string', 'sales': 'double', 'rent': 'double'}
    """
    return {
        CALLED.get((table, field.name), field.name): "double" if field.type == "number" else "string"
        for table in TABLES
        for field in table_schema(table).fields
        if field.name != LEFT_OUT
    }


def tables_of(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of a call, out of rows that each hold a shop, a month and whatever is known of both.

    A table of which no row knows anything is left out. Facts of the shop may stand on each of its rows, or on one.

    Args:
        rows: Columns of `columns`; unknown is empty.

    Raises:
        InputError: a required column is missing, or the rows of a shop contradict each other.

    >>> rows = pd.DataFrame({"shop_id": ["A", "A"], "industry_code": "cafe", "district_id": "1",
    ...                      "month": ["2026-01", "2026-02"], "sales": [9.0, 8.0], "rent": [None, 2.0]})
    >>> {name: len(table) for name, table in tables_of(rows).items()}
    {'shops': 1, 'sales': 2, 'rent': 1}
    """
    missing = [name for name in REQUIRED if name not in rows.columns]
    if missing:
        have = ", ".join(map(str, rows.columns))
        raise InputError(
            say("errors.missing_columns", where="dataframe", columns=", ".join(missing), have=have)
        )
    rows = rows.astype(object).where(rows.notna(), None)
    monthly = {table: _table(table, rows) for table in TABLES[1:]}
    return {"shops": _shops(rows)} | {
        table: found for table, found in monthly.items() if len(found) or table == "sales"
    }


def answer(scores: Mapping[str, Score]) -> pd.DataFrame:
    """A row a shop, columns of `ANSWER`; what is unknown is None, which JSON can say and NaN it cannot."""
    rows = [_row(score) for score in scores.values()]
    table = pd.DataFrame(rows, columns=list(ANSWER)).astype(object)
    return table.where(table.notna(), None)


def served_release() -> Any:
    """The model that MLflow loads. Its class is made here so that MLflow is imported by whoever serves, not before."""
    from mlflow.pyfunc import PythonModel

    class ServedRelease(PythonModel):  # type: ignore[misc] # MLflow is not typed
        """A release that answers `predict`."""

        release: Release

        def load_context(self, context: Any) -> None:
            """Read and verify the release that lies in the model."""
            from sbwarn.releases.load import load_release

            self.release = load_release(Path(context.artifacts["release"]))

        def predict(
            self,
            context: Any,  # noqa: ARG002 - MLflow calls by place
            model_input: pd.DataFrame,
            params: dict[str, Any] | None = None,
        ) -> pd.DataFrame:
            """The scores of the shops: `score_businesses` of the same tables, to the last bit."""
            from sbwarn.consult.business import score_businesses

            told = params or {}
            tables = tables_of(model_input)
            scores = score_businesses(
                tables.pop("shops"),
                tables.pop("sales"),
                as_of=told.get("as_of") or None,
                release=self.release,
                **tables,  # type: ignore[arg-type] # what is left are tables by the name of their argument
            )
            with speaking(told.get("language") or "en"):
                return answer(scores)

    return ServedRelease()


def signature() -> Any:
    """What MLflow tells and checks of a call: columns in, columns out, and the parameters `as_of` and `language`."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema
    from mlflow.types.schema import AnyType, Array

    # As "double" MLflow would refuse whole numbers, and won are whole; what is no number is refused by the schemas.
    asked = [
        ColSpec(AnyType() if kind == "double" else kind, name, required=name in REQUIRED)
        for name, kind in columns().items()
    ]
    told = [
        ColSpec(Array("string") if kind == "strings" else kind, name, required=False)
        for name, kind in ANSWER.items()
    ]
    parameters = [ParamSpec("as_of", "string", ""), ParamSpec("language", "string", "en")]
    return ModelSignature(inputs=Schema(asked), outputs=Schema(told), params=ParamSchema(parameters))


def example() -> pd.DataFrame:
    """A question that every release can answer, of a shop that does not exist.

    >>> sorted(tables_of(example()))
    ['rent', 'sales', 'shops']
    """
    sales = (12.3e6, 12.1e6, 11.0e6, 9.2e6, 8.1e6, 6.0e6, 4.4e6, 3.1e6)
    return pd.DataFrame(
        {
            "shop_id": "A17",
            "industry_code": "coffee",
            "district_id": "naseong",
            "opened_on": "2023-04-01",
            "month": [f"2026-{month:02d}" for month in range(1, len(sales) + 1)],
            "sales": sales,
            "rent": 1.5e6,
        }
    )


def _shops(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a shop, with whatever one of its rows knows."""
    told = _table("shops", rows).groupby("shop_id", sort=False)
    contradicted = told.nunique() > 1  # noqa: PD101 - of each shop, not of a column
    if contradicted.to_numpy().any():
        columns = ", ".join(contradicted.columns[contradicted.any()])
        raise InputError(
            say("registry.contradicted", columns=columns, shops=int(contradicted.any(axis=1).sum()))
        )
    return told.first().reset_index()


def _table(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that know something of this table, under the schema's names."""
    schema = table_schema(table)
    named = {CALLED.get((table, name), name): name for name in schema.names if name != LEFT_OUT}
    found = rows[[name for name in named if name in rows.columns]].rename(columns=named)
    values = [name for name in found.columns if name not in schema.identity]
    return found[found[values].notna().any(axis=1)].drop_duplicates().reset_index(drop=True)


def _row(score: Score) -> dict[str, object]:
    return {
        "shop_id": score.shop_id,
        "as_of": score.as_of,
        **{f"risk_{horizon}": score.risk[horizon] for horizon in HORIZONS},
        **{f"low_{horizon}": score.interval[horizon][0] for horizon in HORIZONS},
        **{f"high_{horizon}": score.interval[horizon][1] for horizon in HORIZONS},
        "level": score.level,
        "percentile": score.percentile,
        "depth": score.depth,
        "known_share": score.known_share,
        "reasons": [reason.text() for reason in score.reasons],
        "strengths": [strength.text() for strength in score.strengths],
        "unknown": [each.name for each in score.unknown],
        "status": score.status,
        "release": score.release,
        "demonstration": score.demonstration,
    }
