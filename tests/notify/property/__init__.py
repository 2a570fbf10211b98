"""Random histories, sent by the engine and judged by an oracle that shares no code with it."""
