'use strict';
// One hunt step on better-sqlite3: the statements that Titus runs, on Titus's own tables, in one transaction of their
// own per request, with the same durability. Both peers share it; they differ in how they read and answer requests.
//
// Only what a step needs is written: the next member who can be rung on a phone, in order. Titus decides more.

const Database = require('better-sqlite3');

const RING_ALLOWANCE_MS = 30_000;
const LETTERS_PER_SECOND = 10;
const ROUTE = 'hunt-step';

function open(file) {
  const db = new Database(file);
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'wal_autocheckpoint = 4000']) {
    db.pragma(pragma);
  }
  return db;
}

function statements(db) {
  const eventRow = '(?, ?, ?, ?, ?, ?, ?)';
  const events = (rows) =>
    db.prepare(
      'INSERT INTO events (subject, kind, at, actor_kind, actor_name, actor_id, data) VALUES ' +
        Array(rows).fill(eventRow).join(', '),
    );
  return {
    answered: db.prepare('SELECT "key", reply, base_url FROM inbox WHERE route = ? AND "key" = ?'),
    call: db.prepare('SELECT state FROM calls WHERE sid = ?'),
    members: db.prepare(
      `SELECT users.id, users.name, users.phone, availability.presence, availability.do_not_disturb_until,
              heartbeats.at, engagements.call_id, engagements.kind, engagements.until
       FROM users LEFT OUTER JOIN availability ON availability.user_id = users.id
       LEFT OUTER JOIN heartbeats ON heartbeats.user_id = users.id
       LEFT OUTER JOIN engagements ON engagements.user_id = users.id
       WHERE users.id IN (SELECT value FROM json_each(?)) AND users.active = 1`,
    ),
    save: db.prepare(
      `UPDATE calls SET version = ?, state = ?, direction = ?, from_number = ?, caller = ?, to_number = ?,
              participant = ?, status = ?, outcome = ?, live = ?, settled = ?, duration = ?, answered_by = ?,
              answered_at = ?, talk_ended_at = ?, ended_at = ?, updated_at = ?, due_at = ?
       WHERE sid = ? AND version = ?`,
    ),
    release: db.prepare('DELETE FROM engagements WHERE user_id = ? AND call_id = ?'),
    hold: db.prepare(
      `INSERT INTO engagements (user_id, call_id, kind, until) VALUES (?, ?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET call_id = excluded.call_id, kind = excluded.kind, until = excluded.until
       WHERE NOT (engagements.until > ? AND engagements.call_id != ?)`,
    ),
    keep: db.prepare(
      `INSERT INTO inbox (route, "key", token, "query", body, received_at, reply, base_url, reduced, tries, tried_at)
       VALUES (?, ?, CASE WHEN EXISTS (SELECT * FROM inbox AS other WHERE other.route = ? AND other.token = ?)
                     THEN NULL ELSE ? END, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ),
    events: [null, events(1), events(2), events(3), events(4), events(5), events(6), events(7)],
  };
}

// `asked`: callSid, step, status, legSid, bridged (as Twilio sent them), token, query, body (raw), baseUrl.
// Returns the stored reply: { instructions, voice }, or null for a call that nobody knows.
function hunter(db) {
  const q = statements(db);

  function step(asked) {
    const key = `${asked.callSid}:${asked.step}:${asked.status}:${asked.legSid}`;
    const before = q.answered.get(ROUTE, key);
    if (before) return JSON.parse(before.reply);
    const row = q.call.get(asked.callSid);
    if (!row) return null;

    const now = Date.now();
    const call = JSON.parse(row.state);
    const known = call.version;
    const happened = endWave(call, asked, now);
    const stage = call.plan.stages[call.stage];
    const states = new Map();
    for (const state of q.members.all(JSON.stringify(stage.members.map((member) => member.userId)))) {
      states.set(state.id, state);
    }
    const next = offer(call, stage, states, now, happened);
    const reply = { call_id: call.id, instructions: instructionsFor(call, next), voice: call.plan.voice };

    call.version = known + 1;
    call.news_at = new Date(now).toISOString();
    store(call, known, now, next, happened);
    const stored = q.keep.run(
      ROUTE, key, ROUTE, asked.token, asked.token, asked.query, asked.body, now * 1000, JSON.stringify(reply),
      asked.baseUrl, 1, 0, null,
    ); // prettier-ignore
    if (stored.changes !== 1) throw new Error(`${key} was answered meanwhile`);
    const subject = `call:${call.id}`;
    const values = [];
    for (const event of happened) {
      values.push(subject, event.kind, now * 1000, 'provider', 'twilio', null, JSON.stringify(event));
    }
    q.events[happened.length].run(values);
    return reply;
  }

  function store(call, known, now, next, happened) {
    const saved = q.save.run(
      call.version, JSON.stringify(call), call.direction, call.from_number, call.caller, call.to_number,
      call.participant, call.status, null, 1, 0, call.duration, null, null, null, null, now * 1000,
      (now + 45_000) * 1000, call.id, known,
    ); // prettier-ignore
    if (saved.changes !== 1) throw new Error(`${call.id} was changed meanwhile`);
    const ended = call.waves.find((wave) => wave.number === happened[0].wave);
    for (const attempt of ended ? ended.attempts : []) q.release.run(attempt.user_id, call.id);
    if (next) {
      const spoken = (call.plan.prompts.greeting.length + call.plan.prompts.recordingNotice.length) / LETTERS_PER_SECOND;
      const until = now + spoken * 1000 + next.ring_seconds * 1000 + RING_ALLOWANCE_MS;
      for (const attempt of next.attempts) {
        const held = q.hold.run(attempt.user_id, call.id, 'ringing', until * 1000, now * 1000, call.id);
        if (held.changes !== 1) throw new Error(`${attempt.name} was taken meanwhile`);
      }
    }
  }

  return db.transaction(step).immediate;
}

function endWave(call, asked, now) {
  const bridged = asked.bridged === undefined ? null : asked.bridged === 'true';
  const said = { status: asked.status, at: new Date(now).toISOString(), bridged, leg_id: asked.legSid, duration: null };
  const wave = call.waves.find((wave) => wave.number === asked.step);
  if (wave && !wave.end) wave.end = said;
  const { status, leg_id, duration } = said;
  return [{ kind: 'call.wave_ended', call_id: call.id, wave: asked.step, status, bridged, leg_id, duration }];
}

// The next member in order who is available, free and has a phone; those who are not are passed by for good.
function offer(call, stage, states, now, happened) {
  const done = new Set(call.skips.map((skip) => skip.user_id));
  for (const wave of call.waves) for (const attempt of wave.attempts) done.add(attempt.user_id);
  const number = call.waves.length + 1;
  const at = new Date(now).toISOString();
  for (const member of stage.members) {
    if (done.has(member.userId)) continue;
    const state = states.get(member.userId);
    const reason = exclusion(state, now, call.id);
    if (reason) {
      const skip = { wave: number, stage: call.stage, user_id: member.userId, name: state ? state.name : '', reason };
      happened.push({ kind: 'call.member_skipped', call_id: call.id, ...skip });
      call.skips.push({ ...skip, at });
      continue;
    }
    const { name, phone } = state;
    const attempt = { name, endpoint: 'phone', address: phone, screened: stage.screening, user_id: state.id, answer: null };
    const ring_seconds = member.ringSeconds || stage.ring_seconds;
    const wave = { number, stage: call.stage, ring_seconds, offered_at: at, attempts: [attempt], end: null };
    call.waves.push(wave);
    const { attempts } = wave;
    happened.push({ kind: 'call.wave_offered', call_id: call.id, wave: number, stage: call.stage, ring_seconds, attempts });
    return wave;
  }
  return null;
}

function exclusion(state, now, callId) {
  if (!state || state.presence !== 'available') return 'unavailable';
  if (state.do_not_disturb_until !== null && now * 1000 < state.do_not_disturb_until) return 'do_not_disturb';
  if (state.call_id !== null && state.until > now * 1000 && state.call_id !== callId) return 'reserved';
  return state.phone === null ? 'no_endpoint' : null;
}

function instructionsFor(call, wave) {
  const { prompts, record } = call.plan;
  if (!wave) return [{ type: 'say', text: prompts.unavailable }, { type: 'take_voicemail', max_seconds: 120 }];
  const targets = wave.attempts.map(({ endpoint, address, screened, user_id }) => ({ endpoint, address, screened, user_id }));
  const dial = { type: 'dial', wave: wave.number, targets, ring_seconds: wave.ring_seconds, record, caller_id: null };
  return record ? [{ type: 'say', text: prompts.recordingNotice }, dial] : [dial];
}

module.exports = { open, hunter };
