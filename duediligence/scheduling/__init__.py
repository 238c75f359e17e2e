"""What runs by itself: jobs, their clock, and one instance only."""
