"""Pure functions from the status to what a widget shows; none of them knows a widget."""
