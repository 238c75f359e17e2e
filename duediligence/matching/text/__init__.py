"""Text folded to words, and how like two words are."""
