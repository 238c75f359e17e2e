"""One file converted on its own, without a home."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from duediligence.extensions.whole_register import engine
from duediligence.extensions.whole_register.conversion import Conversion
from duediligence.extensions.whole_register.normal_forms import build_sql_macros
from duediligence.extensions.whole_register.products import READERS
from duediligence.extensions.whole_register.splitting import split_register_file
from duediligence.extensions.whole_register.versions import Product
from duediligence.progress import SILENT


def converted(
    product: Product, path: Path, folder: Path, columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """The rows of the product's first table, in order of their texts."""
    reader = READERS[product]
    plain, odd, rows, more = (folder / f"{name}.rows" for name in ("plain", "odd", "read", "more"))
    into = {table: folder / f"{table}.parquet" for table in reader.tables}
    with closing(engine.connect_duckdb(folder / "spill", threads=1)) as db:
        for macro in build_sql_macros():
            db.execute(macro)
        parted = split_register_file(path, reader.layout, plain, odd, SILENT)
        run = Conversion(path, parted, plain, odd, rows, more, into, db, SILENT)
        reader.convert(run)
        first = str(into[reader.tables[0]])
        found = db.execute(f"SELECT {', '.join(columns)} FROM read_parquet(?)", [first]).fetchall()
    return sorted(found, key=repr)
