"""Who gets in: over real HTTP, with every header that a browser, or somebody else, would send."""

from __future__ import annotations

import re
import stat
from http.cookies import SimpleCookie

import pytest
from aiohttp import ClientSession, CookieJar, WSServerHandshakeError

from .served import Browser, Served, browser, drawn_until

FOREIGN = "https://foreign.example"


async def answered(
    served: Served, path: str, headers: dict[str, str] | None = None
) -> tuple[int, str, dict[str, str]]:
    """Ask without a cookie and without following: status, body, headers."""
    async with (
        ClientSession() as session,
        session.get(f"{served.place.origin}{path}", headers=headers, allow_redirects=False) as answer,
    ):
        return answer.status, await answer.text(errors="replace"), dict(answer.headers)


async def entered(served: Served) -> tuple[str, dict[str, str]]:
    """Path of the page and the cookie's header, as a browser holds them."""
    _, _, headers = await answered(served, f"/?token={served.links[-1]}")
    (cookie,) = SimpleCookie(headers["Set-Cookie"]).values()
    return headers["Location"], {"Cookie": f"{cookie.key}={cookie.value}"}


@pytest.mark.parametrize(
    "path", ["/", "/?token=", "/?token=wrong", "/static/textual.js", "/page.js", "/x/ws"]
)
async def test_without_the_token_there_is_only_the_way_to_it(served: Served, path: str) -> None:
    status, body, headers = await answered(served, path)
    assert status == 401
    assert "Open the link that vega-terminal serve printed last" in body
    assert "Set-Cookie" not in headers
    assert not re.search(r"<script|websocket|xterm", body)
    assert served.links[-1] not in body


async def test_a_token_becomes_a_cookie_and_leaves_the_address(served: Served) -> None:
    token = served.links[-1]
    status, body, headers = await answered(served, f"/?token={token}")
    assert (status, body) == (303, "")
    assert token not in headers["Location"]
    (cookie,) = SimpleCookie(headers["Set-Cookie"]).values()
    assert cookie.value not in {token, ""}
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
    assert (cookie["path"], cookie["domain"]) == (headers["Location"], "")
    status, page, _ = await answered(served, cookie["path"], {"Cookie": f"{cookie.key}={cookie.value}"})
    assert status == 200
    assert token not in page


async def test_a_token_opens_one_page_and_the_next_one_is_told(served: Served) -> None:
    first = served.links[0]
    assert (await answered(served, f"/?token={first}"))[0] == 303
    assert (await answered(served, f"/?token={first}"))[0] == 401
    second = served.links[1]
    assert served.token_file.read_text().strip() == second
    assert stat.S_IMODE(served.token_file.stat().st_mode) == 0o600
    assert (await answered(served, f"/?token={second}"))[0] == 303


async def test_a_wrong_cookie_opens_nothing(served: Served) -> None:
    path, cookie = await entered(served)
    for shown in ({}, {"Cookie": cookie["Cookie"][:-1]}, {"Cookie": "vega-terminal="}):
        assert (await answered(served, path, shown))[0] == 401
    assert (await answered(served, path, cookie))[0] == 200


async def test_only_the_exact_host_is_served(served: Served) -> None:
    port = served.place.port
    path, cookie = await entered(served)
    hosts = ("foreign.example", f"foreign.example:{port}", "127.0.0.1", "127.0.0.1:1", f"localhost:{port}")
    for host in hosts:
        for asked in ("/", f"/?token={served.links[-1]}", path):
            status, body, headers = await answered(served, asked, {"Host": host} | cookie)
            assert status == 421
            assert "Set-Cookie" not in headers
            assert "exactly as it is" in body
    assert len(served.links) == 2


async def test_other_pages_get_nothing(served: Served) -> None:
    path, cookie = await entered(served)
    neighbour = f"http://127.0.0.1:{served.place.port + 1}"
    for origin in (FOREIGN, "null", neighbour, served.place.origin.replace("http", "https")):
        assert (await answered(served, path, {"Origin": origin} | cookie))[0] == 403
        assert (await answered(served, f"/?token={served.links[-1]}", {"Origin": origin}))[0] == 403
    for site in ("cross-site", "same-site"):
        assert (await answered(served, f"{path}textual.js", {"Sec-Fetch-Site": site} | cookie))[0] == 403


async def test_a_websocket_needs_cookie_host_and_its_own_origin(served: Served, visitor: Browser) -> None:
    refused = [{"Origin": FOREIGN}, {"Origin": "null"}, {"Origin": ""}, {"Host": "foreign.example"}]
    for headers in refused:
        with pytest.raises(WSServerHandshakeError):
            await visitor.connect(**headers)
    with pytest.raises(WSServerHandshakeError, match="403"):
        await visitor._session.ws_connect(f"{visitor.page}ws")
    stranger = ClientSession(cookie_jar=CookieJar(unsafe=True))
    async with stranger:
        with pytest.raises(WSServerHandshakeError, match="401"):
            await stranger.ws_connect(f"{visitor.page}ws", headers={"Origin": served.place.origin})
    assert served.terminals.count == 0
    socket = await visitor.connect()
    await drawn_until(socket, "size")
    assert served.terminals.count == 1
    await socket.close()


async def test_every_answer_is_sealed_off(served: Served) -> None:
    path, cookie = await entered(served)
    for asked in ("/", f"/?token={served.links[-1]}", path, f"{path}textual.js", f"{path}nowhere"):
        _, _, headers = await answered(served, asked, cookie)
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "aiohttp" not in headers["Server"]
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert (policy["default-src"], policy["script-src"]) == ("'none'", "'self'")
        assert policy["connect-src"] == f"'self' ws://{served.place.authority}"
        assert policy["frame-ancestors"] == "'none'"
        assert "://" not in headers["Content-Security-Policy"].replace(policy["connect-src"], "")


async def test_the_page_names_no_other_machine_and_all_its_files_are_here(served: Served) -> None:
    async with browser(served) as visitor:
        page = await visitor.enter()
        files = re.findall(r'(?:href|src)="([^"]+)"', page)
        _, cookie = await entered(served)
        path = visitor.page.removeprefix(served.place.origin)
        for name in (*files, "textual.js", "mono.ttf", "mono-italic.ttf"):
            assert "//" not in name
            if not name.startswith("data:"):
                assert (await answered(served, path + name, cookie))[0] == 200
    assert set(re.findall(r"\w+://[^/\"]+", page)) == {f"ws://{served.place.authority}"}


async def test_the_page_takes_no_orders_from_its_address(served: Served) -> None:
    path, cookie = await entered(served)
    status, _, headers = await answered(served, f"{path}?ping=https://foreign.example/&delay=1", cookie)
    assert (status, headers["Location"]) == (303, path)


async def test_nothing_can_be_sent_to_it(served: Served) -> None:
    path, cookie = await entered(served)
    async with ClientSession(headers=cookie) as session:
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "HEAD"):
            for asked in (path, f"/?token={served.links[-1]}"):
                async with session.request(
                    method, f"{served.place.origin}{asked}", data=b"x" * 9999
                ) as answer:
                    assert answer.status in {401, 405}
    assert len(served.links) == 2
