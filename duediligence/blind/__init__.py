"""Keys derived from names, and blind comparison of them: what several extensions need."""
