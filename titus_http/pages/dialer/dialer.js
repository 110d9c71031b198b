// The page: shows what the telephone does, and does what people press.

import * as api from "./api.js";
import { Phone, callerOf, isInstalled } from "./phone.js";

const part = (id) => document.getElementById(id);
const show = (id, visible) => (part(id).hidden = !visible);
const phone = new Phone();
let ringing = null;
let talking = null;

function say(text) {
  part("status").textContent = text;
}

function tellProblem(error) {
  show("problem", error !== null);
  part("problem").textContent = error === null ? "" : error.message;
  if (error?.status === 401) askToSignIn();
}

// Whatever someone presses: what goes wrong is shown.
function on(id, kind, act) {
  part(id).addEventListener(kind, async (event) => {
    event.preventDefault();
    tellProblem(null);
    try {
      await act(event);
    } catch (error) {
      tellProblem(error);
    }
  });
}

function askToSignIn() {
  phone.goOffline();
  show("desk", false);
  show("sign-in", true);
  say("Please sign in.");
}

async function begin() {
  const user = await api.me();
  show("sign-in", false);
  show("desk", true);
  part("available").checked = await api.isAvailable(user.id);
  if (!isInstalled()) {
    part("line").disabled = true;
    part("dial").querySelector("button").disabled = true;
    say("Browser calls are not installed here: run make assets");
    return;
  }
  say(`${user.name}: offline`);
  await goOnline();
}

async function goOnline() {
  say("Connecting…");
  try {
    await phone.goOnline();
  } catch (error) {
    say("Offline: calls do not ring here.");
    throw error;
  }
}

function nameOf({ name, number }) {
  return name || number || "Unknown caller";
}

function showIncoming(call) {
  if (ringing || talking) return call.reject();
  ringing = call;
  for (const end of ["cancel", "reject", "disconnect", "error"]) call.on(end, () => ringing === call && stopRinging());
  describe(callerOf(call));
  show("incoming", true);
  part("accept").focus();
  lookUp(call);
}

function describe(caller) {
  part("caller").textContent = nameOf(caller);
  const details = [caller.name && caller.number, caller.group && `for ${caller.group}`].filter(Boolean);
  part("caller-details").textContent = details.join(", ");
}

// What Titus knows by now may be more; who may not see calls keeps what came along.
async function lookUp(call) {
  const caller = callerOf(call);
  if (!caller.sid) return;
  try {
    const known = await api.call(caller.sid);
    if (ringing === call) describe({ ...caller, name: known.participant || caller.name });
  } catch (error) {
    if (error.status !== 403) tellProblem(error);
  }
}

function stopRinging() {
  ringing = null;
  show("incoming", false);
}

function talk(call, partner) {
  talking = call;
  part("partner").textContent = partner;
  setMuted(false);
  show("talk", true);
  part("hang-up").focus();
  for (const end of ["disconnect", "cancel", "reject", "error"]) call.on(end, () => talking === call && endTalk());
  call.on("error", tellProblem);
}

function endTalk() {
  talking = null;
  show("talk", false);
}

function setMuted(muted) {
  talking.mute(muted);
  part("mute").setAttribute("aria-pressed", String(muted));
}

phone.addEventListener("online", () => {
  say("Online: calls ring here.");
  part("line").textContent = "Go offline";
});
phone.addEventListener("offline", () => {
  say("Offline: calls do not ring here.");
  part("line").textContent = "Go online";
});
phone.addEventListener("incoming", ({ detail }) => showIncoming(detail));
phone.addEventListener("problem", ({ detail }) => tellProblem(detail));

for (const key of ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"]) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: key });
  button.addEventListener("click", () => talking?.sendDigits(key));
  part("keys").append(button);
}

on("sign-in", "submit", async ({ target }) => {
  const given = new FormData(target);
  await api.signIn(given.get("email"), given.get("password"));
  target.reset();
  await begin();
});
on("sign-out", "click", async () => {
  await api.signOut();
  askToSignIn();
});
on("line", "click", () => (phone.online ? phone.goOffline() : goOnline()));
on("available", "change", ({ target }) => api.setAvailability(target.checked ? "available" : "offline"));
on("accept", "click", () => {
  const call = ringing;
  const partner = part("caller").textContent;
  stopRinging();
  call.accept();
  talk(call, partner);
});
on("decline", "click", () => {
  const call = ringing;
  stopRinging();
  call.reject();
});
on("hang-up", "click", () => talking?.disconnect());
on("mute", "click", () => talking && setMuted(!talking.isMuted()));
on("dial", "submit", async ({ target }) => {
  if (talking) return;
  const to = new FormData(target).get("to");
  talk(await phone.call(to), to);
});

begin().catch((error) => (error.status === 401 ? askToSignIn() : (say("Not ready."), tellProblem(error))));
