"""ElevenLabs' webhooks."""
