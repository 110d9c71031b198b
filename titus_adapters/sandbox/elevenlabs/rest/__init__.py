"""What the app and the official client ask ElevenLabs, below `/elevenlabs`."""
