"""The verbs and nouns: which attributes each takes, what their values may be, and what may stand inside.

From Twilio's pages on each verb and the signatures of its Python library; a test compares the names with the latter.
"""

from __future__ import annotations

from titus_adapters.sandbox.twilio.twiml.checks import (
    Check,
    address,
    anything,
    boolean,
    keys,
    method,
    one_of,
    sent_keys,
    several_of,
    whole,
    whole_or_auto,
)

Attributes = dict[str, Check]

_ACTION: Attributes = {"action": address, "method": method}
_RECORDING: Attributes = {
    "recordingStatusCallback": address,
    "recordingStatusCallbackMethod": method,
    "recordingStatusCallbackEvent": several_of("in-progress", "completed", "absent"),
    "trim": one_of("trim-silence", "do-not-trim"),
}
_STATUS: Attributes = {
    "statusCallback": address,
    "statusCallbackMethod": method,
    "statusCallbackEvent": several_of("initiated", "ringing", "answered", "completed"),
}
_MACHINES: Attributes = {
    "machineDetection": one_of("Enable", "DetectMessageEnd"),
    "amdStatusCallback": address,
    "amdStatusCallbackMethod": method,
    "machineDetectionTimeout": whole(3, 59),
    "machineDetectionSpeechThreshold": whole(1000, 6000),
    "machineDetectionSpeechEndThreshold": whole(500, 5000),
    "machineDetectionSilenceTimeout": whole(2000, 10000),
}
_NOTIFY: Attributes = {"clientNotificationUrl": address}

ATTRIBUTES: dict[str, Attributes] = {
    "Say": {"voice": anything, "loop": whole(0, 1000), "language": anything},
    "Play": {"loop": whole(0, 1000), "digits": sent_keys},
    "Pause": {"length": whole(0, 3600)},
    "Gather": _ACTION | {
        "input": several_of("dtmf", "speech"), "timeout": whole(0, 600), "numDigits": whole(1, 1000),
        "finishOnKey": keys, "speechTimeout": whole_or_auto, "maxSpeechTime": whole(1, 600),
        "profanityFilter": boolean, "partialResultCallback": address, "partialResultCallbackMethod": method,
        "language": anything, "hints": anything, "bargeIn": boolean, "debug": boolean,
        "actionOnEmptyResult": boolean, "speechModel": anything, "enhanced": boolean,
    },
    "Dial": _ACTION | _RECORDING | {
        "timeout": whole(5, 600), "timeLimit": whole(1, 86400), "callerId": anything, "hangupOnStar": boolean,
        "record": one_of(
            "do-not-record", "record-from-answer", "record-from-ringing", "record-from-answer-dual",
            "record-from-ringing-dual", "true", "false",
        ),
        "recordingTrack": one_of("inbound", "outbound", "both"), "recordingConfigurationId": anything,
        "answerOnBridge": boolean, "ringTone": anything, "sequential": boolean, "referUrl": address,
        "referMethod": method, "events": anything, "passports": anything,
    },
    "Number": _STATUS | _MACHINES | _NOTIFY | {
        "url": address, "method": method, "sendDigits": sent_keys, "byoc": anything,
    },
    "Client": _STATUS | _MACHINES | _NOTIFY | {"url": address, "method": method},
    "Sip": _STATUS | _MACHINES | _NOTIFY | {
        "username": anything, "password": anything, "url": address, "method": method,
    },
    "Conference": _STATUS | _RECORDING | {
        "statusCallbackEvent": anything, "recordingStatusCallbackEvent": anything, "muted": boolean,
        "beep": one_of("true", "false", "onEnter", "onExit"), "startConferenceOnEnter": boolean,
        "endConferenceOnExit": boolean, "waitUrl": address, "waitMethod": method, "maxParticipants": whole(1, 250),
        "record": one_of("do-not-record", "record-from-start"), "region": anything, "coach": anything,
        "eventCallbackUrl": address, "jitterBufferSize": anything, "participantLabel": anything,
    },
    "Queue": {"url": address, "method": method, "reservationSid": anything, "postWorkActivitySid": anything},
    "Sim": {},
    "Application": _STATUS | {
        "url": address, "method": method, "customerId": anything, "copyParentTo": boolean,
    },
    "WhatsApp": _STATUS | {"url": address, "method": method},
    "Record": _ACTION | _RECORDING | {
        "timeout": whole(0, 3600), "finishOnKey": keys, "maxLength": whole(1, 86400), "playBeep": boolean,
        "transcribe": boolean, "transcribeCallback": address, "recordingConfigurationId": anything,
    },
    "Redirect": {"method": method},
    "Hangup": {},
    "Reject": {"reason": one_of("rejected", "busy")},
    "Connect": dict(_ACTION),
    "Stream": {
        "name": anything, "connectorName": anything, "url": address, "statusCallback": address,
        "statusCallbackMethod": method, "track": one_of("inbound_track", "outbound_track", "both_tracks"),
        "audioFormat": anything, "sampleRate": anything,
    },
    "Parameter": {"name": anything, "value": anything},
    "Identity": {},
    "Message": {
        "to": anything, "from": anything, "action": address, "method": method, "statusCallback": address,
    },
    "Body": {},
    "Media": {},
}  # fmt: skip

SPOKEN = frozenset({"Say", "Play", "Pause"})
CHILDREN: dict[str, frozenset[str]] = {
    "Gather": SPOKEN,
    "Dial": frozenset({"Number", "Client", "Sip", "Conference", "Queue", "Sim", "Application", "WhatsApp"}),
    "Client": frozenset({"Identity", "Parameter"}),
    "Connect": frozenset({"Stream", "ConversationRelay", "VirtualAgent", "Conversation", "Room", "AiSession"}),
    "Stream": frozenset({"Parameter"}),
    "Message": frozenset({"Body", "Media"}),
    "Hangup": frozenset({"Parameter"}),
    "Reject": frozenset({"Parameter"}),
}
VERBS = frozenset({"Say", "Play", "Pause", "Gather", "Dial", "Record", "Redirect", "Hangup", "Reject", "Connect"})
LEG_VERBS = frozenset({"Say", "Play", "Gather", "Hangup", "Pause"})
"""What a leg's own document may do before the leg is joined with the caller."""
TEXT_VERBS = frozenset({"Message", "Redirect"})
UNPLAYED = frozenset({"Enqueue", "Leave", "Start", "Stop", "Refer", "Pay", "Prompt", "Echo", "Queue", "Sms"})
"""Real verbs that the sandbox does not act out."""
OPEN = frozenset({"Say", "ConversationRelay", "VirtualAgent", "Conversation", "Room", "AiSession"}) | UNPLAYED
"""Elements whose inside is not looked into."""
MOST_NOUNS = 10
