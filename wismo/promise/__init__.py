"""The promise: dates that hold, and delays seen first."""
