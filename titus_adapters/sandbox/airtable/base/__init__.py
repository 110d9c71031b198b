"""Bases: tables, fields, records, and what writing does to them; nothing of HTTP."""
