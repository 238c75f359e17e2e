"""Blind matching with a partner: asked by one, answered by the other, opened by the first alone."""

from duediligence.model.exchanges import Hit
from duediligence.sharing.exchanges.hits import hits_of

__all__ = ["Hit", "hits_of"]
