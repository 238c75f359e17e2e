"""A register's JSON API, asked with a key: politely, provably, and never twice for the same."""

from duediligence.fetch.api.asking import Answer, Api
from duediligence.fetch.api.evidence import Evidence, Kept
from duediligence.fetch.api.limiter import Limiter

__all__ = ["Answer", "Api", "Evidence", "Kept", "Limiter"]
