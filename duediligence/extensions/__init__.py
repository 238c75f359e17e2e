"""Extensions beside the core, each whole in its package, with an `EXTENSION`."""
