"""The Food Standards Agency's files of food hygiene ratings, one for each authority."""
