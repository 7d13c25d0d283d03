// How a room stands in the list: what of it calls, favourite, low priority, marked as unread; read and written as Element does.
import { until } from "./engine.mjs";
import { me } from "./account.mjs";

const UNREAD = ["m.marked_unread", "com.famedly.marked_unread"];
const does_nothing = ({ actions }) => actions.length === 0 || (actions.length === 1 && actions[0] === "dont_notify");

// Element's `isRuleRoomMuteRuleForRoomId`: one condition, which names the room, and nothing is done.
const mutes = (roomId) => (rule) => {
    const [condition, ...more] = rule.conditions ?? [];
    return rule.enabled && does_nothing(rule) && !more.length && condition?.kind === "event_match" && condition.key === "room_id" && condition.pattern === roomId;
};

const muteRule = (roomId) => me.client.pushRules?.global.override?.find(mutes(roomId));

function levelOf(roomId) {
    if (muteRule(roomId)) return "mute";
    const rule = me.client.getRoomPushRule("global", roomId);
    return rule?.enabled && does_nothing(rule) ? "mentions" : "all";
}

function standing(roomId) {
    const room = me.client.getRoom(roomId);
    if (!room) return null;
    const [stable, before] = UNREAD.map((type) => room.getAccountData(type)?.getContent().unread);
    const said = room.getLiveTimeline().getEvents().findLast((one) => one.getType() === "m.room.message" && one.getSender() !== me.session.userId);
    return {
        level: levelOf(roomId),
        favourite: "m.favourite" in room.tags,
        low: "m.lowpriority" in room.tags,
        marked: Boolean(stable ?? before),
        // Whether the newest words of somebody else would call: what the rules come to in the end.
        calls: said ? Boolean(me.client.getPushActionsForEvent(said, true)?.notify) : null,
    };
}

export const commands = {
    async putLevel({ roomId, level }) {
        const muted = muteRule(roomId);
        const own = me.client.getRoomPushRule("global", roomId);
        if (level === "mute") {
            if (own) await me.client.deletePushRule("global", "room", own.rule_id);
            const conditions = [{ kind: "event_match", key: "room_id", pattern: roomId }];
            await me.client.addPushRule("global", "override", roomId, { conditions, actions: ["dont_notify"] });
            return;
        }
        if (muted) await me.client.deletePushRule("global", "override", muted.rule_id);
        if (level === "all") {
            if (own) await me.client.deletePushRule("global", "room", own.rule_id);
            return;
        }
        await me.client.addPushRule("global", "room", roomId, { actions: ["dont_notify"] });
        await me.client.setPushRuleEnabled("global", "room", roomId, true);
    },
    async putTag({ roomId, tag, on }) {
        if (on) await me.client.setRoomTag(roomId, tag, {});
        else await me.client.deleteRoomTag(roomId, tag);
    },
    async putUnread({ roomId, unread }) {
        await me.client.setRoomAccountData(roomId, UNREAD[1], { unread });
    },
    // Waits until the room stands as `want` says, as far as it says anything.
    async standsInList({ roomId, want, seconds = 15 }) {
        const fits = () => { const now = standing(roomId); return now && Object.entries(want).every(([key, value]) => now[key] === value); };
        await until(fits, seconds, () => `${JSON.stringify(want)}; it is ${JSON.stringify(standing(roomId))}`);
    },
};
