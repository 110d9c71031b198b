"""ElevenLabs on a laptop: for now the one address that a caller is redirected to."""
