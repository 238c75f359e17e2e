"""One frozen Settings: default < TOML file < environment < flag. Nothing is read at import."""

from duediligence.settings.checking import PART
from duediligence.settings.help import HELP
from duediligence.settings.loading import FILENAME, PREFIX, Resolved, load
from duediligence.settings.values import SECRET, TABLES, Settings

__all__ = ["FILENAME", "HELP", "PART", "PREFIX", "SECRET", "TABLES", "Resolved", "Settings", "load"]
