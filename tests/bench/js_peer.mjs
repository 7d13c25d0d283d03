// matrix-js-sdk with its Rust engine, told by lines on the standard input what to do: the comparator of crypto.py.
// Each command answers with one line of JSON; CPU is that of this whole process, in milliseconds.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

if (!Promise.withResolvers) {
    Promise.withResolvers = () => {
        let resolve, reject;
        const promise = new Promise((yes, no) => ((resolve = yes), (reject = no)));
        return { promise, resolve, reject };
    };
}
const out = (told) => process.stdout.write(JSON.stringify(told) + "\n");
for (const level of ["log", "info", "warn", "error", "debug", "trace"]) console[level] = () => {};

const [baseUrl, room, eventsFile] = process.argv.slice(2);
const require = createRequire(process.cwd() + "/");
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const sdk = await load("matrix-js-sdk");
const wasm = require("@matrix-org/matrix-sdk-crypto-wasm");
await wasm.initAsync();

const cpu = async (work) => {
    const before = process.cpuUsage();
    const begun = performance.now();
    await work();
    const { user, system } = process.cpuUsage(before);
    return { cpu: (user + system) / 1000, wall: performance.now() - begun };
};

const client = sdk.createClient({ baseUrl, userId: "@me:bench.example", deviceId: "JSDEVICE", accessToken: "token" });
const commands = {
    async start() {
        await client.initRustCrypto({ useIndexedDB: false });
        await client.startClient({ initialSyncLimit: 1, lazyLoadMembers: false });
        await new Promise((done) => client.on("sync", (state) => state === "PREPARED" && done()));
        while (!(await client.getCrypto().isEncryptionEnabledInRoom(room))) await new Promise((f) => setTimeout(f, 50));
        return cpu(() => client.sendEvent(room, "m.room.message", { msgtype: "m.text", body: "the first" }));
    },
    async rotate() {
        return cpu(async () => {
            await client.getCrypto().forceDiscardSession(room);
            await client.sendEvent(room, "m.room.message", { msgtype: "m.text", body: "the next" });
        });
    },
    async decrypt() {
        const { keys, events } = JSON.parse(readFileSync(eventsFile, "utf8"));
        const machine = await wasm.OlmMachine.initialize(new wasm.UserId("@me:bench.example"), new wasm.DeviceId("X"));
        await machine.importExportedRoomKeys(JSON.stringify(keys), () => {});
        const roomId = new wasm.RoomId(room);
        const settings = new wasm.DecryptionSettings(wasm.TrustRequirement.Untrusted);
        return cpu(async () => {
            for (const event of events) await machine.decryptRoomEvent(event, roomId, settings);
        });
    },
};
out({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
    try {
        out(await commands[line.trim()]());
    } catch (error) {
        out({ error: String(error?.stack ?? error) });
    }
}
process.exit(0);
