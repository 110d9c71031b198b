"""Anthropic's REST API."""
