/**
 * A message as the values of its rows. The engine's thread makes them and the writer binds them as they come: names of
 * columns need not travel with each message, nor be read again on the other side.
 */
import type { ClientIdentity, NewMessage } from '../mail/message.ts';
import { notifyToBits } from './notify-bits.ts';

/** Lists show no more of a header; an address list of 10,000 would make them slow. */
const LONGEST_SUMMARY = 1000;

type Value = string | number | null;

/** Columns of `message` in the order of a row; the writer itself adds `parent_id`. The first four it looks at. */
export const MESSAGE_COLUMNS = [
  'id',
  'queue_id',
  'arrived_at',
  'size',
  'origin',
  'client_name',
  'client_address',
  'client_port',
  'helo',
  'protocol',
  'sasl_method',
  'sasl_username',
  'service',
  'sender',
  'ret',
  'envid',
  'smtputf8',
  'encoding',
  'queue_size',
  'header_from',
  'header_to',
  'subject',
  'header_date',
  'header_message_id',
  'filter',
  'verify',
  'wants_report',
  'verp',
  'recipient_count',
] as const;

export type MessageRow = readonly [
  id: number,
  queueId: string,
  arrivedAt: number,
  size: number,
  ...rest: readonly Value[],
];

/** Columns of `recipient` behind `message_id` and `idx`. */
export const RECIPIENT_COLUMNS = ['address', 'original_address', 'notify', 'orcpt'] as const;

export type RecipientRow = readonly [address: string, originalAddress: string, notify: number, orcpt: string];

const short = (text: string) =>
  text.length <= LONGEST_SUMMARY ? text : `${text.slice(0, LONGEST_SUMMARY)}…`;
const bit = (value: boolean) => (value ? 1 : 0);

const clientValues = (client: ClientIdentity): readonly Value[] => [
  client.name,
  client.address,
  client.port,
  client.helo,
  client.protocol,
  client.saslMethod,
  client.saslUsername,
  client.service,
];
const NO_CLIENT: readonly Value[] = [null, null, null, null, null, null, null, null];

export function toMessageRow(m: NewMessage): MessageRow {
  const { summary } = m;
  return [
    m.messageId,
    m.queueId,
    m.arrivedAt,
    m.size,
    m.origin,
    ...(m.client === null ? NO_CLIENT : clientValues(m.client)),
    m.sender,
    m.ret,
    m.envid,
    bit(m.smtputf8),
    m.encoding,
    m.queueSize,
    short(summary.from),
    short(summary.to),
    short(summary.subject),
    summary.date,
    summary.messageId,
    m.filter,
    bit(m.verify),
    bit(m.wantsReport),
    m.verp,
    m.recipients.length,
  ];
}

export const toRecipientRows = (m: NewMessage): readonly RecipientRow[] =>
  m.recipients.map((r) => [r.address, r.originalAddress, notifyToBits(r.notify), r.orcpt]);
