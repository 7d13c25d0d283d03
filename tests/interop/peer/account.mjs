// A device from its first start to its logout.
import { api, sdk, until } from "./engine.mjs";

const baseUrl = process.env.PEER_HOMESERVER;

// Everything that this process knows; there is one device in it.
export const me = { client: null, crypto: null, session: null, password: "", storageKeys: new Map(), requests: [], kept: false, starts: 0 };

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
    me.client = sdk.createClient({
        baseUrl,
        ...me.session,
        cryptoCallbacks: {
            getSecretStorageKey: async ({ keys }) => {
                const known = Object.keys(keys).find((id) => me.storageKeys.has(id));
                const any = me.storageKeys.get("any");
                return known ? [known, me.storageKeys.get(known)] : any ? [Object.keys(keys)[0], any] : null;
            },
            cacheSecretStorageKey: (id, _info, key) => me.storageKeys.set(id, key),
        },
    });
    await me.client.initRustCrypto({ useIndexedDB: me.kept });
    me.crypto = me.client.getCrypto();
    me.crypto.setDeviceIsolationMode(MODES[isolation]());
    me.client.on(api.CryptoEvent.VerificationRequestReceived, (request) => me.requests.push(request));
    // The server answers the same first question out of a cache for two minutes: each start asks a little differently.
    await me.client.startClient({ initialSyncLimit: 30 + me.starts++, lazyLoadMembers: false });
    await until(() => me.client.isInitialSyncComplete(), 20, "the first sync");
}

async function signIn(how, body, password) {
    const plain = sdk.createClient({ baseUrl });
    const answer = await plain[how](body);
    me.session = { userId: answer.user_id, deviceId: answer.device_id, accessToken: answer.access_token };
    me.password = password;
    return { userId: answer.user_id, deviceId: answer.device_id };
}

export const commands = {
    register: ({ name, password }) =>
        signIn("registerRequest", { username: name, password, auth: { type: "m.login.dummy" } }, password),
    login: ({ user, password }) =>
        signIn("loginRequest", { type: "m.login.password", identifier: { type: "m.id.user", user }, password }, password),

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
