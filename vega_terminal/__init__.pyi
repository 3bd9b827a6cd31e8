from vega_terminal.domain.secret import Secret as Secret
from vega_terminal.handoff.python import current_token as current_token
from vega_terminal.handoff.refusal import TokenRefusal as TokenRefusal
from vega_terminal.handoff.refusal import TokenUnavailable as TokenUnavailable

__version__: str
