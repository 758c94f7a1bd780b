/** A queue file as postcat(1) prints it: envelope records, message contents. Pure. */
import { asctime } from '../mail/asctime.ts';
import type { MessageContent, QueuedMessage } from '../mail/message.ts';
import { clientAttributes, RET_FLAGS } from '../mail/queue-file-words.ts';
import { deliveredBody, separatorOf } from '../mail/delivered-form.ts';
import { quoteAddress } from './own-outcomes.ts';

export interface PostcatParts {
  /** `-e` */
  readonly envelope: boolean;
  /** `-h` */
  readonly header: boolean;
  /** `-b` */
  readonly body: boolean;
}

/** The first level of a hashed queue folder, as Postfix names files: `deferred/1/1ABC`. */
function pathOf(message: QueuedMessage): string {
  const isHashed = message.queue === 'deferred';
  return isHashed
    ? `deferred/${message.queueId.charAt(0)}/${message.queueId}`
    : `${message.queue}/${message.queueId}`;
}

/** Where the content would begin in a queue file; there is none here, so any plausible number. */
const DATA_OFFSET = 1024;

const named = (pairs: readonly (readonly [string, string])[]): readonly string[] =>
  pairs.filter(([, value]) => value !== '').map(([name, value]) => `named_attribute: ${name}=${value}`);

function attributes(message: QueuedMessage): readonly string[] {
  const { queueSize } = message;
  const numbers = [queueSize, DATA_OFFSET, message.recipients.length, 0, queueSize, 0];
  const time = asctime(message.arrivedAt);
  return [
    `message_size: ${numbers.map((n) => String(n).padStart(15)).join(' ')}`,
    `message_arrival_time: ${time}`,
    `create_time: ${time}`,
    ...named([
      ['dsn_envid', message.envid],
      ['dsn_ret', RET_FLAGS[message.ret] ?? ''],
      ['rewrite_context', message.origin === 'smtpd' ? 'remote' : 'local'],
      ['content_filter', message.filter],
      ['encoding', message.encoding],
    ]),
    ...(message.client === null ? [] : named(clientAttributes(message.client))),
  ];
}

const NOTIFY_BITS: Readonly<Record<string, number>> = { NEVER: 1, SUCCESS: 2, FAILURE: 4, DELAY: 8 };

function recipients(message: QueuedMessage): readonly string[] {
  return message.recipients.flatMap((recipient) => {
    const notify = recipient.notify.reduce((bits, word) => bits + (NOTIFY_BITS[word] ?? 0), 0);
    return [
      ...(recipient.orcpt === '' ? [] : [`named_attribute: dsn_orig_rcpt=${recipient.orcpt}`]),
      ...(notify === 0 ? [] : [`named_attribute: notify_flags=${notify}`]),
      ...(recipient.originalAddress === ''
        ? []
        : [`original_recipient: ${quoteAddress(recipient.originalAddress)}`]),
      `recipient: ${quoteAddress(recipient.address)}`,
    ];
  });
}

const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

/** What postcat(1) prints. With all parts this is `postcat -q`; `-bh` is the message alone. */
export function formatPostcat(message: QueuedMessage, content: MessageContent, parts: PostcatParts): string {
  const path = pathOf(message);
  const before = [
    `*** ENVELOPE RECORDS ${path} ***`,
    ...attributes(message),
    `sender: ${quoteAddress(message.sender)}`,
    ...(message.verp === '' ? [] : [`verp_delimiters: ${message.verp}`]),
    ...recipients(message),
    `*** MESSAGE CONTENTS ${path} ***`,
  ];
  const after = [`*** HEADER EXTRACTED ${path} ***`, `*** MESSAGE FILE END ${path} ***`];
  const body = parts.body ? text(Buffer.concat([separatorOf(content), deliveredBody(content)])) : '';
  return (
    (parts.envelope ? lines(before) : '') +
    (parts.header ? text(content.header) : '') +
    (body === '' || body.endsWith('\n') ? body : `${body}\n`) +
    (parts.envelope ? lines(after) : '')
  );
}
