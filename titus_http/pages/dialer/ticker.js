// A clock beside the page: browsers slow the timers of pages that nobody looks at down to one a minute, not those here.

const TICKS_EVERY = 1_000;

setInterval(() => postMessage(null), TICKS_EVERY);
