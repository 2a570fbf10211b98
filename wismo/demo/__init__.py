"""A made-up shop that shows what the house does. All its data is synthetic, and says so."""
