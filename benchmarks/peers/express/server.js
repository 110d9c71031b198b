'use strict';
// What runs today, in small: Express 4, Twilio's own library for signatures and TwiML, better-sqlite3. Plain defaults,
// as its guides write it.

const express = require('express');
const twilio = require('twilio');
const { open, hunter } = require('../hunt');

const { PORT, BASE_URL, DATABASE_FILE, TWILIO_AUTH_TOKEN } = process.env;
const HOOK = '/api/voice/webhook';
const FLOW = '#rt=4000&tt=14000&rc=2&rp=all&e=sydney';
const REPORT = '#rc=3&rp=all&e=sydney';

const huntStep = hunter(open(DATABASE_FILE));
const app = express();

app.get('/api/health/ready', (req, res) => res.json({ status: 'ready' }));

const keepRaw = (req, res, raw) => {
  req.rawBody = raw.toString();
};

app.post(`${HOOK}/hunt-step`, express.urlencoded({ extended: false, verify: keepRaw }), (req, res) => {
  const signature = req.get('X-Twilio-Signature') || '';
  if (!twilio.validateRequest(TWILIO_AUTH_TOKEN, signature, BASE_URL + req.originalUrl, req.body)) {
    return res.sendStatus(403);
  }
  const callSid = req.query.callSid;
  const reply = huntStep({
    callSid,
    step: Number(req.query.step),
    status: req.body.DialCallStatus,
    legSid: req.body.DialCallSid || '',
    bridged: req.body.DialBridged,
    token: req.get('I-Twilio-Idempotency-Token') || null,
    query: req.originalUrl.split('?')[1] || '',
    body: req.rawBody,
    baseUrl: BASE_URL,
  });
  if (reply === null) return res.sendStatus(404);
  res.type('text/xml').send(twiml(callSid, reply));
});

function twiml(callSid, { instructions, voice }) {
  const response = new twilio.twiml.VoiceResponse();
  for (const instruction of instructions) {
    if (instruction.type === 'say') {
      response.say({ voice: voice.name, language: voice.language }, instruction.text);
    } else if (instruction.type === 'dial') {
      addDial(response, callSid, instruction);
    } else {
      response.record({ action: `${BASE_URL}${HOOK}/voicemail${FLOW}`, maxLength: instruction.max_seconds });
    }
  }
  return response.toString();
}

function addDial(response, callSid, { wave, targets, ring_seconds, record }) {
  const recording = {
    record: 'record-from-answer-dual',
    recordingStatusCallback: `${BASE_URL}${HOOK}/recording${REPORT}`,
    recordingStatusCallbackMethod: 'POST',
    recordingStatusCallbackEvent: 'in-progress completed absent',
  };
  const dial = response.dial({
    action: `${BASE_URL}${HOOK}/hunt-step?${new URLSearchParams({ callSid, step: wave })}${FLOW}`,
    method: 'POST',
    timeout: Math.max(5, ring_seconds - 5),
    timeLimit: 4 * 60 * 60,
    ringTone: 'au',
    ...(record ? recording : {}),
  });
  for (const { address, screened } of targets) {
    const screening = {
      url: `${BASE_URL}${HOOK}/screen?${new URLSearchParams({ callSid, wave, to: address })}${FLOW}`,
      method: 'POST',
    };
    dial.number(
      {
        statusCallback: `${BASE_URL}${HOOK}/status?${new URLSearchParams({ callSid, wave })}${REPORT}`,
        statusCallbackEvent: 'initiated ringing answered completed',
        statusCallbackMethod: 'POST',
        ...(screened ? screening : {}),
      },
      address,
    );
  }
}

app.listen(Number(PORT), '127.0.0.1');
