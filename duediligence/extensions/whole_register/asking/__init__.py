"""Questions to the whole register, one file a question: each gives typed, ranked rows."""
