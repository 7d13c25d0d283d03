// One device of Element's engine without a network, driven by JSON lines; record.py verifies it.
//
//   node peer.mjs .tools/peer        (the folder with node_modules, see make_vectors.mjs)
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

console.log = console.info = console.debug = console.warn = () => {};
const wasm = createRequire(resolve(process.argv[2], "node_modules", "x.js"))("@matrix-org/matrix-sdk-crypto-wasm");
await wasm.initAsync();

let machine, request, sas, qr;
const sent = [];
let METHODS = [wasm.VerificationMethod.SasV1];
const user = (name) => new wasm.UserId(name);

function put(outgoing) {
    if (!outgoing) return;
    const body = JSON.parse(outgoing.body);
    if (outgoing.room_id !== undefined) sent.push({ type: outgoing.event_type, content: body });
    else for (const devices of Object.values(body.messages))
        for (const [device, content] of Object.entries(devices)) sent.push({ type: outgoing.event_type, device, content });
}

async function drain() {
    for (const outgoing of await machine.outgoingRequests()) {
        if (outgoing.type === wasm.RequestType.ToDevice || outgoing.type === wasm.RequestType.RoomMessage) {
            put(outgoing);
            await machine.markRequestAsSent(outgoing.id, outgoing.type, outgoing.type === wasm.RequestType.ToDevice ? "{}" : '{"event_id":"$x"}');
        }
    }
}

const commands = {
    async init({ name, device, own, codes }) {
        const all = wasm.VerificationMethod;
        if (codes) METHODS = [all.SasV1, all.QrCodeShowV1, all.QrCodeScanV1, all.ReciprocateV1];
        machine = await wasm.OlmMachine.initialize(user(name), new wasm.DeviceId(device));
        if (own) {
            const [keys] = (await machine.outgoingRequests()).filter((one) => one.type === wasm.RequestType.KeysUpload);
            await machine.markRequestAsSent(keys.id, keys.type, '{"one_time_key_counts":{"signed_curve25519":50}}');
            return { keys: JSON.parse(keys.body).device_keys };
        }
        const boot = await machine.bootstrapCrossSigning(true);
        await machine.markRequestAsSent(boot.uploadKeysRequest.id, wasm.RequestType.KeysUpload, '{"one_time_key_counts":{"signed_curve25519":50}}');
        const keys = JSON.parse(boot.uploadKeysRequest.body).device_keys;
        const signed = JSON.parse(boot.uploadSignaturesRequest.body)[name][device];
        for (const [who, all] of Object.entries(signed.signatures)) keys.signatures[who] = { ...keys.signatures[who], ...all };
        return { keys, uploaded: JSON.parse(boot.uploadSigningKeysRequest.body) };
    },
    async know({ answer, users, seeds }) {
        await machine.updateTrackedUsers(users.map(user));
        for (const outgoing of await machine.outgoingRequests())
            if (outgoing.type === wasm.RequestType.KeysQuery) await machine.markRequestAsSent(outgoing.id, outgoing.type, JSON.stringify(answer));
        if (seeds) await machine.importCrossSigningKeys(...seeds);
        const status = await machine.crossSigningStatus();
        return { status: [status.hasMaster, status.hasSelfSigning, status.hasUserSigning] };
    },
    async ask({ name, device }) {
        const [made, outgoing] = (await machine.getDevice(user(name), new wasm.DeviceId(device))).requestVerification(METHODS);
        request = made;
        put(outgoing);
    },
    async roomContent({ name }) { return { content: JSON.parse((await machine.getIdentity(user(name))).verificationRequestContent(METHODS)) }; },
    async askedInRoom({ name, room, event }) {
        request = (await machine.getIdentity(user(name))).requestVerification(new wasm.RoomId(room), new wasm.EventId(event), METHODS);
    },
    async hear({ event, room, flow }) {
        if (room) await machine.receiveVerificationEvent(JSON.stringify(event), new wasm.RoomId(room));
        else await machine.receiveSyncChanges(JSON.stringify([event]), new wasm.DeviceLists(), new Map(), undefined);
        request = machine.getVerificationRequest(user(event.sender), flow) ?? request;
        if (!METHODS.includes(wasm.VerificationMethod.ReciprocateV1)) sas = request?.getVerification() ?? sas;
    },
    async accept() { put(request.acceptWithMethods(METHODS)); },
    async start() { const [made, outgoing] = await request.startSas(); sas = made; put(outgoing); },
    async acceptSas() { put(sas.accept()); },
    async confirm() { for (const outgoing of await sas.confirm()) put(outgoing); },
    async show() { qr = await request.generateQrCode(); return { bytes: [...qr.toBytes()] }; },
    async confirmScan() { put(qr.confirmScanning()); },
    async scan({ bytes }) { const made = await request.scanQrCode(wasm.QrCodeScan.fromBytes(Uint8ClampedArray.from(bytes))); put(made.reciprocate()); },
    async state() {
        return { phase: wasm.VerificationRequestPhase[request.phase()], emoji: sas?.emojiIndex() ? [...sas.emojiIndex()] : null,
                 decimals: sas?.decimals() ? [...sas.decimals()] : null, done: request.isDone(), cancelled: request.cancelInfo?.cancelCode() ?? null };
    },
};

for await (const line of createInterface({ input: process.stdin })) {
    const { cmd, ...rest } = JSON.parse(line);
    try {
        const result = (await commands[cmd](rest)) ?? {};
        await drain();
        process.stdout.write(JSON.stringify({ ...result, sent: sent.splice(0) }) + "\n");
    } catch (error) {
        process.stdout.write(JSON.stringify({ error: String(error) }) + "\n");
    }
}
process.exit(0);
