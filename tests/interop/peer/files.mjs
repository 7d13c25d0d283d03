// Files in encrypted rooms, sealed and opened by Element's engine.
import { wasm } from "./engine.mjs";
import { me } from "./account.mjs";

export const commands = {
    // A message with a file; `bytes` are its content.
    // `more`: fields of the message beside what says where the file is.
    async sendFile({ roomId, name, bytes, msgtype = "m.file", more }) {
        const sealed = wasm.Attachment.encrypt(Uint8Array.from(bytes));
        const { content_uri: url } = await me.client.uploadContent(new Blob([sealed.encryptedData]), { type: "application/octet-stream" });
        const file = { ...JSON.parse(sealed.mediaEncryptionInfo), url };
        const content = { msgtype, body: name, file, info: { size: bytes.length }, ...more };
        return { content, eventId: (await me.client.sendEvent(roomId, "m.room.message", content)).event_id };
    },
    // What is in the file of a message that can be read.
    async openFile({ roomId, eventId }) {
        const { file } = me.client.getRoom(roomId).findEventById(eventId).getContent();
        const address = me.client.mxcUrlToHttp(file.url, undefined, undefined, undefined, false, true, true);
        const answer = await fetch(address, { headers: { Authorization: `Bearer ${me.session.accessToken}` } });
        if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
        const sealed = new wasm.EncryptedAttachment(new Uint8Array(await answer.arrayBuffer()), JSON.stringify(file));
        return { bytes: [...wasm.Attachment.decrypt(sealed)] };
    },
};
