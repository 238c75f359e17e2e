"""Screen the suppliers a public body buys from, and explain every possible match."""

import os

__version__ = "0.1.0"

# A wheel holds `watchlists` and `checks` in this folder. In a checkout they are beside it.
if not os.path.isdir(os.path.join(__path__[0], "watchlists")):  # noqa: PTH112, PTH118
    __path__.append(os.path.dirname(__path__[0]))  # noqa: PTH120
