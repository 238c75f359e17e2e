"""One row of a register: its cells, the values in them, and the entry that they make."""
