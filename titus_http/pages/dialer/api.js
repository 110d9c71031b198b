// Asks Titus. The session is a cookie that scripts cannot read.

export class Refused extends Error {
  constructor(status, told) {
    super(told);
    this.status = status;
  }
}

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    credentials: "same-origin",
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const missing = Array.isArray(told.missing) ? ` (${told.missing.join(", ")})` : "";
    throw new Refused(answer.status, (told.error ?? `Titus answered ${answer.status}`) + missing);
  }
  return told;
}

export const me = async () => (await ask("GET", "/api/auth/me")).user;
export const signIn = (email, password) => ask("POST", "/api/auth/login", { email, password });
export const signOut = () => ask("POST", "/api/auth/logout");
export const token = async () => (await ask("GET", "/api/voice/dialer/token")).token;
export const heartbeat = () => ask("POST", "/api/voice/presence");
export const call = (sid) => ask("GET", `/api/voice/calls/${encodeURIComponent(sid)}`);
export const setAvailability = (status) => ask("POST", "/api/voice/availability", { status });

export async function isAvailable(userId) {
  const rows = await ask("GET", "/api/voice/availability");
  return rows.some((row) => row.user_id === userId && row.status === "available");
}
