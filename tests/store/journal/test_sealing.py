"""A record opens with its own key, under its own label, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.store.journal.contents import read_contents
from vega_terminal.store.journal.frames import Frame, FrameKind, scan
from vega_terminal.store.journal.parts import join, split
from vega_terminal.store.journal.sealing import Label, RecordSeal
from vega_terminal.store.vault.sealing import Vault

from .promises import PATH, token, vault_key

SEAL = RecordSeal(vault_key())
SEQUENCES = st.integers(0, 2**64 - 1)
EPOCHS = st.integers(-(2**63), 2**63 - 1)
LABEL = Label(sequence=7, epoch=3, subject="PRIMARY", client_id="client-1")
OTHERS = [
    replace(LABEL, sequence=8),
    replace(LABEL, epoch=4),
    replace(LABEL, subject="WEBSOCKET1"),
    replace(LABEL, client_id="client-2"),
    replace(LABEL, subject="PRIMARYc", client_id="lient-1"),
]
GOLDEN = (
    "8b56474a0101000000280000001065383639626232346561316638666236000000103031323334353637383961626364"
    "65660e38adc66501c54be9d8633d429f4b008b56474a0102000000c50000000a574542534f434b45543100000014636c"
    "69656e742d6f662d574542534f434b45543100000010000000000000000100000000000000010000008735cf863cc852"
    "a367532f93de29c39079d49ce75580ce1348075cf65df91efe2ff6b7986c334c485b40df48dffb777463250e95603d71"
    "c5c4f918bb3e99af1f1d8e3c80f2c4fae4704b5f53f62a41ab3911ee69dc55038f696ef40607fce42ecc03e349c9b850"
    "e352243a4688158ef77e36dc277b7811a4e537f8b8dadb45208b1c20956c922c4e7a1e94e3b0d911115f48a5c76294ee"
    "238b56474a0102000000bc000000075052494d41525900000011636c69656e742d6f662d5052494d4152590000001000"
    "000000000000020000000000000001000000847f9e4cadb1b415e22fe03661a04ad982a1c84c6dfbaa80593dbc06e69d"
    "750a8c2ea10755c8b4c164c061d9b10f86a7ce3cc1106f8266068c2654ba96b5e7ff73c7d490dc1942146fce074b48d5"
    "5c3ed3c2ffd8541572b773ef89792b23369bcb2ee1d1a183c0caa9eceb58c3d9c8a0fcb7659a40166d5b3ecdef33c31b"
    "f313bc54924e7802799c4762757b589a5fba0ab0e7e1158b56474a010300000044000000000000000000000010000000"
    "00000000000000000000000000000000244044e39c43319783b87355f35f8c203295bff86aeeea39cd8b38e12dcd7ce4"
    "5ffb83c3b3ef1a4e5879d19a7e0309c1a832823078"
    "8b56474a01040000005e00000009636f6f6c646f776e7300000000000000100000000000000005000000000000000000"
    "000035596d1e8d545da742b4edf76013194cb4a764deeb79e82e9637075c6a97532103186b750c7b57d2c17dad9112cb"
    "382e8d85959c65539c696dc7f6c105355a5c9c6101d333aa8b56474a0103000000440000000000000000000000100000"
    "0000000000000000000000000000000000244a59402456ade88b649c965f6f0146edd4692e793f189038a81f93e82c8e"
    "e0e5e640443c249bae4e82ed2d082a62a93ee9787e04"
)
"""A header, two holds, and a strike of the first; three notes, and a strike of the second."""


def only_frame(data: bytes) -> Frame:
    (frame,) = scan(data)
    assert isinstance(frame, Frame)
    return frame


def relabelled(frame: Frame, label: Label) -> Frame:
    *_, sealed = split(frame.body)
    return replace(frame, body=join((*label.parts(), sealed)))


def test_a_journal_of_the_first_version_opens_for_ever() -> None:
    contents = read_contents(bytes.fromhex(GOLDEN), SEAL, PATH)
    assert [hold.sequence for hold in contents.held] == [2]
    assert contents.held[0].token == token("PRIMARY", 1)
    assert contents.notes == ((5, "cooldowns", "one"), (7, "cooldowns", "third"))


@given(
    st.builds(Label, st.integers(0, 2**64 - 1), st.integers(-(2**63), 2**63 - 1), st.text(), st.text()),
    st.binary(),
)
def test_whatever_is_sealed_opens_again(label: Label, content: bytes) -> None:
    assert SEAL.open(only_frame(SEAL.seal(FrameKind.HOLD, label, content))) == (label, content)


@pytest.mark.parametrize("other", OTHERS)
def test_it_opens_under_its_own_label_only(other: Label) -> None:
    frame = only_frame(SEAL.seal(FrameKind.HOLD, LABEL, b"content"))
    assert SEAL.open(relabelled(frame, LABEL)) == (LABEL, b"content")
    assert SEAL.open(relabelled(frame, other)) is None


def test_it_opens_as_its_own_kind_and_with_its_own_key_only() -> None:
    frame = only_frame(SEAL.seal(FrameKind.HOLD, LABEL, b"content"))
    assert SEAL.open(replace(frame, kind=FrameKind.STRIKE)) is None
    assert RecordSeal(vault_key(bytes(32))).open(frame) is None


def test_a_value_of_the_database_does_not_pass_for_a_record() -> None:
    sealed = Vault(vault_key()).seal(LABEL.subject, LABEL.client_id, token().value)
    frame = only_frame(SEAL.seal(FrameKind.HOLD, LABEL, b""))
    assert SEAL.open(replace(frame, body=join((*LABEL.parts(), sealed[1:])))) is None


def test_two_seals_of_one_content_share_nothing_visible() -> None:
    one, two = (only_frame(SEAL.seal(FrameKind.HOLD, LABEL, b"content")) for _ in range(2))
    *_, sealed_one = split(one.body)
    *_, sealed_two = split(two.body)
    assert sealed_one[:12] != sealed_two[:12]
    assert sealed_one[12:] != sealed_two[12:]


@given(st.lists(st.binary()))
def test_parts_come_back_as_they_went(parts: list[bytes]) -> None:
    assert list(split(join(parts))) == parts
