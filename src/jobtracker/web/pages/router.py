"""The pages: a shell in the person's language; its content comes over the API of programs."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from jobtracker.core.personal import Personal
from jobtracker.web.auth.cookies import csrf_token, preference, session_key, set_preference
from jobtracker.web.auth.origin import local_path
from jobtracker.web.context import Principal
from jobtracker.web.pages.files import static
from jobtracker.web.pages.site import (
    LANGUAGE_COOKIE,
    LANGUAGES,
    THEME_COOKIE,
    THEMES,
    language_of,
    render,
    words,
)

router = APIRouter(include_in_schema=False)
PAGES = {
    "chat": "/",
    "jobs": "/jobs",
    "applications": "/applications",
    "resume": "/resume",
    "calendar": "/calendar",
    "coaching": "/coaching",
    "reviews": "/reviews",
    "memory": "/memory",
    "statistics": "/statistics",
    "settings": "/settings",
}
"""Pages for those who are signed in, in the order of the menu."""

NO_OPENER = "unsafe-none"
"""What a page says that nobody opened: the browser tells that the person typed the address or took
a bookmark. To be cut off from an opener costs a process of the browser, half of the time until the
page is seen; all who come from elsewhere, or do not tell, are cut off.
"""

OPEN = {"sign-in": "/sign-in", "register": "/register", "offline": "/offline"}
"""Pages that anybody sees."""


async def _page(request: Request, name: str) -> Response:
    core = request.app.state.web.core
    settings = core.settings
    who: Principal | None = request.scope.get("jobtracker.principal")
    own = Personal()
    if who is not None:
        async with core.personal.acting_async(who.user) as own:
            pass
    language = language_of(request, settings.language, own.language)
    key = session_key(request)
    theme = own.theme or preference(request, THEME_COOKIE)
    html = render(
        f"{name}.html",
        language,
        name,
        pages=PAGES,
        languages=LANGUAGES,
        who=who,
        theme=theme if theme in THEMES else "auto",
        accounts=settings.server.accounts,
        next_page=local_path(request.query_params.get("next", "")),
        csrf=csrf_token(key) if key and who and who.method == "session" else "",
        zone=own.timezone or settings.zone.key,
        own=own,
        now=settings.now,
    )
    headers = {"Vary": "Cookie, Accept-Language", "Content-Security-Policy": static().policy}
    if name in PAGES and request.headers.get("sec-fetch-site") == "none":
        headers["Cross-Origin-Opener-Policy"] = NO_OPENER
    answer = HTMLResponse(html, headers=headers)
    if (chosen := request.query_params.get("lang")) in LANGUAGES:
        set_preference(request, answer, LANGUAGE_COOKIE, str(chosen))
    return answer


def _private(name: str) -> Any:
    async def show(request: Request) -> Response:
        if request.scope.get("jobtracker.principal") is None:
            target = "/" if name == "chat" else PAGES[name]
            return RedirectResponse(f"/sign-in?next={target}", 303)
        return await _page(request, name)

    show.__name__ = f"page_{name}"
    return show


def _open(name: str) -> Any:
    async def show(request: Request) -> Response:
        return await _page(request, name)

    show.__name__ = f"page_{name.replace('-', '_')}"
    return show


for _name, _path in PAGES.items():
    router.add_api_route(_path, _private(_name), methods=["GET"], response_class=HTMLResponse)
for _name, _path in OPEN.items():
    router.add_api_route(_path, _open(_name), methods=["GET"], response_class=HTMLResponse)


@router.get("/static/{version}/{name}")
async def static_file(request: Request, version: str, name: str) -> Response:
    """Return a file of the browser's side."""
    data, kind = static().read(name)
    # An old version's address still answers, with what there is now, but is not kept for ever.
    kept = "public, max-age=31536000, immutable" if version == static().version else "no-cache"
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    packed = static().packed(name)
    if packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=kind)
    return Response(data, headers=headers, media_type=kind)


@router.get("/favicon.ico")
async def favicon() -> Response:
    """Return the icon, under the name that browsers ask for."""
    data, kind = static().read("icon.svg")
    return Response(data, headers={"Cache-Control": "public, max-age=86400"}, media_type=kind)


@router.get("/manifest.webmanifest")
async def manifest(request: Request) -> Response:
    """Return the web app manifest, in the person's language."""
    language = language_of(request, request.app.state.web.core.settings.language)
    common = words(language)["common"]
    icons = [
        {"src": static().url(name), "sizes": size, "type": kind, "purpose": purpose}
        for name, size, kind, purpose in (
            ("icon.svg", "any", "image/svg+xml", "any"),
            ("icon-192.png", "192x192", "image/png", "any"),
            ("icon-512.png", "512x512", "image/png", "maskable"),
        )
    ]
    body = {
        "name": "Job Tracker Pro",
        "short_name": "Job Tracker",
        "description": common["tagline"],
        "lang": language,
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b5c57",
        "icons": icons,
    }
    return Response(
        orjson.dumps(body),
        media_type="application/manifest+json",
        headers={"Cache-Control": "no-cache"},
    )


@router.get("/sw.js")
async def service_worker() -> Response:
    """Return the service worker; its text changes with the files, so that browsers renew it."""
    data, _ = static().read("sw.js")
    names = [static().url(name) for name in static().names if not name.endswith(".png")]
    head = f"const VERSION = {static().version!r};\nconst FILES = {names!r};\n"
    headers = {
        "Cache-Control": "no-cache",
        # A worker lives under the policy of its own file: it may fetch from here, and no more.
        "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
    }
    return Response(head.encode() + data, headers=headers, media_type="text/javascript")


@router.get("/.well-known/change-password")
async def change_password() -> Response:
    """Lead password managers to where a password is changed."""
    return RedirectResponse("/settings#security", 303)


@router.get("/robots.txt")
async def robots() -> Response:
    """Ask search engines to stay out."""
    return Response("User-agent: *\nDisallow: /\n", media_type="text/plain")
