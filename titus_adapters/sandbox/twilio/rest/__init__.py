"""Twilio's REST interface to the account, as far as Titus uses it."""
