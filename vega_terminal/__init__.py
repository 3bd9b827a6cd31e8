"""VEGA Terminal: gets, proves and keeps the daily access tokens of the broker Upstox.

For Python programs, without loading the terminal (`docs/scripts.md`):

    from vega_terminal import current_token

    token = current_token("PRIMARY")

Importing this package loads nothing else. What the names are stands in `__init__.pyi` for type checkers:
every module of the product imports this one, and none of them may depend on the hand-off.
"""

from vega_terminal.late_names import late_names

__version__ = "0.1.0"

__all__ = ["Secret", "TokenRefusal", "TokenUnavailable", "__version__", "current_token"]

__getattr__ = late_names(
    __name__,
    {
        "Secret": "domain.secret",
        "TokenRefusal": "handoff.refusal",
        "TokenUnavailable": "handoff.refusal",
        "current_token": "handoff.python",
    },
)
