"""Who runs this process, for the audit trail."""

from __future__ import annotations

import os
import pwd


def system_user() -> str:
    """Name of the process's user as the system knows it: the environment can be set by anybody."""
    user_id = os.getuid()
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"user {user_id}"
