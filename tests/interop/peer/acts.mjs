// What one does about messages and rooms beside talking: reactions, taking back, leaving.
import { until } from "./engine.mjs";
import { me } from "./account.mjs";

export const commands = {
    async reactTo({ roomId, eventId, key }) {
        const content = { "m.relates_to": { rel_type: "m.annotation", event_id: eventId, key } };
        return { eventId: (await me.client.sendEvent(roomId, "m.reaction", content)).event_id };
    },
    async takeBack({ roomId, eventId }) {
        return { eventId: (await me.client.redactEvent(roomId, eventId)).event_id };
    },
    async leave({ roomId, seconds = 15 }) {
        await me.client.leave(roomId);
        await until(() => me.client.getRoom(roomId)?.getMyMembership() === "leave", seconds, `to be out of ${roomId}`);
    },
};
