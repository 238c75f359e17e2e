"""Who is looked up, on which list, and what comes of it."""
