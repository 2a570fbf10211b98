"""Infrastructure without a business word: inbox, events, work, secrets, tokens, limits."""
