"""One file, one list: where it is published, how to read it, what it must contain."""
