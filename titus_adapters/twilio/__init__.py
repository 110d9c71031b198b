"""Twilio's REST API: `telephony` asks about calls, `numbers` sets up a number, `api` is the way there."""
