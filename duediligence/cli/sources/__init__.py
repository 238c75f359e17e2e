"""The commands for what screening is made of: lists, suppliers, registers."""
