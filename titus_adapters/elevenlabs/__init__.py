"""ElevenLabs: the AI voice agent that takes callers when nobody else can."""
