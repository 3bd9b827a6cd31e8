"""The diagnostics bundle: what others need to know of an installation to help, and nothing secret."""
