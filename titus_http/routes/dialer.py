"""`/dialer`: a telephone in the browser. The page, its parts, and Twilio's SDK from where `make assets` put it.

Nothing comes from another host. The SDK itself talks to Twilio, and to nobody else: the policy names these hosts.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from titus_http.pages.tones import ring_tone, short_tone
from titus_http.problems import UnknownPath
from titus_http.routes.sections import Section
from titus_http.security.policies import PUBLIC

PAGES = Path(__file__).parents[1] / "pages" / "dialer"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self' mediastream: blob:",
        # Signalling and call quality reports of Twilio's Voice SDK (`regions.js` of the SDK); voices go by WebRTC.
        "connect-src 'self' wss://voice-js.roaming.twilio.com https://eventgw.twilio.com",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-cache",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_SCRIPT = "text/javascript"
_KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": _SCRIPT,
    ".svg": "image/svg+xml",
}


@get("/", opt=PUBLIC, include_in_schema=False)
async def show_dialer() -> Response[bytes]:
    """The page. It holds nothing about anybody: what it shows, it asks for with a session."""
    return Response(_parts()["index.html"], media_type=_KINDS[".html"], headers=_HEADERS)


@get("/{name:str}", opt=PUBLIC, include_in_schema=False)
async def get_dialer_part(
    name: FromPath[str], voice_sdk: NamedDependency[SkipValidation[Path | None]]
) -> Response[bytes]:
    """A script, style or sound of the page."""
    if name == "voice-sdk.js" and voice_sdk is not None and voice_sdk.is_file():
        return Response(_sdk(voice_sdk), media_type=_SCRIPT, headers=_HEADERS)
    if name in {"ring.wav", "tone.wav"}:
        sound = ring_tone() if name == "ring.wav" else short_tone()
        return Response(sound, media_type="audio/wav", headers=_HEADERS)
    if name not in _parts() or name == "index.html":
        raise UnknownPath
    return Response(_parts()[name], media_type=_KINDS[Path(name).suffix], headers=_HEADERS)


@lru_cache(maxsize=1)
def _parts() -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in PAGES.iterdir() if file.suffix in _KINDS}


@lru_cache(maxsize=2)
def _sdk(file: Path) -> bytes:
    return file.read_bytes()


router = Section("/dialer", route_handlers=[show_dialer, get_dialer_part])
