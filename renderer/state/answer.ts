/** What stands in the fields when somebody answers or forwards a message. Pure. */
import type { DraftFields } from '../../core/api/contract/drafts.ts';
import type { MessageBody } from '../../core/api/contract/mail.ts';
import { decodeWords } from '../../core/mail/encoded-words.ts';
import { formatMailbox, parseMailboxes, type Mailbox } from '../../core/mail/mailboxes.ts';
import { FORWARDED, forwardedHtml } from './forwarded-html.ts';

export type AnswerKind = 'reply' | 'all' | 'forward' | 'attached';

export interface Answered {
  readonly body: Pick<MessageBody, 'headers' | 'text'>;
  /** Forwarded with it; '': it has none. */
  readonly html: string;
  /** Of its envelope: who wrote where no header says so, and whom it was for. */
  readonly sender: string;
  readonly recipients: readonly string[];
}

export const NEW_DRAFT: DraftFields = {
  from: '',
  to: '',
  cc: '',
  bcc: '',
  subject: '',
  text: '',
  html: '',
  inReplyTo: '',
  references: '',
  service: '',
  login: '',
};

const MOST_REFERENCES = 10_000;

type Headers = Answered['body']['headers'];

function find(headers: Headers, name: string): Headers[number] | undefined {
  return headers.find((field) => field.name.toLowerCase() === name);
}
const valueOf = (headers: Headers, name: string) => find(headers, name)?.value ?? '';
const rawOf = (headers: Headers, name: string) => {
  const field = find(headers, name);
  return (field?.raw ?? field?.value ?? '').replace(/\r?\n/g, '');
};

/** Read as it stands: a name may have commas once it is decoded. */
function mailboxesOf(headers: Headers, name: string): readonly Mailbox[] {
  const { mailboxes } = parseMailboxes(rawOf(headers, name));
  return mailboxes.map((mailbox) => ({ ...mailbox, name: decodeWords(mailbox.name) }));
}

const sameAs = (address: string) => (mailbox: Mailbox) =>
  mailbox.address.toLowerCase() === address.toLowerCase();
const listed = (mailboxes: readonly Mailbox[]) => mailboxes.map(formatMailbox).join(', ');

function distinct(mailboxes: readonly Mailbox[]): readonly Mailbox[] {
  return mailboxes.filter((mailbox, at) => mailboxes.findIndex(sameAs(mailbox.address)) === at);
}

const prefixed = (prefix: string, known: RegExp, subject: string) =>
  known.test(subject) ? subject : `${prefix} ${subject}`.trim();
const RE = /^re(?:\[\d+\])?:/i;
const FWD = /^(?:fwd?|wg):/i;

export function quoted(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').trimEnd().split('\n');
  return lines.map((line) => (line.startsWith('>') || line === '' ? `>${line}` : `> ${line}`)).join('\n');
}

/** One of those whom the message was for: whoever answers it is that one here. */
function answererOf(headers: Headers, recipients: readonly string[]): Mailbox | undefined {
  const addressed = [...mailboxesOf(headers, 'to'), ...mailboxesOf(headers, 'cc')];
  const own = addressed.find(({ address }) =>
    recipients.some((other) => sameAs(other)({ name: '', address })),
  );
  const [first] = recipients;
  return own ?? (first === undefined ? addressed[0] : { name: '', address: first });
}

function reply({ body: { headers, text }, sender, recipients }: Answered, toAll: boolean): DraftFields {
  const own = answererOf(headers, recipients);
  const authors = mailboxesOf(headers, 'from');
  const replyTo = mailboxesOf(headers, 'reply-to');
  const fallback = sender === '' ? [] : [{ name: '', address: sender }];
  const to = [replyTo, authors, fallback].find((list) => list.length > 0) ?? [];
  const others = [...mailboxesOf(headers, 'to'), ...mailboxesOf(headers, 'cc')].filter(
    ({ address }) => own?.address !== address && !to.some(sameAs(address)),
  );
  const messageId = rawOf(headers, 'message-id').trim();
  const before = rawOf(headers, 'references').trim() || rawOf(headers, 'in-reply-to').trim();
  const author = listed(authors) || sender || 'somebody';
  const date = valueOf(headers, 'date');
  return {
    ...NEW_DRAFT,
    from: own === undefined ? '' : formatMailbox(own),
    to: listed(to),
    cc: toAll ? listed(distinct(others)) : '',
    subject: prefixed('Re:', RE, valueOf(headers, 'subject')),
    text: `\n\n${date === '' ? '' : `On ${date}, `}${author} wrote:\n${quoted(text)}\n`,
    inReplyTo: messageId,
    references: `${before} ${messageId}`.trim().slice(-MOST_REFERENCES),
  };
}

function forward({ body: { headers, text }, html, recipients }: Answered, isInline: boolean): DraftFields {
  const own = answererOf(headers, recipients);
  const told = ['From', 'Date', 'Subject', 'To', 'Cc']
    .map((name) => ({ name, value: valueOf(headers, name.toLowerCase()) }))
    .filter(({ value }) => value !== '')
    .map(({ name, value }) => `${name}: ${value}`);
  return {
    ...NEW_DRAFT,
    from: own === undefined ? '' : formatMailbox(own),
    subject: prefixed('Fwd:', FWD, valueOf(headers, 'subject')),
    text: isInline ? ['\n', FORWARDED, ...told, '', text].join('\n') : '\n',
    html: isInline && html !== '' ? forwardedHtml(html, told) : '',
  };
}

export function answerTo(answered: Answered, kind: AnswerKind): DraftFields {
  if (kind === 'reply' || kind === 'all') return reply(answered, kind === 'all');
  return forward(answered, kind === 'forward');
}
