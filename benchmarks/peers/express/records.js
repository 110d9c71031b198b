'use strict';
// A list of records as today's program would serve it from a database: Express 4 with pg or better-sqlite3, plain
// defaults, as their guides write it. The session is looked up, 101 rows are read, and JSON is made of 100.

const crypto = require('node:crypto');
const express = require('express');

const { PORT, DATABASE_URL, RECORD_FIELDS, TITUS_SECRET_KEY } = process.env;
const FIELDS = JSON.parse(RECORD_FIELDS); // [column, name in the API, kind]
const LIMIT = 100;

const COLUMNS = ['id', 'version', 'created_time', ...FIELDS.map(([column]) => `"${column}"`)].join(', ');
const SESSION = (mark) =>
  `SELECT users.id, users.role, users.active, sessions.seen_at FROM sessions
   JOIN users ON users.id = sessions.user_id WHERE sessions.token_hash = ${mark}`;
const PAGE = (mark) => `SELECT ${COLUMNS} FROM crm_clients ORDER BY id LIMIT ${mark}`;

function onPostgres() {
  const { Pool, types } = require('pg');
  types.setTypeParser(1082, (text) => text); // a date is no instant
  types.setTypeParser(1700, Number);
  const pool = new Pool({ connectionString: DATABASE_URL, max: 10 });
  return {
    session: async (hash) => (await pool.query({ name: 'session', text: SESSION('$1'), values: [hash] })).rows[0],
    page: async (limit) => (await pool.query({ name: 'page', text: PAGE('$1'), values: [limit] })).rows,
  };
}

function onSqlite() {
  const Database = require('better-sqlite3');
  const db = new Database(DATABASE_URL.replace('sqlite:///', ''));
  db.pragma('journal_mode = WAL');
  const session = db.prepare(SESSION('?'));
  const page = db.prepare(PAGE('?'));
  return { session: (hash) => session.get(hash), page: (limit) => page.all(limit) };
}

const database = DATABASE_URL.startsWith('sqlite') ? onSqlite() : onPostgres();
const app = express();

app.get('/api/health/ready', (req, res) => res.json({ status: 'ready' }));

app.get('/api/records/clients', async (req, res, next) => {
  try {
    const token = (req.get('Authorization') || '').replace('Bearer ', '');
    const user = await database.session(crypto.createHash('sha256').update(token).digest('hex'));
    if (!user || !user.active) return res.sendStatus(401);
    const rows = await database.page(LIMIT + 1);
    const items = rows.slice(0, LIMIT).map(record);
    res.json({ items, next: rows.length > LIMIT ? cursor(items[LIMIT - 1].id) : null });
  } catch (error) {
    next(error);
  }
});

function record(row) {
  const fields = {};
  for (const [column, name, kind] of FIELDS) {
    const cell = row[column];
    if (cell === null) continue;
    fields[name] = kind === 'checkbox' ? Boolean(cell) : cell;
  }
  return { id: row.id, createdTime: row.created_time, fields, version: String(row.version) };
}

function cursor(id) {
  const place = Buffer.from(JSON.stringify([[], id]));
  const mac = crypto.createHmac('sha256', TITUS_SECRET_KEY).update(place).digest().subarray(0, 16);
  return Buffer.concat([mac, place]).toString('base64url');
}

app.listen(Number(PORT), '127.0.0.1');
