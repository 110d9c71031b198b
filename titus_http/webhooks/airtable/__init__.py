"""Airtable says that something changed."""
