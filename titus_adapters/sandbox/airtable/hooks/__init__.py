"""Webhooks: who is told of what, payloads that are kept for a week, and pings that get through or do not."""
