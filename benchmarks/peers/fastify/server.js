'use strict';
// The best-tuned Node program for this: Fastify 5, an HMAC of its own, TwiML as strings, statements prepared once.
// One transaction per request: better-sqlite3 is synchronous, and its users write it so.

const { createHmac, timingSafeEqual } = require('node:crypto');
const querystring = require('node:querystring');
const fastify = require('fastify');
const { open, hunter } = require('../hunt');

const { PORT, BASE_URL, DATABASE_FILE, TWILIO_AUTH_TOKEN } = process.env;
const HOOK = '/api/voice/webhook';
const FLOW = escaped('#rt=4000&tt=14000&rc=2&rp=all&e=sydney');
const REPORT = escaped('#rc=3&rp=all&e=sydney');
const STEP = escaped(`${BASE_URL}${HOOK}/hunt-step?callSid=`);
const STATUS = escaped(`${BASE_URL}${HOOK}/status?callSid=`);
const SCREEN = escaped(`${BASE_URL}${HOOK}/screen?callSid=`);
const RECORDING =
  ' record="record-from-answer-dual" recordingStatusCallback="' +
  escaped(`${BASE_URL}${HOOK}/recording`) +
  `${REPORT}" recordingStatusCallbackEvent="in-progress completed absent" recordingStatusCallbackMethod="POST"`;

const huntStep = hunter(open(DATABASE_FILE));
const app = fastify({ logger: false });

app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) => {
  done(null, { raw: body, fields: querystring.parse(body) });
});

app.get('/api/health/ready', (request, reply) => reply.send({ status: 'ready' }));

app.post(`${HOOK}/hunt-step`, (request, reply) => {
  const { raw, fields } = request.body;
  if (!isTwilios(request, fields)) return reply.code(403).send();
  const { callSid, step } = request.query;
  const answer = huntStep({
    callSid,
    step: Number(step),
    status: fields.DialCallStatus,
    legSid: fields.DialCallSid || '',
    bridged: fields.DialBridged,
    token: request.headers['i-twilio-idempotency-token'] || null,
    query: request.url.slice(request.url.indexOf('?') + 1),
    body: raw,
    baseUrl: BASE_URL,
  });
  if (answer === null) return reply.code(404).send();
  reply.type('text/xml').send(twiml(callSid, answer));
});

function isTwilios(request, fields) {
  let signed = BASE_URL + request.url;
  for (const name of Object.keys(fields).sort()) signed += name + fields[name];
  const expected = createHmac('sha1', TWILIO_AUTH_TOKEN).update(signed).digest();
  const given = Buffer.from(request.headers['x-twilio-signature'] || '', 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);
}

function twiml(callSid, { instructions, voice }) {
  let body = '<?xml version="1.0" encoding="UTF-8"?><Response>';
  for (const instruction of instructions) {
    if (instruction.type === 'say') {
      body += `<Say language="${escaped(voice.language)}" voice="${escaped(voice.name)}">${escaped(instruction.text)}</Say>`;
    } else if (instruction.type === 'dial') {
      body += dial(encodeURIComponent(callSid), instruction);
    } else {
      body += `<Record action="${escaped(`${BASE_URL}${HOOK}/voicemail`)}${FLOW}" maxLength="${instruction.max_seconds}"/>`;
    }
  }
  return `${body}</Response>`;
}

function dial(sid, { wave, targets, ring_seconds, record }) {
  let body =
    `<Dial action="${STEP}${sid}&amp;step=${wave}${FLOW}" method="POST"${record ? RECORDING : ''}` +
    ` ringTone="au" timeLimit="14400" timeout="${Math.max(5, ring_seconds - 5)}">`;
  for (const { address, screened } of targets) {
    const screening = screened
      ? ` url="${SCREEN}${sid}&amp;wave=${wave}&amp;to=${encodeURIComponent(address)}${FLOW}" method="POST"`
      : '';
    body +=
      `<Number statusCallback="${STATUS}${sid}&amp;wave=${wave}${REPORT}" statusCallbackMethod="POST"` +
      ` statusCallbackEvent="initiated ringing answered completed"${screening}>${escaped(address)}</Number>`;
  }
  return `${body}</Dial>`;
}

app.listen({ port: Number(PORT), host: '127.0.0.1' });
