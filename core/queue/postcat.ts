/** A queue file as postcat(1) prints it: envelope records, message contents. Pure. */
import { asctime } from '../mail/asctime.ts';
import type { MessageContent, QueuedMessage } from '../mail/message.ts';
import { bodyOf } from './content.ts';
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

function attributes(message: QueuedMessage): readonly string[] {
  const { client } = message;
  const attribute = (name: string, value: string) =>
    value === '' ? [] : [`named_attribute: ${name}=${value}`];
  const time = asctime(message.arrivedAt);
  const numbers = [message.size, DATA_OFFSET, message.recipients.length, 0, message.size, 0];
  const sizes = numbers.map((n) => String(n).padStart(15)).join(' ');
  const reversed = client?.address ?? '';
  return [
    `message_size: ${sizes}`,
    `message_arrival_time: ${time}`,
    `create_time: ${time}`,
    ...attribute('dsn_envid', message.envid),
    ...attribute('dsn_ret', message.ret === '' ? '' : message.ret === 'FULL' ? '1' : '2'),
    `named_attribute: rewrite_context=${message.origin === 'smtpd' ? 'remote' : 'local'}`,
    ...attribute('sasl_method', client?.saslMethod ?? ''),
    ...attribute('sasl_username', client?.saslUsername ?? ''),
    ...attribute('content_filter', message.filter),
    ...(message.origin === 'sendmail' ? ['sender_fullname: '] : []),
    ...attribute('encoding', message.encoding),
    ...attribute('log_client_name', client?.name ?? ''),
    ...attribute('log_client_address', client?.address ?? ''),
    ...attribute('log_client_port', client === null ? '' : String(client.port)),
    ...attribute('log_message_origin', client === null ? '' : `${client.name}[${client.address}]`),
    ...attribute('log_helo_name', client?.helo ?? ''),
    ...attribute('log_protocol_name', client?.protocol ?? ''),
    ...attribute('client_name', client?.name ?? ''),
    ...attribute('reverse_client_name', client?.name ?? ''),
    ...attribute('client_address', reversed),
    ...attribute('client_port', client === null ? '' : String(client.port)),
    ...attribute('helo_name', client?.helo ?? ''),
    ...attribute('protocol_name', client?.protocol ?? ''),
    ...attribute('client_address_type', reversed === '' ? '' : reversed.includes(':') ? '6' : '2'),
    ...attribute('dsn_orig_rcpt', ''),
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
    ...recipients(message),
    `*** MESSAGE CONTENTS ${path} ***`,
  ];
  const after = [`*** HEADER EXTRACTED ${path} ***`, `*** MESSAGE FILE END ${path} ***`];
  const body = parts.body ? `\n${text(bodyOf(content))}` : '';
  return (
    (parts.envelope ? lines(before) : '') +
    (parts.header ? text(content.header) : '') +
    (body === '' || body.endsWith('\n') ? body : `${body}\n`) +
    (parts.envelope ? lines(after) : '')
  );
}
