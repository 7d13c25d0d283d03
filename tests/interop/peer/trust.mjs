// Identity, secret storage, backup, and what this device makes of others.
import { api, until, wasm } from "./engine.mjs";
import { me, withPassword } from "./account.mjs";

const keysOf = (user) => me.crypto.getUserCrossSigningKeys(user);
const masterOf = async (user) => Object.values((await keysOf(user))?.master_key?.keys ?? {})[0] ?? null;

// Secret storage that is open with this key: everything in it comes to this device.
async function unlockWith(key) {
    me.storageKeys.set("any", key);
    // Without its own public identity the engine cannot take the private halves.
    await me.crypto.userHasCrossSigningKeys(me.session.userId, true);
    await me.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: withPassword });
    if (await me.crypto.getKeyBackupInfo()) {
        await me.crypto.loadSessionBackupPrivateKeyFromSecretStorage();
        await me.crypto.checkKeyBackupAndEnable();
    }
    // It learns of its own signature as everybody does: from the server, with the next sync.
    const own = () => me.crypto.getDeviceVerificationStatus(me.session.userId, me.session.deviceId);
    await until(async () => (await own())?.signedByOwner, 15, "the signature on this device");
}

// A device, as soon as the server shows it.
async function deviceHere(user, device) {
    const shown = async () => (await me.crypto.getUserDeviceInfo([user], true)).get(user)?.has(device);
    await until(shown, 15, `the device ${device} of ${user}`);
}

async function storageIn(key) {
    await me.crypto.bootstrapSecretStorage({
        createSecretStorageKey: async () => key,
        setupNewSecretStorage: true,
        setupNewKeyBackup: !(await me.crypto.getActiveSessionBackupVersion()),
    });
    await me.crypto.checkKeyBackupAndEnable();
    return { recoveryKey: key.encodedPrivateKey };
}

export const commands = {
    // What Element does for a new account: an identity, secret storage, a backup.
    async setUp({ passphrase }) {
        await me.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: withPassword });
        return storageIn(await me.crypto.createRecoveryKeyFromPassphrase(passphrase));
    },
    // An identity alone, for those who only have to be signed.
    async sign() {
        await me.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: withPassword });
    },
    async unlock({ recoveryKey, passphrase }) {
        if (recoveryKey) return unlockWith(api.decodeRecoveryKey(recoveryKey));
        const [, info] = (await me.client.secretStorage.getKey()) ?? [];
        if (!info?.passphrase) throw new Error("this storage has no passphrase");
        const { salt, iterations, bits } = info.passphrase;
        return unlockWith(await api.deriveRecoveryKeyFromPassphrase(passphrase, salt, iterations, bits));
    },
    async resetIdentity() {
        await me.crypto.resetEncryption(withPassword);
        return storageIn(await me.crypto.createRecoveryKeyFromPassphrase());
    },
    // What this device has of its own identity.
    async standing() {
        const { publicKeysOnDevice, privateKeysCachedLocally: has } = await me.crypto.getCrossSigningStatus();
        const own = await me.crypto.getDeviceVerificationStatus(me.session.userId, me.session.deviceId);
        return {
            public: publicKeysOnDevice,
            secrets: Object.keys(has).filter((name) => has[name]).sort(),
            ready: await me.crypto.isCrossSigningReady(),
            storage: await me.crypto.isSecretStorageReady(),
            signed: Boolean(own?.signedByOwner),
            backup: await me.crypto.getActiveSessionBackupVersion(),
            backup_key: (await me.crypto.getSessionBackupPrivateKey()) !== null,
            master: await masterOf(me.session.userId),
        };
    },
    async person({ user }) {
        await me.crypto.userHasCrossSigningKeys(user, true);
        const status = await me.crypto.getUserVerificationStatus(user);
        return {
            verified: status.isCrossSigningVerified(),
            was_verified: status.wasCrossSigningVerified(),
            needs_approval: status.needsUserApproval,
            known: status.known,
            master: await masterOf(user),
        };
    },
    async verified({ user }) {
        const status = () => me.crypto.getUserVerificationStatus(user);
        await until(async () => (await status()).isCrossSigningVerified(), 15, `${user} to be verified`);
    },
    async signed({ user, device }) {
        const status = () => me.crypto.getDeviceVerificationStatus(user, device);
        await until(async () => (await status())?.signedByOwner, 15, `${device} of ${user} to be signed`);
    },
    seesDevice: ({ user, device }) => deviceHere(user, device),
    async device({ user, device }) {
        await deviceHere(user, device);
        const status = await me.crypto.getDeviceVerificationStatus(user, device);
        return status && { signedByOwner: status.signedByOwner, verified: status.crossSigningVerified };
    },
    pin: ({ user }) => me.crypto.pinCurrentUserIdentity(user),
    withdraw: ({ user }) => me.crypto.withdrawVerificationRequirement(user),
    async signDevice({ device }) {
        await deviceHere(me.session.userId, device);
        await me.crypto.crossSignDevice(device);
    },

    async backup() {
        const info = await me.crypto.getKeyBackupInfo();
        if (!info) return null;
        const { trusted, matchesDecryptionKey } = await me.crypto.isKeyBackupTrusted(info);
        return { version: info.version, count: info.count, trusted, matches: matchesDecryptionKey };
    },
    // What the server has, counted there: the SDK's own number is as old as its last question.
    async backedUp({ count, seconds = 15 }) {
        let found = 0;
        await until(
            async () => (found = (await me.client.http.authedRequest("GET", "/room_keys/version")).count) >= count,
            seconds,
            () => `${count} keys in the backup; there are ${found}`,
        );
        return { count: found };
    },
    async newBackup() {
        await me.crypto.resetKeyBackup();
        return { version: await me.crypto.getActiveSessionBackupVersion() };
    },
    async restore() {
        await me.crypto.loadSessionBackupPrivateKeyFromSecretStorage();
        const { total, imported } = await me.crypto.restoreKeyBackup();
        return { total, imported };
    },
    async exportKeys({ passphrase }) {
        return { file: wasm.OlmMachine.encryptExportedRoomKeys(await me.crypto.exportRoomKeysAsJson(), passphrase, 1000) };
    },
    async importKeys({ file, passphrase }) {
        await me.crypto.importRoomKeysAsJson(wasm.OlmMachine.decryptExportedRoomKeys(file, passphrase));
    },
};
