"""The engine on the real store, with a scripted broker, browser, operator and clock."""
