"""Findings of several runs, and what became of them, for other systems and other people."""
