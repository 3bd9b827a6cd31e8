"""Questions to the operator on their way down, and answers on their way up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, PlainValidator

from vega_terminal.domain.decision import TokenDecisionReport
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import LoginIdentity
from vega_terminal.engine.ports.people import CaptchaPrompt, DecisionPrompt, OtpPrompt
from vega_terminal.engine.prompt_hub import Answer, Prompt, Question


def _secret(text: object) -> Secret:
    if not isinstance(text, str):
        raise ValueError("A secret is a text.")  # noqa: TRY004 - what pydantic takes for a refusal
    return Secret(text)


_Digits = Annotated[Secret, PlainValidator(_secret), PlainSerializer(Secret.reveal)]
"""The one secret that crosses, from the operator's keyboard to the engine that types it into the page."""


@dataclass(frozen=True, slots=True)
class DecisionAsked:
    """Which slots are generated."""

    report: TokenDecisionReport
    preselected: tuple[str, ...]
    timeout: float | None
    kind: Literal["decision"] = "decision"


@dataclass(frozen=True, slots=True)
class OtpAsked:
    """The one-time password; who it belongs to is named by key and label alone."""

    slot: str
    identity: str
    label: str
    timeout: float
    kind: Literal["otp"] = "otp"


@dataclass(frozen=True, slots=True)
class CaptchaAsked:
    """A person has to solve a CAPTCHA at the browser of the server."""

    slot: str
    timeout: float
    window_shown: bool
    kind: Literal["captcha"] = "captcha"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is open.

    Attributes:
        number: names it.
        until: when it ends without an answer, UTC by the server's clock; None waits.
        prompt: what is asked.
    """

    number: int
    until: datetime | None
    prompt: Annotated[DecisionAsked | OtpAsked | CaptchaAsked, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Closed:
    """A question that is not open any more."""

    number: int


@dataclass(frozen=True, slots=True)
class DecisionAnswer:
    """The slots to generate."""

    slots: tuple[str, ...]
    kind: Literal["decision"] = "decision"


@dataclass(frozen=True, slots=True)
class OtpAnswer:
    """The six digits, which travel as they are; None declines."""

    digits: _Digits | None = field(repr=False)
    kind: Literal["otp"] = "otp"


@dataclass(frozen=True, slots=True)
class CaptchaAnswer:
    """Whether it is solved; no gives the slot up."""

    solved: bool
    kind: Literal["captcha"] = "captcha"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of the operator."""

    answer: Annotated[DecisionAnswer | OtpAnswer | CaptchaAnswer, Field(discriminator="kind")]


def asked(question: Question) -> Asked:
    """`question` ready to be sent."""
    prompt = question.prompt
    if isinstance(prompt, DecisionPrompt):
        sent: DecisionAsked | OtpAsked | CaptchaAsked = DecisionAsked(
            prompt.report, prompt.preselected, prompt.timeout
        )
    elif isinstance(prompt, OtpPrompt):
        sent = OtpAsked(prompt.slot, prompt.identity.key, prompt.identity.label, prompt.timeout)
    else:
        sent = CaptchaAsked(prompt.slot, prompt.timeout, prompt.window_shown)
    return Asked(question.number, question.until, sent)


def question_of(message: Asked) -> Question:
    """The question as the terminal puts it."""
    return Question(message.number, _prompt_of(message.prompt), message.until)


def _prompt_of(sent: DecisionAsked | OtpAsked | CaptchaAsked) -> Prompt:
    if isinstance(sent, DecisionAsked):
        return DecisionPrompt(sent.report, sent.preselected, sent.timeout)
    if isinstance(sent, OtpAsked):
        return OtpPrompt(sent.slot, LoginIdentity(sent.identity, sent.label), sent.timeout)
    return CaptchaPrompt(sent.slot, sent.timeout, sent.window_shown)


def answered(prompt: Prompt, answer: Answer) -> Answered:
    """The operator's answer to `prompt`, ready to be sent."""
    if isinstance(prompt, DecisionPrompt):
        return Answered(DecisionAnswer(answer if isinstance(answer, tuple) else ()))
    if isinstance(prompt, OtpPrompt):
        return Answered(OtpAnswer(answer if isinstance(answer, Secret) else None))
    return Answered(CaptchaAnswer(answer is True))


def answer_of(message: Answered) -> Answer:
    """The answer as the engine takes it."""
    answer = message.answer
    if isinstance(answer, DecisionAnswer):
        return answer.slots
    return answer.digits if isinstance(answer, OtpAnswer) else answer.solved
