"""From the published Online Retail II table to the two files this case ships: who bought what when, and what it is.

python cases/ecommerce-recommender/prepare.py online_retail_ii.parquet cases/ecommerce-recommender/data
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

PRODUCT = r"^\d{5}[A-Z]{0,2}$"
EARLIER, LATER = "2009-2010", "2010-2011"
KEY = ("customer_id", "code", "units")


def one_of_each_sheet(lines: pl.DataFrame) -> pl.DataFrame:
    """Both sheets without their overlap: the nine days that stand in both are taken from the later one.

    >>> both = pl.DataFrame({"sheet": [EARLIER, EARLIER, LATER], "invoice_ts": [1, 5, 5]})
    >>> one_of_each_sheet(both)["invoice_ts"].to_list()
    [1, 5]
    """
    begins = lines.filter(pl.col("sheet") == LATER)["invoice_ts"].min()
    return lines.filter((pl.col("sheet") == LATER) | (pl.col("invoice_ts") < begins))


def cleaned(lines: pl.DataFrame) -> pl.DataFrame:
    """Positive lines of identified buyers for products, codes in capitals, cancelled lines gone with their originals.

    A cancellation is matched with the latest earlier line of the same buyer, product and number of units.
    """
    named = (
        one_of_each_sheet(lines)
        .filter(pl.col("customer_id").is_not_null())
        .with_columns(
            code=pl.col("stock_code").str.strip_chars().str.to_uppercase(),
            units=pl.col("quantity").abs(),
            line=pl.int_range(pl.len()),
        )
        .filter(pl.col("code").str.contains(PRODUCT))
        .sort("invoice_ts", "line")
    )
    bought = named.filter((pl.col("quantity") > 0) & (pl.col("unit_price") > 0))
    cancelled = named.filter(pl.col("invoice").str.starts_with("C"))
    undone = cancelled.join_asof(
        bought.select(*KEY, "invoice_ts", original="line"),
        on="invoice_ts",
        by=list(KEY),
        strategy="backward",
        check_sortedness=False,
    )["original"].drop_nulls()
    return bought.filter(~pl.col("line").is_in(undone.implode()))


def interactions(bought: pl.DataFrame) -> pl.DataFrame:
    """One row a buyer, invoice and product, in order of time; how many units were bought is left out."""
    return (
        bought.select(
            at=pl.col("invoice_ts").dt.cast_time_unit("us"),
            user=pl.col("customer_id").cast(pl.UInt16),
            basket=pl.col("invoice").cast(pl.UInt32),
            item=pl.col("code"),
        )
        .unique()
        .sort("at", "user", "basket", "item")
    )


def products(bought: pl.DataFrame) -> pl.DataFrame:
    """Each product's most frequent description."""
    return (
        bought.filter(pl.col("description").is_not_null())
        .group_by(item="code", text=pl.col("description").str.strip_chars())
        .len()
        .sort("item", "len", "text", descending=[False, True, False])
        .unique("item", keep="first", maintain_order=True)
        .select("item", "text")
    )


def main(source: Path, folder: Path) -> None:
    """Write ``interactions.parquet`` and ``items.parquet`` into ``folder``."""
    bought = cleaned(pl.read_parquet(source))
    interactions(bought).write_parquet(folder / "interactions.parquet", compression="zstd", compression_level=19)
    products(bought).write_parquet(folder / "items.parquet", compression="zstd", compression_level=19)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
