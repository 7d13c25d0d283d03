// matrix-js-sdk without a screen: from the process's start until its sliding sync has the first rooms. For cold.py.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

for (const level of ["log", "info", "warn", "error", "debug", "trace"]) console[level] = () => {};
if (!Promise.withResolvers) {
    Promise.withResolvers = () => {
        let resolve, reject;
        const promise = new Promise((yes, no) => ((resolve = yes), (reject = no)));
        return { promise, resolve, reject };
    };
}
const [baseUrl, userId] = process.argv.slice(2);
const require = createRequire(process.cwd() + "/");
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const sdk = await load("matrix-js-sdk");
const { SlidingSync } = await load("matrix-js-sdk/lib/sliding-sync.js");

const client = sdk.createClient({ baseUrl, userId, deviceId: "JSDEVICE", accessToken: "token" });
const wanted = {
    ranges: [[0, process.argv[4] === "stay" ? 999 : 19]],
    timeline_limit: 20,
    required_state: [["m.room.name", ""], ["m.room.create", ""], ["m.room.member", "$ME"], ["m.space.child", "*"]],
};
const slidingSync = new SlidingSync(baseUrl, new Map([["rooms", wanted]]), { timeline_limit: 20 }, client, 30000);
client.on("sync", (state) => {
    if (state !== "PREPARED") return;
    process.stdout.write(JSON.stringify({ rooms: client.getRooms().length, rss: process.memoryUsage().rss }) + "\n");
    if (process.argv[4] !== "stay") process.exit(0);
});
await client.startClient({ slidingSync });
