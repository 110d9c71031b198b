"""Twilio's webhooks: `edge` verifies and answers, `routes` is the table of paths, `forms` reads the fields,
`twiml` renders instructions, `links` knows our URLs, `fallback` is what callers get when all else fails."""
