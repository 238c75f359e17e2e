"""Ownership in the standards of others: what is exported, and what others declare of suppliers."""

from duediligence.extension import CommandGroup, Extension

EXTENSION = Extension(
    name="ownership",
    migrations=f"{__name__}.store:migrations",
    commands=(
        CommandGroup(
            "suppliers ownership",
            "Import and export ownership: BODS, FollowTheMoney.",
            f"{__name__}.cli:app",
        ),
    ),
    pages=f"{__name__}.pages:PAGES",
    records=f"{__name__}.records:RECORDS",
    held=f"{__name__}.records:list_declared_records",
    people=f"{__name__}.importing:list_declared_people",
    sections=f"{__name__}.importing:list_declared_sections",
)
