// Messages: said, and read as Element would show them.
import { api, until } from "./engine.mjs";
import { me } from "./account.mjs";

const nameOf = (kind, value) => Object.keys(kind).find((name) => kind[name] === value)?.toLowerCase() ?? null;

function find(roomId, eventId) {
    const room = me.client.getRoom(roomId);
    return room?.findEventById(eventId) ?? room?.getLiveTimeline().getEvents().find((event) => event.getId() === eventId);
}

// How it stands: its words, or why there are none, and the shield beside it.
async function told(event) {
    const failed = event.isDecryptionFailure();
    const info = failed ? null : await me.crypto.getEncryptionInfoForEvent(event);
    return {
        eventId: event.getId(),
        sender: event.getSender(),
        type: event.getType(),
        body: failed ? null : (event.getContent().body ?? null),
        html: failed ? null : (event.getContent().formatted_body ?? null),
        failure: failed ? event.decryptionFailureReason : null,
        encrypted: event.isEncrypted(),
        shield: info && nameOf(api.EventShieldColour, info.shieldColour),
        reason: info?.shieldReason === null || !info ? null : nameOf(api.EventShieldReason, info.shieldReason),
    };
}

const wanted = {
    here: () => true,
    read: (event) => !event.isEncrypted() || (event.getClearContent() !== null && !event.isDecryptionFailure()),
    failed: (event) => event.isDecryptionFailure(),
};

export const commands = {
    // What is said in a room that the SDK does not know yet leaves in clear text.
    async send({ roomId, body, content }) {
        await until(() => me.client.getRoom(roomId)?.getMyMembership() === "join", 15, `${roomId} to be known`);
        const { event_id: eventId } = await me.client.sendEvent(roomId, "m.room.message", content ?? { msgtype: "m.text", body });
        return { eventId };
    },
    // `state`: "read" waits until it can be read, "failed" until it is clear that it cannot.
    // `again`: as an app does that loads the room anew. The SDK by itself tries again only when a key comes: a message
    // that was there before its sender's keys were known stays hidden.
    async see({ roomId, eventId, state = "read", reason, again = false, seconds = 15 }) {
        const event = () => find(roomId, eventId);
        const is = (one) => one && wanted[state](one) && (!reason || one.decryptionFailureReason === reason);
        const now = async () => (event() ? JSON.stringify(await told(event())) : "not here");
        const look = async () => {
            if (again && event()?.isDecryptionFailure()) await event().attemptDecryption(me.client.cryptoBackend, { isRetry: true });
            return is(event());
        };
        await until(look, seconds, async () => `${eventId} to be ${reason ?? state}; it is ${await now()}`);
        return told(event());
    },
    async history({ roomId, limit = 50 }) {
        const room = me.client.getRoom(roomId);
        await me.client.scrollback(room, limit);
        const events = room.getLiveTimeline().getEvents().filter((event) => event.getType() === "m.room.message" || event.isEncrypted());
        return { events: await Promise.all(events.map(told)) };
    },
    discardSession: ({ roomId }) => me.crypto.forceDiscardSession(roomId),
};
