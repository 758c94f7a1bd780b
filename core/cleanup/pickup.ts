/**
 * pickup(8) and the end of sendmail(1): mail that a local user submits becomes a Submission. sendmail's options are
 * read by the command; here is what they mean for the message.
 */
import { parseAddressList } from '../address/parse.ts';
import type { Config } from '../config/config.ts';
import type { DsnCode, Notify, Ret } from '../mail/dsn.ts';
import { deliveredForm } from '../mail/delivered-form.ts';
import { mailDate } from '../mail/header-date.ts';
import { headerNameLength, headerOptions } from '../mail/header.ts';
import type { BodyEncoding, MessageContent, NewMessage, Outcome, Submission } from '../mail/message.ts';
import { decodeBytes } from '../mail/byte-string.ts';

/** What sendmail(1) hands over. Addresses are in internal form. */
export interface LocalSubmission {
  /** -f, or the user's name; '' is the null sender. */
  readonly sender: string;
  readonly recipients: readonly string[];
  /** -t: more recipients from To, Cc and Bcc, or from the Resent- ones when there is any. */
  readonly extractRecipients?: boolean;
  /** Standard input up to its end, without the lone dot that ended it. */
  readonly raw: Uint8Array;
  readonly ret?: Ret;
  readonly envid?: string;
  readonly notify?: readonly Notify[];
  /** -bv: nothing is delivered, a report says what would be; the message is made here. */
  readonly verify?: boolean;
  readonly fullName?: string;
  /** -v: a report of the first attempt. */
  readonly report?: boolean;
  /** -XV; '' for default_verp_delimiters. */
  readonly verp?: string | undefined;
  readonly bodyType?: '7BIT' | '8BITMIME' | '';
  readonly uid: number;
  /** -G: the message is relayed, its header is not completed. */
  readonly isGateway?: boolean;
}

type Numbers = Pick<Submission, 'queueId' | 'messageId' | 'arrivedAt'>;

/** sendmail's fatal error when -t finds nobody; the command puts `user(uid): ` in front. Exit status 75. */
export const NO_RECIPIENTS = 'No recipient addresses found in message header';

const LF = 0x0a;

/** The message's own headers as byte strings, folding inside. */
function* headersOf(raw: Uint8Array): Generator<string> {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  let header = '';
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(LF, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.toString('latin1', start, end).replace(/\r+$/, '');
    start = end + 1;
    if (header !== '' && /^[ \t]/.test(line)) {
      header += `\n${line}`;
      continue;
    }
    if (header !== '') yield header;
    header = line;
    if (headerNameLength(line) === 0) return;
  }
  if (header !== '') yield header;
}

/** Recipients for sendmail -t, in internal form: as soon as there is a Resent- one, only those count. */
export function recipientsFromHeaders(raw: Uint8Array): readonly string[] {
  const plain: string[] = [];
  const resent: string[] = [];
  let isResent = false;
  for (const header of headersOf(raw)) {
    const options = headerOptions(header.slice(0, headerNameLength(header)).toLowerCase());
    if (options?.extract !== true) continue;
    const addresses = parseAddressList(decodeBytes(header.slice(header.indexOf(':') + 1)));
    if (options.resent) isResent = true;
    (options.resent ? resent : plain).push(...addresses);
  }
  return isResent ? resent : plain;
}

/** -bv has no message of its own. */
function probe(sender: string, recipients: readonly string[]): Buffer {
  const from = sender === '' ? '' : `From: ${sender}\n`;
  const list = recipients.map((recipient) => `\t${recipient}`).join(',\n');
  return Buffer.from(`${from}Subject: probe\n${recipients.length === 0 ? '' : `To:${list}\n`}`);
}

function skipped(config: Config): Submission['skip'] {
  const options = new Set(config.list('receive_override_options'));
  return {
    ...(options.has('no_address_mappings') ? { addressMappings: true, bcc: true } : {}),
    ...(options.has('no_header_body_checks') ? { checks: true } : {}),
  };
}

/**
 * @param config pickup's own: `config.forService(pickup)`, where content_filter and receive_override_options may be set
 * @returns the submission and pickup's log line; `no-recipients` when -t found nobody
 */
export function toSubmission(
  input: LocalSubmission,
  numbers: Numbers,
  config: Config,
):
  | { readonly kind: 'submission'; readonly submission: Submission; readonly logText: string }
  | { readonly kind: 'no-recipients' } {
  const extracted = input.extractRecipients === true ? recipientsFromHeaders(input.raw) : [];
  const addresses = [...input.recipients, ...extracted];
  if (addresses.length === 0) return { kind: 'no-recipients' };
  const { queueId } = numbers;
  const submission = compose(input, addresses, numbers, config);
  return { kind: 'submission', submission, logText: `${queueId}: uid=${input.uid} from=<${input.sender}>` };
}

const ENCODING: Readonly<Record<string, BodyEncoding>> = { '7BIT': '7bit', '8BITMIME': '8bit' };

function compose(
  input: LocalSubmission,
  addresses: readonly string[],
  numbers: Numbers,
  config: Config,
): Submission {
  const { sender, fullName = '', notify = [], ret = '', envid = '' } = input;
  const { queueId, arrivedAt } = numbers;
  const filter = config.get('content_filter');
  const received = `Received: by ${config.get('myhostname')} (${config.get('mail_name')}, from userid ${input.uid})`;
  return {
    ...numbers,
    origin: 'sendmail',
    client: null,
    sender,
    recipients: addresses.map((address) => ({ address, originalAddress: address, notify, orcpt: '' })),
    ret,
    envid,
    smtputf8: false,
    encoding: ENCODING[input.bodyType ?? ''] ?? '',
    raw: input.verify === true ? probe(sender, addresses) : input.raw,
    head: `${received}\n\tid ${queueId}; ${mailDate(arrivedAt)}\n`,
    rewriteContext: input.isGateway === true ? 'remote' : 'local',
    skip: skipped(config),
    orders: filter === '' ? {} : { filter },
    ...(fullName === '' ? {} : { fullName }),
    ...(input.verify === true ? { verify: true } : {}),
    ...(input.report === true ? { wantsReport: true } : {}),
    ...(input.verp === undefined ? {} : { verp: input.verp || config.get('default_verp_delimiters') }),
    journey: [
      {
        at: arrivedAt,
        program: 'pickup',
        verdict: 'info',
        what: `submitted by user id ${input.uid} as ${sender === '' ? 'the null sender' : sender}`,
      },
    ],
  };
}

/**
 * What cleanup(8) bounces itself (cleanup_bounce): all recipients of a refused message, for bounce(8)'s failure notice
 * and for cleanup's `to=<...>, relay=none, ... status=bounced (...)` lines.
 */
export function refusalOutcomes(
  message: NewMessage,
  refusal: { readonly dsn: DsnCode; readonly reason: string },
  now: number,
): readonly Outcome[] {
  return message.recipients.map(({ address, originalAddress }, recipientIndex) => ({
    recipientIndex,
    address,
    originalAddress,
    status: 'bounced',
    dsn: refusal.dsn,
    reason: refusal.reason,
    relay: 'none',
    action: 'failed',
    startedAt: message.arrivedAt,
    finishedAt: now,
  }));
}

/** The content of a message that is not stored, as bounce(8) reads it: LF line ends. */
export function unstoredContent(content: MessageContent): {
  read(): Promise<Uint8Array>;
  readHeader(): Promise<Uint8Array>;
} {
  return {
    readHeader: () => Promise.resolve(content.header),
    read: () => Promise.resolve(deliveredForm(content)),
  };
}
