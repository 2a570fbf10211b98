"""What carriers publish of their transit times: data with its source, and how it is read."""
