"""The use cases: refresh lists, screen suppliers, check one of them."""
