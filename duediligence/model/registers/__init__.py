"""Companies, charities and what is known of those behind them."""
