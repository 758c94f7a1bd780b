/** Drafts as the calls see them: kept in the store, composed and handed in when they are sent. */
import type { DraftArea, Attachment, Sent } from '../api/areas/hand-in.ts';
import { draftFields, type Draft, type DraftFields } from '../api/contract/drafts.ts';
import { composeMessage } from '../compose/message.ts';
import { readAddresses, type Addressed } from '../compose/problems.ts';
import type { MailArea } from '../api/areas/mail.ts';
import type { Store, StoredDraft } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import type { HandIn } from './hand-in.ts';

export interface DraftsDependencies {
  readonly store: Pick<Store, 'drafts'>;
  readonly mail: Pick<MailArea, 'source' | 'part'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly loginUser: string;
  readonly handIn: HandIn;
}

/** More are kept, but no list of them is of use. */
const MOST_LISTED = 200;

function toDraft({ id, changedAt, fields, files }: StoredDraft): Draft {
  return {
    ...draftFields.parse(JSON.parse(fields)),
    id,
    changedAt,
    files: files.map((file) => ({ ...file })),
  };
}

export function createDraftsArea(dependencies: DraftsDependencies): DraftArea {
  const { mail, clock, loginUser, handIn } = dependencies;
  const { drafts } = dependencies.store;

  async function fileOf(attachment: Attachment) {
    if ('bytes' in attachment) return attachment;
    const { messageId, inside, part, contentId } = attachment;
    const at = { id: messageId, inside };
    if (part !== undefined) {
      const found = await mail.part(at, part, false);
      if (found === undefined) return undefined;
      const { fileName, contentType, body } = found;
      return { name: fileName || `part-${part}`, type: contentType, contentId, bytes: body };
    }
    const bytes = await mail.source(at);
    if (bytes === undefined) return undefined;
    return { name: `message-${messageId}.eml`, type: 'message/rfc822', contentId, bytes };
  }

  function compose(draft: Draft, addressed: Extract<Addressed, { kind: 'addressed' }>): Promise<Buffer> {
    const { from, to, cc } = addressed;
    const { subject, text, html, inReplyTo, references, service, files } = draft;
    return composeMessage({
      ...{ from, to, cc, subject, text, html, inReplyTo, references },
      files: files.map(({ id, name, type, contentId }) => ({
        ...{ name, type, contentId },
        bytes: drafts.bytes(draft.id, id) ?? new Uint8Array(0),
      })),
      messageId: handIn.makeMessageId(),
      at: clock.now(),
      lineEnd: service === '' ? '\n' : '\r\n',
    });
  }

  async function handOver(draft: Draft): Promise<Sent> {
    const addressed = readAddresses(draft, loginUser);
    if (addressed.kind === 'problems') return addressed;
    const { from, to, cc, bcc } = addressed;
    const raw = await compose(draft, addressed);
    const recipients = [...new Set([...to, ...cc, ...bcc].map(({ address }) => address))];
    const sender = from.address;
    if (draft.service === '')
      return { kind: 'handed-in', result: await handIn.locally({ sender, recipients, raw }) };
    const { service, login } = draft;
    const client = { clientAddress: '127.0.0.1', clientName: 'localhost', helo: 'localhost' };
    return handIn.bySmtp(service, { ...client, tls: login !== '', login, sender, recipients }, raw);
  }

  return {
    list: () => Promise.resolve(drafts.list(MOST_LISTED).map(toDraft)),
    get(id) {
      const found = drafts.get(id);
      return Promise.resolve(found === undefined ? undefined : toDraft(found));
    },
    save: (fields: DraftFields, id) => drafts.save(JSON.stringify(fields), id),
    async attach(id, attachment) {
      const file = await fileOf(attachment);
      if (file === undefined) return undefined;
      const number = await drafts.attach(id, file);
      if (number === undefined) return undefined;
      const { bytes, ...known } = file;
      return { id: number, ...known, size: bytes.byteLength };
    },
    detach: (id, file) => drafts.detach(id, file),
    remove: (ids) => drafts.remove(ids),
    async send(id) {
      const found = drafts.get(id);
      if (found === undefined) return { kind: 'gone' };
      const sent = await handOver(toDraft(found));
      // Whoever has it already must not get it twice.
      if (sent.kind === 'handed-in' && sent.result.queueId !== '') await drafts.remove([id]);
      return sent;
    },
  };
}
