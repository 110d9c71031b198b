"""The registers of people as today's clients and the telephone know them: which fields of the records mean what."""
