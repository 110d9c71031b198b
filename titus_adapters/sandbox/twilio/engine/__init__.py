"""Time, processes and the wire: what runs the sandbox, knowing nothing of telephony."""
