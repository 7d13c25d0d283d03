// Element's engine for as many devices as there are connections, driven by lines of JSON: tests/interop/lines.py holds the other end.
//
//   to it     {"id": 1, "do": "send", "roomId": "!r", "body": "hello"}
//   from it   {"id": 1, "result": {...}}   or   {"id": 1, "error": "what was the matter"}   or   {"log": "..."}
//
// Commands run side by side: one that waits does not keep the next from being done. It ends with its standard input.
import { createServer } from "node:net";
import { createInterface } from "node:readline";

import { connections, quiet, turn } from "./engine.mjs";
import { newDevice } from "./account.mjs";
quiet();
const commands = {};
for (const part of ["account", "trust", "rooms", "talk", "files", "acts", "messages", "reading", "lists", "verifying"])
    for (const [name, command] of Object.entries((await import(`./${part}.mjs`)).commands)) {
        if (Object.hasOwn(commands, name)) throw new Error(`there are two commands ${name}; one is in ${part}.mjs`);
        commands[name] = command;
    }

class Connection {
    device = newDevice();
    ended = false;

    constructor(socket) {
        this.socket = socket;
        // Who is gone will not miss the answer.
        socket.on("error", () => socket.destroy());
    }

    tell(line) {
        if (this.socket.writable) this.socket.write(JSON.stringify(line) + "\n");
    }

    async carryOut({ id, do: command, ...words }) {
        try {
            if (!Object.hasOwn(commands, command)) throw new Error(`there is no command ${command}`);
            this.tell({ id, result: (await commands[command](words)) ?? {} });
        } catch (error) {
            // Where it was in our modules and the SDK's; inside the engine there is nothing to read.
            console.error(`${error?.stack ?? error}`.split("\n").filter((line) => !line.includes("wasm")).slice(0, 8).join("\n"));
            this.tell({ id, error: `${error?.name ?? "Error"}: ${error?.message ?? error}` });
        }
    }

    async serve() {
        connections.add(this);
        this.tell({ ready: process.version });
        try {
            for await (const line of createInterface({ input: this.socket })) void this.carryOut(JSON.parse(line));
        } finally {
            this.ended = true;
            this.device.client?.stopClient();
            this.device = newDevice();
            connections.delete(this);
            this.socket.end();
        }
    }
}

// A promise of the SDK that fails unheard is in the log, and no reason to end.
process.on("unhandledRejection", (error) => console.error("unheard:", error));
process.stdin.on("end", () => process.exit(0)).resume();
const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const connection = new Connection(socket);
    void turn.run(connection, () => connection.serve());
});
server.listen(0, "127.0.0.1", () => process.stdout.write(JSON.stringify({ port: server.address().port }) + "\n"));
