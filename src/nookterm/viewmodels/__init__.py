"""One view-model per panel: a frozen view, `watch(callback)`, and intents; no Textual, no Matrix."""
