"""WhatsApp: through Meta's Cloud API, or Twilio."""
