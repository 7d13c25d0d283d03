// Verification by emoji, as the one who asks and as the one who is asked.
import { api, until } from "./engine.mjs";
import { me } from "./account.mjs";

const { VerificationPhase: Phase, VerifierEvent } = api;
const SAS = "m.sas.v1";

// The one verification that a device takes part in. The SDK keeps a request only as long as somebody holds it.
const now = () => me.verification;

function take(found) {
    me.verification = { request: found, verifier: null, shown: null, ended: null };
    return { txn: found.transactionId, from: found.otherUserId, device: found.otherDeviceId ?? null, roomId: found.roomId ?? null };
}

const phase = () => Object.keys(Phase).find((name) => Phase[name] === now().request?.phase)?.toLowerCase() ?? "none";

function watch(verifier) {
    const mine = now();
    mine.verifier = verifier;
    verifier.on(VerifierEvent.ShowSas, (sas) => (mine.shown = sas));
    mine.shown = verifier.getShowSasCallbacks();
    carryOut(verifier);
}

// It ends a little before the request says that it is done.
function carryOut(verifier) {
    const mine = now();
    verifier.verify().then(
        () => (mine.ended = "done"),
        (error) => (mine.ended = `${error?.message ?? error}`),
    );
}

export const commands = {
    async ask({ user, device }) {
        await me.crypto.getUserDeviceInfo([user], true);
        return take(await me.crypto.requestDeviceVerification(user, device));
    },
    // Another person's identity has to be known before they can be asked.
    async askInRoom({ user, roomId }) {
        await until(async () => (await me.crypto.userHasCrossSigningKeys(user, true)) || null, 15, `the identity of ${user}`);
        return take(await me.crypto.requestVerificationDM(user, roomId));
    },
    async askOwn() {
        await me.crypto.userHasCrossSigningKeys(me.session.userId, true);
        return take(await me.crypto.requestOwnUserVerification());
    },
    async asked({ user, seconds = 15 }) {
        const waiting = () => me.requests.findIndex((one) => one.otherUserId === user);
        await until(() => waiting() >= 0, seconds, `a request of ${user}`);
        return take(me.requests.splice(waiting(), 1)[0]);
    },
    accept: () => now().request.accept(),
    async startSas() {
        await until(() => now().request.phase === Phase.Ready, 15, () => `"ready"; it is "${phase()}"`);
        watch(await now().request.startVerification(SAS));
    },
    // The code on this side's screen, whoever began.
    async code({ seconds = 15 }) {
        const mine = now();
        await until(() => mine.verifier ?? mine.request.verifier, seconds, () => `the other side to begin; it is "${phase()}"`);
        if (!mine.verifier) watch(mine.request.verifier);
        const shown = () => (mine.shown ??= mine.verifier.getShowSasCallbacks());
        await until(shown, seconds, () => `the emoji; it is "${phase()}", ${mine.ended}`);
        return { emoji: mine.shown.sas.emoji.map(([, name]) => name), decimals: mine.shown.sas.decimal };
    },
    confirm: () => now().shown.confirm(),
    async mismatch() {
        now().shown.mismatch();
    },
    cancel: () => now().request.cancel(),
    async phase({ state, seconds = 15 }) {
        if (state) await until(() => phase() === state, seconds, () => `"${state}"; it is "${phase()}", ${now().ended}`);
        const { cancellationCode: code, cancellingUserId: by } = now().request;
        return { phase: phase(), code, by: by ?? null };
    },
    async showCode() {
        await until(() => now().request.phase === Phase.Ready, 15, () => `"ready"; it is "${phase()}"`);
        return { bytes: [...(await now().request.generateQRCode())] };
    },
    async scanCode({ bytes }) {
        await until(() => now().request.phase === Phase.Ready, 15, () => `"ready"; it is "${phase()}"`);
        carryOut(await now().request.scanQRCode(Uint8ClampedArray.from(bytes)));
    },
    // The one who showed the code says that the other one has read it.
    async confirmCode({ seconds = 15 }) {
        const { request } = now();
        const asks = () => request.verifier?.getReciprocateQrCodeCallbacks();
        await until(asks, seconds, () => `the code to be read; it is "${phase()}"`);
        carryOut(request.verifier);
        asks().confirm();
    },
};
