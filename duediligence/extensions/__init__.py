"""Extensions of the core, each whole in its package, with an `EXTENSION`."""
