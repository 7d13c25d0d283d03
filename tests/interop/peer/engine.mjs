// Finds matrix-js-sdk where tests/interop/install.py put it, and brings what it says to the log of whom it is about.
import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

// Whose command is being carried out. What the engine does by itself may run as anybody: ask before, not in a callback.
export const turn = new AsyncLocalStorage();
export const connections = new Set();

// The SDK and its engine speak on console.*. What belongs to nobody goes to everybody's log.
export function quiet() {
    const loud = process.env.PEER_LOG ? ["trace", "debug", "log", "info", "warn", "error"] : ["warn", "error"];
    for (const level of ["trace", "debug", "log", "info", "warn", "error"])
        console[level] = loud.includes(level) ? (...words) => log(`${level}: ${format(...words)}`) : () => {};
}

function log(words) {
    const mine = turn.getStore();
    for (const line of words.split("\n")) for (const one of mine ? [mine] : connections) one.tell({ log: line.slice(0, 240) });
    if (!mine) process.stderr.write(`${words}\n`);
}

const require = createRequire(join(process.env.PEER_MODULES, "here.js"));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

quiet();
await load("fake-indexeddb/auto");
export const sdk = await load("matrix-js-sdk");
export const api = await load("matrix-js-sdk/lib/crypto-api/index.js");
export const wasm = require("@matrix-org/matrix-sdk-crypto-wasm");
const { RustBackupManager } = await load("matrix-js-sdk/lib/rust-crypto/backup.js");

// People's clients wait up to ten seconds before they back up a key, so as not to come all at once.
RustBackupManager.maxBackupLoopStartDelayMillis = 0;

// Asks until the answer is neither null nor undefined nor false, and says what it waited for when it never is.
export async function until(ask, seconds, what) {
    const end = performance.now() + 1000 * seconds;
    for (;;) {
        const answer = await ask();
        if (answer !== null && answer !== undefined && answer !== false) return answer;
        if (turn.getStore()?.ended) throw new Error("the connection has ended");
        if (performance.now() > end) throw new Error(`waited ${seconds} s for ${typeof what === "function" ? await what() : what}`);
        await new Promise((done) => setTimeout(done, 25));
    }
}
