"""Blind matching with a partner: asked by one, answered by the other, opened by the first alone."""

from duediligence.extensions.sharing.exchanges.hits import hits_of
from duediligence.extensions.sharing.model.exchanges import Hit

__all__ = ["Hit", "hits_of"]
