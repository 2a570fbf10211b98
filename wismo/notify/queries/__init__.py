"""What is read of messages, accounts, people and words, by subject."""
