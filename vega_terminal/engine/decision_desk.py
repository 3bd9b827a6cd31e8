"""Who decides what is generated: the request, the operator, or the policy when nobody answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vega_terminal.domain.decision import (
    DecisionPolicy,
    DefaultAction,
    GenerationPlan,
    TokenDecisionReport,
    in_order_of,
)
from vega_terminal.domain.execution import Scope, TokenExecutionRequest

if TYPE_CHECKING:
    from vega_terminal.engine.ports import DecisionPrompt, OperatorPrompts

_ACTIONS: Final = {Scope.INVALID_ONLY: DefaultAction.INVALID_ONLY, Scope.ALL: DefaultAction.ALL}


class DecisionDesk:
    """Turns a report into a plan (contract section 2, `UPSTOX_DECISION_MODE`)."""

    def __init__(self, policy: DecisionPolicy, prompts: OperatorPrompts) -> None:
        self._policy = policy
        self._prompts = prompts

    def nothing_to_decide(self, report: TokenDecisionReport, request: TokenExecutionRequest) -> bool:
        """Whether no login can be justified."""
        return not self._requested(report, request)

    def only_reports(self, request: TokenExecutionRequest) -> bool:
        """Whether there is nobody who may decide on a login."""
        return not (request.consent or self._policy.asks)

    async def decide(self, report: TokenDecisionReport, request: TokenExecutionRequest) -> GenerationPlan:
        """Return the plan; it is empty when nobody wants anything generated."""
        if request.consent:
            return GenerationPlan(self._requested(report, request), request.requested_by)
        if self._prompts.available:
            answer = await self._prompts.decide(self._question(report, request))
            if answer is not None:
                return GenerationPlan(in_order_of(report.names, answer), "operator")
        return self._policy.by_default(report)

    def _question(self, report: TokenDecisionReport, request: TokenExecutionRequest) -> DecisionPrompt:
        from vega_terminal.engine.ports import DecisionPrompt  # noqa: PLC0415 - most runs ask nobody

        everything = request.scope is Scope.ALL
        chosen = self._requested(report, request) if everything else self._policy.preselected(report)
        return DecisionPrompt(report, chosen, self._policy.patience)

    def _requested(self, report: TokenDecisionReport, request: TokenExecutionRequest) -> tuple[str, ...]:
        """What the request is about; a slot that could not be checked never is."""
        return self._policy.slots_for(_ACTIONS[request.scope], report)
