"""A terminal that does what its keys say: `python drawing_terminal.py FOLDER`, on the server's order.

`e` tells its arguments and environment, `b` breaks off, `f` floods, `w` wants to reach the browser, `q`
leaves, `s` is stuck; everything else is echoed. Its end is noted in FOLDER.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from vega_terminal.ui.web.order import StartOrder, read_order
from vega_terminal.ui.web.packets import Kind, Packet, meta_packet

FLOOD_BYTES, FLOOD_TIMES = 64 * 1024, 512


def send(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def draw(text: str) -> None:
    send(Packet(Kind.DATA, text.encode()).encoded())


def read_exactly(size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = os.read(0, size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def next_packet() -> Packet:
    head = read_exactly(5)
    return Packet(Kind(head[:1]), read_exactly(int.from_bytes(head[1:], "big")))


def reach_for_the_browser() -> None:
    send(meta_packet(type="open_url", url="https://foreign.example/", new_tab=1).encoded())
    send(meta_packet(type="deliver_file_start", key="1", path="/etc/passwd").encoded())
    send(b"P\x00\x00\x00\x01N")
    send(Packet(Kind.META, b"no json").encoded())
    draw("reached")


def tell_everything() -> None:
    draw(json.dumps({"arguments": sys.orig_argv, "environment": dict(os.environ)}))


def flood() -> None:
    for _ in range(FLOOD_TIMES):
        draw("x" * FLOOD_BYTES)


def be_stuck() -> None:
    while True:
        signal.pause()


DEEDS = {
    "b": lambda: sys.exit("it broke \x1b[31mhere"),
    "e": tell_everything,
    "f": flood,
    "q": sys.exit,
    "s": be_stuck,
    "w": reach_for_the_browser,
}


def obey(key: str) -> None:
    DEEDS.get(key, lambda: draw(f"key {key}"))()


def live(order: StartOrder) -> None:
    send(b"__GANGLION__\n")
    draw(f"size {order.size.width}x{order.size.height}")
    send(meta_packet(type="title", text="A question").encoded())
    while True:
        packet = next_packet()
        if packet.kind is Kind.META:
            draw(f"told {json.dumps(packet.meta(), sort_keys=True)}")
        else:
            obey(packet.payload.decode())


def main() -> None:
    order = read_order(0)
    assert order is not None
    note = Path(sys.argv[1], str(os.getpid()))
    try:
        live(order)
    except EOFError:
        note.write_text("hung up on")


if __name__ == "__main__":
    main()
