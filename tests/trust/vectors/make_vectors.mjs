// Makes peer.json: what Element's own engine writes, so that our reading and writing is held against it.
//
//   python -m tests.interop.install peer
//   node make_vectors.mjs .tools/peer > peer.json      (any Node; .venv has one, see tests/interop/install.py)
//
// Keys are new on every run; the tests take them from the file and hold no value of their own.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

console.log = console.info = console.debug = console.warn = () => {};
const modules = resolve(process.argv[2], "node_modules");
const load = (path) => import(pathToFileURL(join(modules, path)).href);
const version = (name) => JSON.parse(readFileSync(join(modules, name, "package.json"))).version;
const sdk = "matrix-js-sdk/lib";
const { encodeRecoveryKey } = await load(`${sdk}/crypto-api/recovery-key.js`);
const { deriveRecoveryKeyFromPassphrase } = await load(`${sdk}/crypto-api/key-passphrase.js`);
const { calculateKeyCheck } = await load(`${sdk}/secret-storage.js`);
const { default: sealItem } = await load(`${sdk}/utils/encryptAESSecretStorageItem.js`);
const wasm = createRequire(join(modules, "x.js"))("@matrix-org/matrix-sdk-crypto-wasm");
await wasm.initAsync();

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const range = (from) => Uint8Array.from({ length: 32 }, (_, at) => (from + 7 * at) % 256);
const json = JSON.parse;

// --- keys and secrets ---
const recovery = [range(0), range(200), new Uint8Array(32)].map((key) => ({ key: hex(key), text: encodeRecoveryKey(key) }));
const passphrase = { words: "naïve café", salt: "MmMsAlty", rounds: 10000 };
passphrase.key = hex(await deriveRecoveryKeyFromPassphrase(passphrase.words, passphrase.salt, passphrase.rounds, 256));
const storageKey = range(3);
const storage = { key: hex(storageKey), check: await calculateKeyCheck(storageKey), secrets: {} };
for (const name of ["m.cross_signing.master", "m.megolm_backup.v1"])
    storage.secrets[name] = { plain: `the secret ${name}`, sealed: await sealItem(`the secret ${name}`, storageKey, name) };

// --- two people ---
async function person(user, device) {
    const machine = await wasm.OlmMachine.initialize(new wasm.UserId(user), new wasm.DeviceId(device));
    const requests = await machine.bootstrapCrossSigning(true);
    const keys = json(requests.uploadKeysRequest.body).device_keys;
    const uploaded = json(requests.uploadSigningKeysRequest.body);
    const signed = json(requests.uploadSignaturesRequest.body)[user];
    const merge = (into, from) => { for (const [who, all] of Object.entries(from.signatures)) into.signatures[who] = { ...into.signatures[who], ...all }; };
    merge(keys, signed[device]);
    await machine.markRequestAsSent(requests.uploadKeysRequest.id, wasm.RequestType.KeysUpload, '{"one_time_key_counts":{"signed_curve25519":50}}');
    const exported = await machine.exportCrossSigningKeys();
    const seeds = { "m.cross_signing.master": exported.masterKey, "m.cross_signing.self_signing": exported.self_signing_key, "m.cross_signing.user_signing": exported.userSigningKey };
    return { user, device, machine, seeds, uploaded, signatures: json(requests.uploadSignaturesRequest.body), keys };
}
const ana = await person("@ana:river.example", "ANAPHONE");
const bo = await person("@bo:hill.example", "BOPHONE");
const answer = (owner) => ({
    device_keys: { [ana.user]: { [ana.device]: ana.keys }, [bo.user]: { [bo.device]: bo.keys } },
    master_keys: { [ana.user]: ana.uploaded.master_key, [bo.user]: bo.uploaded.master_key },
    self_signing_keys: { [ana.user]: ana.uploaded.self_signing_key, [bo.user]: bo.uploaded.self_signing_key },
    user_signing_keys: { [owner.user]: owner.uploaded.user_signing_key },
    failures: {},
});
for (const who of [ana, bo]) {
    await who.machine.updateTrackedUsers([new wasm.UserId(ana.user), new wasm.UserId(bo.user)]);
    for (const request of await who.machine.outgoingRequests())
        if (request.type === wasm.RequestType.KeysQuery)
            await who.machine.markRequestAsSent(request.id, request.type, JSON.stringify(answer(who)));
}
const boSeenByAna = await ana.machine.getIdentity(new wasm.UserId(bo.user));
const vouching = json((await boSeenByAna.verify()).body);

