"""Questions and overlays that stand above a screen."""
