"""The commands about sharing."""
