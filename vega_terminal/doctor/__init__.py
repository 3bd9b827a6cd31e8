"""The doctor: looks at everything that a login needs, changes nothing, and names the cure."""