// --- sessions: exported, in a file, in a backup, in a bundle ---
const room = "!room:river.example";
async function session(visibility) {
    const settings = new wasm.EncryptionSettings();
    settings.historyVisibility = visibility;
    settings.sharingStrategy = wasm.CollectStrategy.allDevices();
    await ana.machine.shareRoomKey(new wasm.RoomId(room), [new wasm.UserId(ana.user)], settings);
    return json(await ana.machine.encryptRoomEvent(new wasm.RoomId(room), "m.room.message", '{"msgtype":"m.text","body":"hello"}'));
}
await session(wasm.HistoryVisibility.Shared);
await ana.machine.invalidateGroupSession(new wasm.RoomId(room));
await session(wasm.HistoryVisibility.Joined);
const exported = await ana.machine.exportRoomKeys(() => true);
const file = { words: "four words of mine", text: wasm.OlmMachine.encryptExportedRoomKeys(exported, "four words of mine", 1000) };

const backupKey = wasm.BackupDecryptionKey.createRandomKey();
const publicKey = backupKey.megolmV1PublicKey.publicKeyBase64;
const authData = { public_key: publicKey };
authData.signatures = json((await ana.machine.sign(`{"public_key":"${publicKey}"}`)).asJSON());
await ana.machine.enableBackupV1(publicKey, "1");
const filed = await ana.machine.backupRoomKeys();
const backup = { key: backupKey.toBase64(), auth_data: authData, algorithm: backupKey.megolmV1PublicKey.algorithm, body: json(filed.body) };

const sealedBundle = await ana.machine.buildRoomKeyBundle(new wasm.RoomId(room));
const info = sealedBundle.mediaEncryptionInfo;
const bundle = json(Buffer.from(wasm.Attachment.decrypt(new wasm.EncryptedAttachment(sealedBundle.encryptedData, info))).toString());

// --- a QR code that Ana shows to Bo ---
const methods = () => [wasm.VerificationMethod.SasV1, wasm.VerificationMethod.QrCodeShowV1, wasm.VerificationMethod.QrCodeScanV1, wasm.VerificationMethod.ReciprocateV1];
const carry = async (to, from, request) => {
    const event = { sender: from.user, type: request.event_type ?? request.eventType, content: Object.values(Object.values(json(request.body).messages)[0])[0] };
    await to.machine.receiveSyncChanges(JSON.stringify([event]), new wasm.DeviceLists(), new Map(), undefined);
};
const boDevice = await ana.machine.getDevice(new wasm.UserId(bo.user), new wasm.DeviceId(bo.device));
const [asked, askedRequest] = boDevice.requestVerification(methods());
await carry(bo, ana, askedRequest);
const boSide = bo.machine.getVerificationRequest(new wasm.UserId(ana.user), asked.flowId);
await carry(ana, bo, boSide.acceptWithMethods(methods()));
const shown = await asked.generateQrCode();
const qr = { bytes: hex(shown.toBytes()), txn: asked.flowId };

const made = { made_with: { node: process.version, "matrix-js-sdk": version("matrix-js-sdk"), "matrix-sdk-crypto-wasm": version("@matrix-org/matrix-sdk-crypto-wasm") } };
const people = Object.fromEntries([ana, bo].map((who) => [who.user, { device: who.device, seeds: who.seeds, uploaded: who.uploaded, signatures: who.signatures, answer: answer(who) }]));
process.stdout.write(JSON.stringify({ ...made, recovery, passphrase, storage, people, vouching, room, exported: json(exported), file, backup, bundle, qr }, null, 1) + "\n");
process.exit(0);
