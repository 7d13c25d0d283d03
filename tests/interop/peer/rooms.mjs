// Rooms, and who is in them.
import { until } from "./engine.mjs";
import { me } from "./account.mjs";

export const commands = {
    // A room is known before its encryption is: what is sent in between leaves in clear text.
    async createRoom({ invite = [], joinRule = "invite", history = "shared", encrypted = true, levels = {} }) {
        const state = [
            { type: "m.room.join_rules", state_key: "", content: { join_rule: joinRule } },
            { type: "m.room.history_visibility", state_key: "", content: { history_visibility: history } },
        ];
        if (encrypted) state.push({ type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } });
        const { room_id: roomId } = await me.client.createRoom({ invite, initial_state: state, power_level_content_override: levels });
        if (encrypted) await commands.encrypted({ roomId });
        return { roomId };
    },
    async encrypted({ roomId, seconds = 15 }) {
        await until(
            async () => me.client.getRoom(roomId) && (await me.crypto.isEncryptionEnabledInRoom(roomId)),
            seconds,
            `${roomId} to be encrypted`,
        );
    },
    async invite({ roomId, user }) {
        await me.client.invite(roomId, user);
    },
    async join({ roomId, seconds = 15 }) {
        await until(() => ["invite", "join"].includes(me.client.getRoom(roomId)?.getMyMembership()), seconds, `an invite to ${roomId}`);
        await me.client.joinRoom(roomId);
        await commands.member({ roomId, user: me.session.userId, membership: "join", seconds });
        await commands.encrypted({ roomId, seconds });
    },
    // A room that is open to all.
    async enter({ roomId, seconds = 15 }) {
        await me.client.joinRoom(roomId);
        await commands.member({ roomId, user: me.session.userId, membership: "join", seconds });
    },
    // The room that somebody invites us to.
    async invited({ user, seconds = 15 }) {
        const fits = (room) => room.getMyMembership() === "invite" && room.getMember(me.session.userId)?.events.member?.getSender() === user;
        return { roomId: (await until(() => me.client.getRooms().find(fits), seconds, `an invite of ${user}`)).roomId };
    },
    async knock({ roomId, reason }) {
        await me.client.knockRoom(roomId, { reason });
    },
    // A new room in the place of an old one.
    async upgrade({ roomId, version }) {
        return { roomId: (await me.client.upgradeRoom(roomId, version)).replacement_room };
    },
    // Where a room that was closed goes on, as Element finds it.
    async successor({ roomId, seconds = 15 }) {
        const named = () => me.client.getRoom(roomId)?.currentState.getStateEvents("m.room.tombstone", "")?.getContent().replacement_room;
        return { roomId: await until(named, seconds, `${roomId} to be closed`) };
    },
    // What a room goes on from, as Element finds it.
    async predecessor({ roomId, seconds = 15 }) {
        return { roomId: await until(() => me.client.getRoom(roomId)?.findPredecessor()?.roomId, seconds, `what came before ${roomId}`) };
    },
    async member({ roomId, user, membership, seconds = 15 }) {
        const now = () => me.client.getRoom(roomId)?.getMember(user)?.membership;
        await until(() => now() === membership, seconds, () => `${user} to be "${membership}" in ${roomId}; is "${now()}"`);
    },
};
