"""The terminal on an engine elsewhere: whom it attaches to, and as whom."""

from __future__ import annotations

import asyncio
import getpass
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vega_terminal import __version__
from vega_terminal.api.token import TOKEN_FILE
from vega_terminal.domain.errors import UsageError
from vega_terminal.domain.secret import Secret
from vega_terminal.logs import log_to
from vega_terminal.loopback.token_file import TokenFileError, read_token
from vega_terminal.remote.address import Address, address_of
from vega_terminal.remote.engine import attached
from vega_terminal.remote.link import ABOUT_SECONDS, linked
from vega_terminal.remote.reads import RemoteBackstage
from vega_terminal.settings.data_folder import data_folder
from vega_terminal.ui.backstage import EngineFactory, Running
from vega_terminal.ui.facade import AppInfo, BrokerKind, Opening
from vega_terminal.ui.startup import load_the_rest, preferred, rest_loaded
from vega_terminal.wire.about import About

if TYPE_CHECKING:
    from vega_terminal.engine.ports import OperatorPrompts

LOG_FOLDER: Final = "attached"
"""In the data folder of this machine: what goes wrong in the terminal itself; the server logs the rest."""
WAITED_SECONDS: Final = 2.0
"""So long nothing is said while the server is asked who it is."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What an attached terminal needs.

    Attributes:
        address: of the server.
        token_file: holds the bearer token; read anew for each connection, as a server may change it.
        folder: of this machine, for exports.
    """

    address: Address
    token_file: Path
    folder: Path

    def token(self) -> Secret:
        """The token of this moment. Blocks.

        Raises:
            TokenFileError: there is none, or others can read it.
        """
        found = read_token(self.token_file)
        if found is None:
            raise TokenFileError(
                f"There is no token file {self.token_file}. The server makes one at its start and says where."
                " Start it, or name its file with --token-file."
            )
        return found


def attached_terminal(
    url: str, token_file: Path | None, env_file: Path | None
) -> tuple[AppInfo, EngineFactory]:
    """Ask the server who it is: what the app shows from its first frame on, and the way to the engine there.

    Args:
        url: of the server.
        token_file: holds its token; None for the data folder's own, on this machine alone.
        env_file: instead of `./.env`; only `VEGA_DATA_DIR` is read from it.

    Raises:
        UsageError: the address may not be used, or the token is missing.
        VegaError: the server cannot be reached, or does not let this terminal in.
    """
    address = address_of(url)
    folder = data_folder(os.environ, env_file)
    if token_file is None and not address.on_this_machine:
        raise UsageError(
            "The token of a server on another machine is needed: copy its token file here, readable for you"
            " alone, and name it with --token-file"
        )
    attachment = Attachment(address, token_file or folder / TOKEN_FILE, folder)
    about = asyncio.run(_ask(attachment))
    return preferred(_info(attachment, about)), partial(_engine, attachment, about)


async def _ask(attachment: Attachment) -> About:
    async with linked(attachment.address, attachment.token, operator_name()) as link:
        await link.read_token()
        telling = asyncio.get_running_loop().call_later(WAITED_SECONDS, _tell_waiting, attachment.address)
        try:
            return await link.about()
        finally:
            telling.cancel()


def _tell_waiting(address: Address) -> None:
    """Nothing is drawn yet: whoever waits sees for what, and for how long at most."""
    sys.stderr.write(f"Waiting for the server at {address.url}, for {ABOUT_SECONDS:.0f} s at most ...\n")
    sys.stderr.flush()


def _info(attachment: Attachment, about: About) -> AppInfo:
    another = f"The server has version {about.version} and this terminal {__version__}. Use the same on both."
    return AppInfo(
        broker=BrokerKind.SIMULATED if about.simulated else BrokerKind.LIVE,
        host=about.broker_host,
        data_folder=about.data_folder,
        slots=tuple(entry.name for entry in about.slots),
        version=about.version,
        notices=() if about.version == __version__ else (another,),
        attached_to=attachment.address.host,
    )


@asynccontextmanager
async def _engine(
    attachment: Attachment, about: About, prompts: OperatorPrompts, _opening: Opening
) -> AsyncIterator[Running]:
    """Load the screens beside the running one, then attach."""
    await asyncio.to_thread(load_the_rest)
    log_to(attachment.folder / LOG_FOLDER, "WARNING")
    async with linked(attachment.address, attachment.token, operator_name()) as link:
        await link.read_token()
        async with attached(link, about, prompts) as engine, rest_loaded():
            yield Running(engine, RemoteBackstage(link, about, attachment.folder), engine.connection)


def operator_name() -> str:
    """Who sits here, as others read it: `asha@desk-2`."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a process without a name
        user = "somebody"
    return f"{user}@{socket.gethostname()}"
