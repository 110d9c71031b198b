// Does what people do at the dialer, in a real browser, and prints what was to be seen as JSON.
// node dialer.mjs <story> <origin> <chromium> <email> <password> <call sid>
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [story, origin, executablePath, email, password, sid] = process.argv.slice(2);
const require = createRequire(resolve("assets/package.json"));
const { chromium } = require("playwright-core");

const browser = await chromium.launch({
  executablePath,
  args: [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    // Whatever the page tried to reach, nothing leaves this machine; the tries are still seen.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
  ],
});
const page = await browser.newPage();
page.setDefaultTimeout(15000);
const seen = { hosts: [], errors: [] };
let beats = 0;
page.on("request", (request) => seen.hosts.push(new URL(request.url()).host));
page.on("request", (request) => request.url().endsWith("/api/voice/presence") && beats++);
page.on("websocket", (socket) => seen.hosts.push(new URL(socket.url()).host));
page.on("pageerror", (error) => seen.errors.push(String(error)));
await page.addInitScript(() => {
  globalThis.violations = [];
  addEventListener("securitypolicyviolation", (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
});

const text = (selector) => page.locator(selector).innerText();
const visible = (selector) => page.locator(selector).isVisible();
const says = (words) => page.getByText(words).first().waitFor();

async function signIn() {
  await page.goto(`${origin}/dialer`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const stories = {
  async day() {
    await page.clock.install();
    await signIn();
    await says("Online: calls ring here.");
    seen.beats = [beats];
    for (const expected of [2, 3, 4]) {
      await page.clock.runFor(20_000);
      while (beats < expected) await page.waitForRequest(/presence$/);
    }
    seen.beats.push(beats);
    await page.getByRole("switch", { name: "I take calls" }).check();
    await page.evaluate((sid) => standIn.ring("+61491570006", { callSid: sid, number: "+61491570006", group: "Intake" }), sid);
    await says("Mia Tran");
    seen.caller = [await text("#caller"), await text("#caller-details")];
    if (process.env.TITUS_SCREENSHOT) await page.screenshot({ path: process.env.TITUS_SCREENSHOT });
    await page.getByRole("button", { name: "Accept" }).click();
    seen.partner = await text("#partner");
    await page.getByRole("button", { name: "Mute" }).click();
    await page.getByRole("button", { name: "5", exact: true }).click();
    await page.getByRole("button", { name: "Hang up" }).click();
    seen.talkingAfter = await visible("#talk");
    await page.evaluate(() => standIn.ring("+61491570156", {}));
    seen.stranger = await text("#caller");
    await page.getByRole("button", { name: "Decline" }).click();
    seen.ringingAfter = await visible("#incoming");
    await page.evaluate(() => standIn.ring("+61491570156", { name: "<b>Ann</b>" }));
    seen.markup = await text("#caller");
    await page.evaluate(() => standIn.call.emit("cancel"));
    seen.ringingAfterCancel = await visible("#incoming");
    await page.getByLabel("Call a number").fill("0491 570 110");
    await page.getByRole("button", { name: "Call", exact: true }).click();
    await page.getByRole("button", { name: "Hang up" }).click();
    await page.evaluate(() => standIn.device.emit("tokenWillExpire"));
    await page.waitForFunction(() => standIn.log.some((line) => line.startsWith("token ")));
    await page.getByRole("button", { name: "Go offline" }).click();
    await says("Offline: calls do not ring here.");
    await page.clock.runFor(61_000);
    await new Promise((resolve) => setTimeout(resolve, 2_500)); // longer than two ticks of the real clock
    seen.beats.push(beats);
    seen.workers = page.workers().length;
    seen.log = await page.evaluate(() => standIn.log);
    seen.sounds = await page.evaluate(() => Object.values(standIn.device.options.sounds));
    await page.getByRole("button", { name: "Sign out" }).click();
    await says("Please sign in.");
  },
  async bare() {
    await signIn();
    await says("Browser calls are not installed here: run make assets");
    seen.disabled = await page.getByRole("button", { name: "Call", exact: true }).isDisabled();
  },
  async sdk() {
    await signIn();
    await page.waitForFunction(() => document.getElementById("problem").textContent !== "" || performance.now() > 8000);
    seen.sdk = await page.evaluate(() => typeof Twilio.Device);
    seen.online = (await text("#status")).startsWith("Online");
  },
};

try {
  await stories[story]();
  seen.violations = await page.evaluate(() => violations);
  seen.hosts = [...new Set(seen.hosts)];
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
