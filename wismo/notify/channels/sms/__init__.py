"""Text messages: through Twilio, or any gateway with an HTTP interface."""
