// Verification by emoji, as the one who asks and as the one who is asked.
import { api, until } from "./engine.mjs";
import { me } from "./account.mjs";

const { VerificationPhase: Phase, VerifierEvent } = api;
const SAS = "m.sas.v1";

// The one verification that this process takes part in. The SDK keeps a request only as long as somebody holds it.
let request = null;
let verifier = null;
let shown = null;
let ended = null;

function take(found) {
    request = found;
    verifier = shown = ended = null;
    return { txn: found.transactionId, from: found.otherUserId, device: found.otherDeviceId ?? null, roomId: found.roomId ?? null };
}

const phase = () => Object.keys(Phase).find((name) => Phase[name] === request?.phase)?.toLowerCase() ?? "none";

function watch(found) {
    verifier = found;
    verifier.on(VerifierEvent.ShowSas, (sas) => (shown = sas));
    shown = verifier.getShowSasCallbacks();
    // It ends a little before the request says that it is done.
    verifier.verify().then(
        () => (ended = "done"),
        (error) => (ended = `${error?.message ?? error}`),
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
    accept: () => request.accept(),
    async startSas() {
        await until(() => request.phase === Phase.Ready, 15, () => `"ready"; it is "${phase()}"`);
        watch(await request.startVerification(SAS));
    },
    // The code on this side's screen, whoever began.
    async code({ seconds = 15 }) {
        await until(() => verifier ?? request.verifier, seconds, () => `the other side to begin; it is "${phase()}"`);
        if (!verifier) watch(request.verifier);
        await until(() => shown ?? verifier.getShowSasCallbacks(), seconds, () => `the emoji; it is "${phase()}", ${ended}`);
        shown ??= verifier.getShowSasCallbacks();
        return { emoji: shown.sas.emoji.map(([, name]) => name), decimals: shown.sas.decimal };
    },
    confirm: () => shown.confirm(),
    async mismatch() {
        shown.mismatch();
    },
    cancel: () => request.cancel(),
    async phase({ state, seconds = 15 }) {
        if (state) await until(() => phase() === state, seconds, () => `"${state}"; it is "${phase()}", ${ended}`);
        return { phase: phase(), code: request.cancellationCode, by: request.cancellingUserId ?? null };
    },
    async showCode() {
        await until(() => request.phase === Phase.Ready, 15, () => `"ready"; it is "${phase()}"`);
        return { bytes: [...(await request.generateQRCode())] };
    },
    async scanCode({ bytes }) {
        await until(() => request.phase === Phase.Ready, 15, () => `"ready"; it is "${phase()}"`);
        const found = await request.scanQRCode(Uint8ClampedArray.from(bytes));
        void found.verify().catch((error) => (ended = `${error?.message ?? error}`));
    },
    // The one who showed the code says that the other one has read it.
    async confirmCode({ seconds = 15 }) {
        const asks = () => request.verifier?.getReciprocateQrCodeCallbacks();
        await until(asks, seconds, () => `the code to be read; it is "${phase()}"`);
        void request.verifier.verify().catch((error) => (ended = `${error?.message ?? error}`));
        asks().confirm();
    },
};
