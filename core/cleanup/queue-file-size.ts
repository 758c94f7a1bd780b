/**
 * How long the message's queue file would be: message_size_limit is a limit of that file. The records are those that
 * Postfix writes (cleanup_envelope, smtpd, pickup); numbers that are not known here have their usual length.
 */
import type { ClientIdentity, NewRecipient } from '../mail/message.ts';
import { clientAttributes, RET_FLAGS } from '../mail/queue-file-words.ts';
import { recordBytes } from '../mail/record-size.ts';
import type { State } from './state.ts';

/** The first record: six numbers of fifteen digits. */
const SIZE_RECORD = recordBytes(95);
/** Seconds and microseconds. */
const TIME_RECORD = recordBytes(17);
/** A record that only separates: message, extracted, end. */
const MARKER = recordBytes(0);

const textBytes = (text: string): number => recordBytes(Buffer.byteLength(text));

function attributes(pairs: readonly (readonly [name: string, value: string])[]): number {
  return pairs.reduce((sum, [name, value]) => sum + (value === '' ? 0 : textBytes(`${name}=${value}`)), 0);
}

function clientBytes(client: ClientIdentity | null, queueId: string): number {
  if (client === null) return 0;
  return attributes([
    ['log_ident', queueId],
    ...clientAttributes(client),
    ['server_address', client.address],
    ['server_port', '25'],
  ]);
}

function recipientBytes({ address, originalAddress, orcpt, notify }: NewRecipient): number {
  const flags = notify.length === 0 ? 0 : textBytes('notify_flags=4');
  const original = originalAddress === '' ? 0 : textBytes(originalAddress);
  return flags + attributes([['dsn_orig_rcpt', orcpt]]) + original + textBytes(address);
}

/** @param contentBytes of the content's records */
export function queueFileBytes(state: State, contentBytes: number): number {
  const { submission, sender, encoding, filter, recipients } = state;
  const envelope =
    SIZE_RECORD +
    TIME_RECORD +
    attributes([
      ['create_time', '1700000000'],
      ['rewrite_context', submission.rewriteContext],
      ['envelope_id', submission.envid],
      ['ret_flags', RET_FLAGS[submission.ret] ?? ''],
      ['encoding', submission.encoding],
    ]) +
    clientBytes(submission.client, submission.queueId) +
    (submission.origin === 'sendmail' ? textBytes(submission.fullName ?? '') : 0) +
    textBytes(sender) +
    (submission.verp === undefined ? 0 : textBytes(submission.verp));
  const extracted = attributes([['encoding', encoding]]) + (filter === '' ? 0 : textBytes(filter));
  const addressed = recipients.reduce((sum, recipient) => sum + recipientBytes(recipient), 0);
  return envelope + addressed + contentBytes + extracted + 3 * MARKER;
}
