"""Text in one place: folding, legal forms, postcodes, dates, names, sums, and wording of lists."""
