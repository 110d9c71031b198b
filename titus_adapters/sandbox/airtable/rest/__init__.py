"""Airtable's Web API, as clients see it."""
