"""A starter for a description, guessed from a sample of the register."""

from duediligence.local_registers.guessing.starter import Starter, starter, value_line

__all__ = ["Starter", "starter", "value_line"]
