"""What people entered and decided: never fetched again."""
