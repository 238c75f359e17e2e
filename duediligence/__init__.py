"""Screen the suppliers a public body buys from, and explain every possible match."""

__version__ = "0.1.0"
