// Stands in for Twilio's Voice SDK where Twilio cannot be reached: the same surface, as far as the dialer uses it.
// `standIn` is for the test: it rings, and it notes what was asked of the SDK.
(() => {
  class Emitter {
    #listeners = new Map();
    on(name, listener) {
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
      return this;
    }
    emit(name, ...told) {
      for (const listener of this.#listeners.get(name) ?? []) listener(...told);
    }
  }

  class Call extends Emitter {
    #muted = false;
    constructor(from, told = {}) {
      super();
      this.parameters = { From: from };
      this.customParameters = new Map(Object.entries(told));
    }
    accept() {
      standIn.log.push("accept");
      this.emit("accept", this);
    }
    reject() {
      standIn.log.push("reject");
      this.emit("reject", this);
    }
    disconnect() {
      standIn.log.push("disconnect");
      this.emit("disconnect", this);
    }
    mute(muted) {
      this.#muted = muted;
      standIn.log.push(`mute ${muted}`);
    }
    isMuted() {
      return this.#muted;
    }
    sendDigits(digits) {
      standIn.log.push(`digits ${digits}`);
    }
  }

  class Device extends Emitter {
    state = "unregistered";
    constructor(token, options) {
      super();
      Object.assign(this, { token, options });
      standIn.device = this;
    }
    async register() {
      this.state = "registered";
      this.emit("registered");
    }
    async connect({ params }) {
      standIn.log.push(`connect ${JSON.stringify(params)}`);
      return (standIn.call = new Call("", {}));
    }
    updateToken(token) {
      standIn.log.push(`token ${token}`);
    }
    destroy() {
      this.state = "destroyed";
      standIn.log.push("destroy");
    }
  }

  const standIn = (globalThis.standIn = {
    log: [],
    ring(from, told) {
      standIn.call = new Call(from, told);
      standIn.device.emit("incoming", standIn.call);
    },
  });
  globalThis.Twilio = { Device };
})();
