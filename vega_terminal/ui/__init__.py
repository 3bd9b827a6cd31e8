"""The full-screen terminal: renders the engine's status and sends it intents, nothing else."""
