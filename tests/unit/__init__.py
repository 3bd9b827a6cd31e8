"""Values and rules: the domain, the settings, and the import rules of the house."""
