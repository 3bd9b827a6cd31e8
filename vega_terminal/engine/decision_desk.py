"""Who decides what is generated: the request, the operator, or the policy when nobody answers."""

from __future__ import annotations

from vega_terminal.domain.decision import DecisionPolicy, GenerationPlan, TokenDecisionReport, in_order_of
from vega_terminal.domain.execution import Scope, TokenExecutionRequest
from vega_terminal.engine.ports import DecisionPrompt, OperatorPrompts


class DecisionDesk:
    """Turns a report into a plan (contract section 2, `UPSTOX_DECISION_MODE`)."""

    def __init__(self, policy: DecisionPolicy, prompts: OperatorPrompts) -> None:
        self._policy = policy
        self._prompts = prompts

    def nothing_to_decide(self, report: TokenDecisionReport, request: TokenExecutionRequest) -> bool:
        """Whether no login can be justified: all valid, or what is left could only not be checked."""
        return not report.needing_login and request.scope is Scope.INVALID_ONLY

    async def decide(self, report: TokenDecisionReport, request: TokenExecutionRequest) -> GenerationPlan:
        """Return the plan; it is empty when nobody wants anything generated."""
        if request.consent:
            return GenerationPlan(self._requested(report, request), request.requested_by)
        if not self._policy.asks:
            return GenerationPlan((), f"mode {self._policy.mode}")
        if self._prompts.available:
            answer = await self._prompts.decide(self._question(report, request))
            if answer is not None:
                return GenerationPlan(in_order_of(report.names, answer), "operator")
        return self._policy.by_default(report)

    def _question(self, report: TokenDecisionReport, request: TokenExecutionRequest) -> DecisionPrompt:
        everything = request.scope is Scope.ALL
        chosen = report.names if everything else self._policy.preselected(report)
        return DecisionPrompt(report, chosen, self._policy.patience)

    @staticmethod
    def _requested(report: TokenDecisionReport, request: TokenExecutionRequest) -> tuple[str, ...]:
        return report.names if request.scope is Scope.ALL else report.needing_login
