"""The verbs of TwiML acted out, one file each."""
