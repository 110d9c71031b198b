"""TwiML as data: its grammar, and reading documents by it."""
