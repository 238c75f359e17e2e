"""What is shared, asked and worked on, as plain values."""
