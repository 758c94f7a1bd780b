/**
 * Mail of files: put into a mailbox as it is, past cleanup and queue, or handed in as sendmail(1) would. One that
 * cannot be taken does not keep the others back.
 */
import type { HandInArea } from '../api/areas/hand-in.ts';
import type { ImportInput, ImportResult } from '../api/contract/hand-in.ts';
import { recipientsFromHeaders } from '../cleanup/pickup.ts';
import { summarise } from '../cleanup/summary.ts';
import { isAscii } from '../mail/byte-string.ts';
import { deliveredForm, withLf } from '../mail/delivered-form.ts';
import type { MessageContent, NewMessage, Outcome } from '../mail/message.ts';
import { quoteLocal, unquoteLocal } from '../mail/quote.ts';
import { textRecordBytes } from '../mail/record-size.ts';
import type { Settlement, Store } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import type { HandIn } from './hand-in.ts';

export interface ImportDependencies {
  readonly store: Pick<Store, 'queue' | 'mail'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly loginUser: string;
  readonly allocate: () => Pick<NewMessage, 'queueId' | 'messageId' | 'arrivedAt'>;
}

type Imported = ImportInput['messages'][number];
type Result = ImportResult['results'][number];

/** Postfix's own line_length_limit: nothing was configured when the file was written. */
const LINE_LENGTH_LIMIT = 2048;
const EMPTY_LINE = /\r?\n\r?\n/;
const HEADER_LINE = /^[!-9;-~]+[ \t]*:/;

/** Split at the first empty line; a message that does not begin with a header has none. */
function contentOf(raw: Buffer): MessageContent {
  const text = raw.toString('latin1');
  const first = /^\r?\n/.exec(text);
  if (first !== null) return { raw, header: Buffer.alloc(0), bodyOffset: first[0].length, body: null };
  if (!HEADER_LINE.test(text)) return { raw, header: Buffer.alloc(0), bodyOffset: 0, body: null };
  const end = EMPTY_LINE.exec(text);
  const lines = withLf(end === null ? raw : raw.subarray(0, end.index));
  const header = lines.at(-1) === 0x0a ? lines : Buffer.concat([lines, Buffer.from('\n')]);
  return { raw, header, bodyOffset: end === null ? raw.length : end.index + end[0].length, body: null };
}

function settlementOf(
  { queueId, messageId, recipients }: NewMessage,
  mailbox: string,
  at: number,
): Settlement {
  const outcomes = recipients.map(({ address, originalAddress }, recipientIndex): Outcome => ({
    recipientIndex,
    address,
    originalAddress,
    status: 'sent',
    dsn: '2.0.0',
    // The mailbox stands for the first; that the others had theirs is what the file says.
    reason: recipientIndex === 0 ? 'imported' : 'imported: another recipient of the same message',
    relay: 'none',
    action: recipientIndex === 0 ? 'delivered' : 'relayed',
    startedAt: at,
    finishedAt: at,
  }));
  return {
    queueId,
    messageId,
    outcomes,
    mailboxDeliveries: [{ recipientIndex: 0, mailbox, address: recipients[0]?.address ?? mailbox, head: '' }],
    create: [],
    journey: [],
    doneRecipients: recipients.map((_, index) => index),
    deferredRecipients: [],
    next: { kind: 'removed' },
  };
}

export function createImport(
  dependencies: ImportDependencies & Pick<HandIn, 'locally'>,
): HandInArea['import'] {
  const { store, clock, loginUser, allocate, locally } = dependencies;

  function toMail({ rawBase64, sender = '', recipients = [] }: Imported, mailbox: string) {
    const numbers = allocate();
    const content = contentOf(Buffer.from(rawBase64, 'base64'));
    const delivered = deliveredForm(content);
    const addresses = recipients.length === 0 ? [mailbox] : recipients;
    const message: NewMessage = {
      ...numbers,
      origin: 'api',
      client: null,
      sender: unquoteLocal(sender),
      ret: '',
      envid: '',
      smtputf8: false,
      encoding: isAscii(Buffer.from(content.raw).toString('latin1')) ? '7bit' : '8bit',
      recipients: addresses.map((address) => ({ address, originalAddress: address, notify: [], orcpt: '' })),
      content,
      size: delivered.length,
      queueSize: textRecordBytes(delivered, LINE_LENGTH_LIMIT),
      summary: summarise(Buffer.from(content.header).toString('latin1')),
      hold: null,
      filter: '',
      verify: false,
      wantsReport: false,
      verp: '',
      journey: [
        {
          at: numbers.arrivedAt,
          program: 'import',
          verdict: 'ok',
          what: `put into the mailbox ${mailbox} as it was in a file: nothing decided about it`,
        },
      ],
    };
    return { message, settlement: settlementOf(message, mailbox, clock.now()) };
  }

  async function intoMailbox(messages: readonly Imported[], mailbox: string): Promise<Result[]> {
    const mails = messages.map((message) => toMail(message, mailbox));
    try {
      await store.queue.file(mails);
    } catch (error) {
      const refused = error instanceof Error ? error.message : String(error);
      return mails.map(() => ({ refused }));
    }
    const ids = mails.map(({ message }) => message.messageId);
    const marked = (mark: 'isRead' | 'isStarred') => ids.filter((_, at) => messages[at]?.[mark] === true);
    if (marked('isRead').length > 0) await store.mail.mark(marked('isRead'), { isRead: true });
    if (marked('isStarred').length > 0) await store.mail.mark(marked('isStarred'), { isStarred: true });
    return ids.map((id) => ({ id }));
  }

  async function asSent(
    { rawBase64, sender, recipients = [] }: Imported,
    given: Extract<ImportInput['as'], { kind: 'sent' }>,
  ): Promise<Result> {
    const raw = Buffer.from(rawBase64, 'base64');
    const lists = [given.recipients, recipients, recipientsFromHeaders(raw), [loginUser]];
    const result = await locally({
      sender: given.sender === '' ? quoteLocal(sender ?? loginUser) : given.sender,
      recipients: (lists.find((list) => list.length > 0) ?? []).map(quoteLocal),
      raw,
    });
    const [refused] = result.refused;
    if (refused !== undefined) return { refused };
    return result.id === undefined ? {} : { id: result.id };
  }

  return async ({ messages, as }) => {
    if (as.kind === 'mailbox') return { results: await intoMailbox(messages, as.name) };
    const results: Result[] = [];
    for (const message of messages) results.push(await asSent(message, as));
    return { results };
  };
}
