// One device of Element's engine, driven by lines of JSON: tests/interop/peer.py holds the other end.
//
//   stdin   {"id": 1, "do": "send", "roomId": "!r", "body": "hello"}
//   stdout  {"id": 1, "result": {...}}   or   {"id": 1, "error": "what was the matter"}
//
// Commands run side by side: one that waits does not keep the next from being done. The log goes to stderr.
import { createInterface } from "node:readline";

import { quiet } from "./engine.mjs";
quiet();
const commands = Object.assign(
    {},
    ...(await Promise.all(["account", "trust", "rooms", "talk", "files", "verifying"].map((part) => import(`./${part}.mjs`)))).map((part) => part.commands),
);

const tell = (line) => process.stdout.write(JSON.stringify(line) + "\n");

async function carryOut({ id, do: command, ...words }) {
    try {
        if (!Object.hasOwn(commands, command)) throw new Error(`there is no command ${command}`);
        tell({ id, result: (await commands[command](words)) ?? {} });
    } catch (error) {
        // Where it was in our modules and the SDK's; inside the engine there is nothing to read.
        console.error(`${error?.stack ?? error}`.split("\n").filter((line) => !line.includes("wasm")).slice(0, 8).join("\n"));
        tell({ id, error: `${error?.name ?? "Error"}: ${error?.message ?? error}` });
    }
}

// A promise of the SDK that fails unheard is in the log, and no reason to end.
process.on("unhandledRejection", (error) => console.error("unheard:", error));
tell({ ready: process.version });
for await (const line of createInterface({ input: process.stdin })) void carryOut(JSON.parse(line));
process.exit(0);
