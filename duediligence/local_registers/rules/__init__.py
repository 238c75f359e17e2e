"""What a description must be, part by part."""
