"""One frozen Settings: default < TOML files < environment < flag. Nothing is read at import."""

from duediligence.settings.checking import PART
from duediligence.settings.help import HELP
from duediligence.settings.loading import CONFIG, FILENAME, PREFIX, Resolved, load
from duediligence.settings.values import SECRET, TABLES, Settings
from duediligence.settings.working_folder import HARMLESS, IgnoredFile, ignored_file

__all__ = [
    "CONFIG",
    "FILENAME",
    "HARMLESS",
    "HELP",
    "PART",
    "PREFIX",
    "SECRET",
    "TABLES",
    "IgnoredFile",
    "Resolved",
    "Settings",
    "ignored_file",
    "load",
]
