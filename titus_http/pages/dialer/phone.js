// The telephone: Twilio's Voice SDK, and the heartbeat that tells Titus that this browser can be rung.

import * as api from "./api.js";

// Titus rings browsers whose heartbeat is fresh; it asks for one every 30 seconds at least.
export const BEATS_EVERY = 20_000;
const RENEWS_BEFORE = 60_000;
const KEYS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "s", "h"];

// The SDK would fetch its own sounds from another host.
const SOUNDS = {
  incoming: "/dialer/ring.wav",
  outgoing: "/dialer/tone.wav",
  disconnect: "/dialer/tone.wav",
  ...Object.fromEntries(KEYS.map((key) => [`dtmf${key}`, "/dialer/tone.wav"])),
};

export const isInstalled = () => globalThis.Twilio?.Device !== undefined;

export class Phone extends EventTarget {
  #device = null;
  #ticker = null;
  #saidAt = 0;

  get online() {
    return this.#device?.state === "registered";
  }

  async goOnline() {
    this.#device?.destroy();
    const device = new globalThis.Twilio.Device(await api.token(), {
      closeProtection: true,
      sounds: SOUNDS,
      tokenRefreshMs: RENEWS_BEFORE,
    });
    this.#device = device;
    device.on("registered", () => this.#registered());
    device.on("unregistered", () => this.#silent());
    device.on("incoming", (call) => this.#tell("incoming", call));
    device.on("error", (error) => this.#tell("problem", error));
    device.on("tokenWillExpire", () => this.#renew());
    await device.register();
  }

  async goOffline() {
    this.#silent();
    this.#device?.destroy();
    this.#device = null;
  }

  call(to) {
    return this.#device.connect({ params: { To: to } });
  }

  #registered() {
    this.#ticker?.terminate();
    this.#ticker = new Worker("/dialer/ticker.js");
    this.#ticker.addEventListener("message", () => performance.now() - this.#saidAt >= BEATS_EVERY && this.#say());
    this.#ticker.addEventListener("error", () => this.#tell("problem", new Error("This browser cannot stay online.")));
    this.#say();
    this.#tell("online");
  }

  #silent() {
    this.#ticker?.terminate();
    this.#ticker = null;
    this.#tell("offline");
  }

  async #say() {
    if (!this.online) return;
    this.#saidAt = performance.now();
    await api.heartbeat().catch((error) => this.#tell("problem", error));
  }

  async #renew() {
    try {
      this.#device?.updateToken(await api.token());
    } catch (error) {
      this.#tell("problem", error);
    }
  }

  #tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

// Who is calling: what Titus sent along with the call, else what the network says.
export function callerOf(call) {
  const told = (name) => call.customParameters?.get(name) ?? "";
  return {
    sid: told("callSid"),
    name: told("name"),
    number: told("number") || call.parameters?.From || "",
    group: told("group"),
  };
}
