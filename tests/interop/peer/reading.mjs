// Who has read how far, and who is typing: told, and heard as Element shows it.
import { until } from "./engine.mjs";
import { me } from "./account.mjs";

const room = (roomId) => me.client.getRoom(roomId);
const find = (roomId, eventId) => room(roomId)?.getLiveTimeline().getEvents().find((event) => event.getId() === eventId);
const same = (one, other) => JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

export const commands = {
    // As Element does where a message has been seen; `hidden`: for our own devices alone.
    async reads({ roomId, eventId, hidden = false, seconds = 15 }) {
        const event = await until(() => find(roomId, eventId), seconds, `${eventId} to be here`);
        await me.client.sendReadReceipt(event, hidden ? "m.read.private" : "m.read");
    },
    // Waits until these people stand at an event, and nobody else.
    async readers({ roomId, eventId, users, seconds = 15 }) {
        const now = () => (find(roomId, eventId) ? room(roomId).getUsersReadUpTo(find(roomId, eventId)) : []);
        await until(() => find(roomId, eventId) && same(now(), users), seconds, () => `${users} to stand at ${eventId}; there are ${now()}`);
    },
    // Waits until the line above what is new stands under this event.
    async newLine({ roomId, eventId, seconds = 15 }) {
        const now = () => room(roomId)?.getAccountData("m.fully_read")?.getContent().event_id;
        await until(() => now() === eventId, seconds, () => `the line under ${eventId}; it is under ${now()}`);
    },
    async types({ roomId, on }) {
        await me.client.sendTyping(roomId, on, 20000);
    },
    // Waits until somebody is seen typing, or not any more.
    async typing({ roomId, user, on, seconds = 15 }) {
        const now = () => Boolean(room(roomId)?.getMember(user)?.typing);
        await until(() => now() === on, seconds, () => `${user} typing: ${on}; it is ${now()}`);
    },
};
