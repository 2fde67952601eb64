"""Shops read off the lines of a receipts file, where the publisher delivers no register."""

from __future__ import annotations

import pandas as pd

NAME_WIDTH = 30
"""Most files cut names after thirty characters; a longer print of the same name is no other name."""
PERMIT = r"[A-Z]{1,2} ?\d{6}"
ONE_MONTH_FILE = 100


def shops(lines: pd.DataFrame) -> pd.DataFrame:
    """One row for each state of a shop, with the day on which it was first seen.

    Args:
        lines: Columns `permit, name, address, zip, county, known_on`; one row a report.

    Returns:
        Columns of the shops schema that the lines can tell: the permit's prefix is the industry, the county the
        district, address and zip the premises. Opening and closing days are not told.

    >>> seen = pd.DataFrame({"permit": ["MB1", "MB1"], "name": ["BAR", "BAR"], "address": ["1 MAIN  ST", "1 MAIN ST"],
    ...                      "zip": ["79601", "79601"], "county": ["221", "221"], "known_on": pd.Timestamp("2016-09-30")})
    >>> shops(seen).loc[:, ["shop_id", "industry_code", "district_id", "site_id"]].values.tolist()
    [['MB1', 'MB', '221', '1 MAIN ST|79601']]
    """
    squeezed = lines["address"].str.replace(r"\s+", " ", regex=True).str.slice(0, NAME_WIDTH).str.strip()
    states = pd.DataFrame(
        {
            "shop_id": lines["permit"],
            "industry_code": lines["permit"].str.extract(r"^([A-Z]+)", expand=False),
            "district_id": lines["county"],
            "name": lines["name"].str.slice(0, NAME_WIDTH).str.strip(),
            "site_id": squeezed + "|" + lines["zip"].str.slice(0, 5),
            "known_on": lines["known_on"],
        },
        index=lines.index,
    ).sort_values("known_on", kind="stable")
    states = states.drop_duplicates(subset=["shop_id", "known_on"], keep="last")
    told = states.groupby("shop_id", sort=False)[["industry_code", "district_id", "name", "site_id"]]
    changed = (states[["industry_code", "district_id", "name", "site_id"]] != told.shift()).any(axis=1)
    return states.loc[changed]


def oddities(lines: pd.DataFrame) -> dict[str, int]:
    """What a careful reader of one file notices and lets pass, with counts.

    `one_month_file`: every line of a long file claims the same month, though late reports are always among them.
    `odd_permit`: a permit that is not one or two letters and six digits.
    `zero_report`: a reported zero, which is not a missing report.
    `twice_in_file`: lines whose permit and month stand in the file more than once.
    """
    found = {
        "odd_permit": int((~lines["permit"].str.fullmatch(PERMIT)).sum()),
        "zero_report": int(pd.to_numeric(lines["tax"], errors="coerce").eq(0).sum()),
        "twice_in_file": int(lines.duplicated(subset=["permit", "month"], keep=False).sum()),
        "one_month_file": len(lines)
        if len(lines) > ONE_MONTH_FILE and (lines["month"] == lines["month"].iloc[0]).all()
        else 0,
    }
    return {kind: count for kind, count in found.items() if count}
