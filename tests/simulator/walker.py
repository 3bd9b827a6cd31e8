"""A browser without a screen: follows redirects, keeps cookies, sends what the page's script sends."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx

if TYPE_CHECKING:
    from vega_terminal.simulator import SimulatedBroker
    from vega_terminal.simulator.population import Identity, SimulatedApp

STATE = "state-of-the-client"


@dataclass(frozen=True)
class Landing:
    """Where the browser arrived at the app's redirect URI."""

    query: dict[str, str]

    @property
    def code(self) -> str:
        return self.query["code"]


class SignInPage:
    """An open sign-in page."""

    def __init__(self, walker: Walker, app: SimulatedApp, response: httpx.Response) -> None:
        found = re.search(r'data-settings="([^"]+)"', response.text)
        assert found, response.text
        self.settings: dict[str, Any] = json.loads(html.unescape(found[1]))
        self.url = str(response.url)
        self.walker = walker
        self.app = app
        self.origin = walker.broker.login_url

    def press(self, path: str, **fields: str) -> dict[str, Any]:
        response = self.walker.http.post(
            f"{self.origin}/press/{self.settings['transaction']}/{path}", data=fields
        )
        answer: dict[str, Any] = response.json() if response.content else {}
        return answer

    def get_otp(self, identity: Identity | None = None) -> dict[str, Any]:
        return self.press("get-otp", mobile=(identity or self.app.identity).mobile)

    def enter_otp(self, otp: str | None = None, identity: Identity | None = None) -> dict[str, Any]:
        mobile = (identity or self.app.identity).mobile
        return self.press("otp", otp=otp or self.walker.broker.last_otp(mobile) or "")

    def enter_pin(self, pin: str | None = None, identity: Identity | None = None) -> dict[str, Any]:
        return self.press("pin", pin=pin or (identity or self.app.identity).pin)

    def reach_pin(self) -> None:
        assert self.get_otp()["step"] == "otp"
        assert self.enter_otp()["step"] == "pin"

    def complete(self, identity: Identity | None = None) -> Landing:
        assert self.get_otp(identity)["step"] == "otp"
        assert self.enter_otp(identity=identity)["step"] == "pin"
        return self.walker.land(self.app, self.enter_pin(identity=identity)["onward"])


class Walker:
    """One browser session."""

    def __init__(self, broker: SimulatedBroker) -> None:
        self.broker = broker
        self.http = httpx.Client(timeout=5, verify=False)  # plain HTTP: spares loading certificates

    def close(self) -> None:
        self.http.close()

    def app(self, name: str) -> SimulatedApp:
        return self.broker.population.by_name[name]

    def dialog(self, name: str, **query: str) -> httpx.Response:
        app = self.app(name)
        wanted = {
            "client_id": app.client_id,
            "redirect_uri": app.redirect_uri,
            "response_type": "code",
            "state": STATE,
        }
        url = f"{self.broker.api_base_url}/v2/login/authorization/dialog"
        return self.http.get(url, params=wanted | query)

    def open_page(self, name: str) -> SignInPage:
        page = self.visit(name)
        assert isinstance(page, SignInPage), page
        return page

    def visit(self, name: str) -> SignInPage | Landing:
        location = self.dialog(name).headers["location"]
        response = self.http.get(location)
        if response.is_redirect:
            return self.land(self.app(name), response.headers["location"])
        return SignInPage(self, self.app(name), response)

    def land(self, app: SimulatedApp, onward: str) -> Landing:
        arrived = self.http.get(onward).headers["location"]
        assert arrived.startswith(app.redirect_uri), arrived
        return Landing({name: values[0] for name, values in parse_qs(urlsplit(arrived).query).items()})

    def sign_in(self, name: str) -> Landing:
        return self.open_page(name).complete()

    def exchange(self, name: str, code: str, **fields: str) -> httpx.Response:
        app = self.app(name)
        form = {
            "code": code,
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "redirect_uri": app.redirect_uri,
            "grant_type": "authorization_code",
        }
        return self.http.post(f"{self.broker.api_base_url}/v2/login/authorization/token", data=form | fields)

    def get(self, path: str, token: str = "", **query: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.http.get(self.broker.api_base_url + path, headers=headers, params=query)

    def profile(self, name: str) -> httpx.Response:
        return self.get("/v2/user/profile", self.broker.issue_token(name))


def code_of(response: httpx.Response) -> str:
    """The broker's error code."""
    code: str = response.json()["errors"][0]["error_code"]
    return code
