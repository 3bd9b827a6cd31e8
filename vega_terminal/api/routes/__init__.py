"""The routes of the contract, each thin: ask the engine, answer with a document."""
