"""The whole register of companies in Parquet: loaded, screened and asked. DuckDB and Dask live only
here.
"""

from duediligence.extension import CommandGroup, Extension

EXTENSION = Extension(
    name="whole_register",
    commands=(
        CommandGroup("registers", "", f"{__name__}.cli:app"),
        CommandGroup("registers load", "", f"{__name__}.cli:load"),
    ),
    pages=f"{__name__}.pages:PAGES",
    register=f"{__name__}.status:show_whole_register",
    files=f"{__name__}.status:compare_register_files",
)
