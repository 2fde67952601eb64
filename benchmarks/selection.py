"""Which indicators never help: from the files that `sbwarn importance --all` wrote for several data sets.

    sbwarn importance data/texas --all --as-of 2016-08 --out texas.csv
    sbwarn importance data/city --all --as-of 2026-09 --origins 2 --trees 100 --out city.csv
    python benchmarks/selection.py texas=texas.csv city=city.csv

An indicator never helps if dealing its values out anew among the shops of a month costs no AUC, on no data set where it
is known and at no horizon; or if somewhere the model ranks better without it, outside the 95 % interval, and nowhere
worse. What prints goes into `sbwarn/indicators/left_out.toml`.
"""

from __future__ import annotations

import argparse

import pandas as pd

LEAST = 0.0001
"""Loss of AUC below which nothing is lost."""


def main() -> None:
    """Print the table of what is left out, with the figures that say why."""
    wish = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wish.add_argument("files", nargs="+", help="name=file.csv, one a data set")
    losses = pd.concat([read(each) for each in wish.parse_args().files])
    for name, lines in losses.groupby("name", sort=False):
        hurts, helps = (lines["auc_high"] < 0).any(), (lines["auc_low"] > 0).any()
        if (lines["auc_loss"] < LEAST).all() or (hurts and not helps):
            told = "; ".join(
                f"{row.dataset}, {row.horizon} months {row.auc_loss:+.4f} ({row.auc_low:+.4f} … {row.auc_high:+.4f}), n {row.n:,}"
                for row in lines.itertuples()
            )
            print(f'[{name}]\nwhy = "AUC lost when dealt anew: {told}"\n')


def read(wish: str) -> pd.DataFrame:
    """The lines of single indicators of one data set; an indicator that is known for nobody has no line."""
    name, _, path = wish.partition("=")
    table = pd.read_csv(path)
    single = table.loc[table["kind"] == "indicator"]
    known = single.groupby("name")["auc_loss"].transform(lambda losses: (losses != 0).any())
    return single.loc[known].assign(dataset=name)


if __name__ == "__main__":
    main()
