"""One file, one topic: the rules that turn what is known about a supplier into findings."""
