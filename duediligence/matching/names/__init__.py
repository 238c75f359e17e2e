"""Names read as people or organisations, and compared word by word."""
