"""The whole register in Parquet: loaded, screened and asked. DuckDB lives only here."""
