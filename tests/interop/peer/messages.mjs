// What is done with messages: sent as it stands, and how a message stands afterwards, as Element would show it.
import { until } from "./engine.mjs";
import { me } from "./account.mjs";

const START = "org.matrix.msc3381.poll.start";

async function pollOf(room, event) {
    await room.processPollEvents(room.getLiveTimeline().getEvents());
    const poll = room.polls.get(event.getId());
    if (!poll) return null;
    const responses = await poll.getResponses();
    const votes = responses.getRelations().map((vote) => [vote.getSender(), vote.getContent()["org.matrix.msc3381.poll.response"]?.answers]);
    const start = poll.pollEvent;
    return { question: start.question.text, answers: start.answers.map((one) => [one.id, one.text]), votes, ended: poll.isEnded };
}

async function standing(roomId, eventId) {
    const room = me.client.getRoom(roomId);
    const event = room?.findEventById(eventId) ?? room?.getLiveTimeline().getEvents().find((one) => one.getId() === eventId);
    if (!event) return null;
    const annotations = room.relations.getChildEventsForEvent(eventId, "m.annotation", "m.reaction")?.getSortedAnnotationsByKey() ?? [];
    const reactions = Object.fromEntries(annotations.map(([key, events]) => [key, events.size]).filter(([, count]) => count));
    const poll = event.getType() === START ? await pollOf(room, event) : null;
    const pins = room.currentState.getStateEvents("m.room.pinned_events", "")?.getContent().pinned ?? [];
    return {
        type: event.getType(),
        body: event.isRedacted() ? null : (event.getContent().body ?? null),
        html: event.getContent().formatted_body ?? null,
        mentions: event.getContent()["m.mentions"]?.user_ids ?? [],
        everybody: event.getContent()["m.mentions"]?.room === true,
        edited: Boolean(event.replacingEvent()),
        answers: event.replyEventId ?? null,
        thread: event.threadRootId ?? null,
        redacted: event.isRedacted(),
        reactions,
        pinned: pins.includes(eventId),
        poll,
        ended: poll?.ended ?? false,
    };
}

const fits = (now, want) => now && Object.entries(want).every(([key, value]) => JSON.stringify(now[key]) === JSON.stringify(value));

export const commands = {
    async act({ roomId, type, content }) {
        const { event_id: eventId } = await me.client.sendEvent(roomId, type, content);
        return { eventId };
    },
    async takeBackFor({ roomId, eventId, reason }) {
        await me.client.redactEvent(roomId, eventId, undefined, { reason });
    },
    async pinAll({ roomId, pinned }) {
        await me.client.sendStateEvent(roomId, "m.room.pinned_events", { pinned }, "");
    },
    // Waits until the message stands as `want` says, as far as it says anything.
    async stands({ roomId, eventId, want = {}, seconds = 15 }) {
        const now = async () => JSON.stringify(await standing(roomId, eventId));
        await until(async () => fits(await standing(roomId, eventId), want), seconds, async () => `${JSON.stringify(want)}; it is ${await now()}`);
        return standing(roomId, eventId);
    },
};
