"""The sources: their table, and those that may submit now with what proves their senders."""
