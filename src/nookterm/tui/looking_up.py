"""A room by its address among those that one can ask, from wherever one is."""

from __future__ import annotations

from nookterm.tui.screens.main import MainScreen


async def look_up(main: MainScreen, address: str) -> None:
    """Show the room; without an address a line to write one."""
    from nookterm.tui.screens.directory import DirectoryPane

    await main.action_go("directory")
    pane = main.query_one(DirectoryPane)
    if address:
        await pane.look_up(address)
    else:
        pane.action_look_up()
