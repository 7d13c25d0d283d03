// A device from its first start to its logout.
import { randomUUID } from "node:crypto";

import { api, sdk, turn, until } from "./engine.mjs";

// Everything that is known of one device. `database`: a name that no other one has.
export const newDevice = () => ({
    client: null,
    crypto: null,
    session: null,
    password: "",
    storageKeys: new Map(),
    requests: [],
    verification: { request: null, verifier: null, shown: null, ended: null },
    kept: false,
    database: randomUUID(),
    starts: 0,
});

// The device of the connection whose command is being carried out.
export const me = new Proxy(
    {},
    {
        get: (_, name) => turn.getStore().device[name],
        set: (_, name, value) => Reflect.set(turn.getStore().device, name, value),
    },
);

const MODES = {
    strict: () => new api.OnlySignedDevicesIsolationMode(),
    all: () => new api.AllDevicesIsolationMode(false),
    warn: () => new api.AllDevicesIsolationMode(true),
};

// The server asks for the password again before it replaces an identity; for a first one it does not.
export async function withPassword(makeRequest) {
    try {
        return await makeRequest(null);
    } catch (error) {
        if (error.httpStatus !== 401 || !error.data?.session) throw error;
        const user = { type: "m.id.user", user: me.session.userId };
        return makeRequest({ type: "m.login.password", identifier: user, password: me.password, session: error.data.session });
    }
}

async function open(isolation) {
    const { storageKeys, requests, database } = me;
    me.client = sdk.createClient({
        ...me.session,
        cryptoCallbacks: {
            getSecretStorageKey: async ({ keys }) => {
                const known = Object.keys(keys).find((id) => storageKeys.has(id));
                const any = storageKeys.get("any");
                return known ? [known, storageKeys.get(known)] : any ? [Object.keys(keys)[0], any] : null;
            },
            cacheSecretStorageKey: (id, _info, key) => storageKeys.set(id, key),
        },
    });
    await me.client.initRustCrypto({ useIndexedDB: me.kept, cryptoDatabasePrefix: database });
    me.crypto = me.client.getCrypto();
    me.crypto.setDeviceIsolationMode(MODES[isolation]());
    me.client.on(api.CryptoEvent.VerificationRequestReceived, (request) => requests.push(request));
    // The server answers the same first question out of a cache for two minutes: each start asks a little differently.
    await me.client.startClient({ initialSyncLimit: 30 + me.starts++, lazyLoadMembers: false });
    await until(() => me.client.isInitialSyncComplete(), 20, "the first sync");
}

async function signIn(how, baseUrl, body, password) {
    const plain = sdk.createClient({ baseUrl });
    const answer = await plain[how](body);
    me.session = { baseUrl, userId: answer.user_id, deviceId: answer.device_id, accessToken: answer.access_token };
    me.password = password;
    return { userId: answer.user_id, deviceId: answer.device_id };
}

export const commands = {
    register: ({ homeserver, name, password }) =>
        signIn("registerRequest", homeserver, { username: name, password, auth: { type: "m.login.dummy" } }, password),
    login: ({ homeserver, user, password }) =>
        signIn("loginRequest", homeserver, { type: "m.login.password", identifier: { type: "m.id.user", user }, password }, password),

    // `kept`: with a database that a `restart` finds again.
    async start({ isolation = "strict", kept = false }) {
        me.kept = kept;
        await open(isolation);
    },
    async restart({ isolation = "strict" }) {
        if (!me.kept) throw new Error("a device without a database cannot start again");
        me.client.stopClient();
        me.requests.length = 0;
        await open(isolation);
    },
    async logout() {
        await me.client.logout(true);
        me.client.stopClient();
    },
    async stop() {
        me.client?.stopClient();
    },
};
