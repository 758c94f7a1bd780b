/** The commands of a transaction: XFORWARD, MAIL FROM and RCPT TO with their parameters. */
import type { Notify } from '../../mail/dsn.ts';
import type { ClientIdentity, QueuedRecipient } from '../../mail/message.ts';
import { quoteAddress } from '../address-text.ts';
import { queueIdOf, type Attempt } from './attempt.ts';
import type { Session } from './session.ts';

// eslint-disable-next-line no-control-regex -- the whole ASCII range is meant
const NOT_ASCII = /[^\x00-\x7f]/;

const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, '0');

/** xtext (RFC 3461 section 4) of the bytes, with more characters that have to be encoded. */
function xtext(text: string, special: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      const isPlain = byte > 32 && byte < 127 && character !== '+' && !special.includes(character);
      return isPlain ? character : `+${hex(byte)}`;
    })
    .join('');
}

/** utf-8-addr-unitext (RFC 6533 section 3): only ASCII that means something is encoded. */
const unitext = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are encoded
  text.replace(/[\x00-\x20\x7f+=\\]/g, (character) => `\\x{${hex(character.charCodeAt(0))}}`);

/** An address between the angle brackets. */
const pathOf = (attempt: Attempt, address: string): string =>
  attempt.settings.quotesEnvelope ? quoteAddress(address) : address;

/** Whether an 8-bit message will be made a 7-bit one for this server. */
export function isDowngrading({ settings }: Attempt, { features }: Session): boolean {
  return !settings.isConversionDisabled && !features.has('8BITMIME');
}

const isKnown = (value: string): boolean => value !== '' && value.toLowerCase() !== 'unknown';

interface ForwardedAttribute {
  readonly name: string;
  readonly value: string;
  readonly isSent: boolean;
}

function xforward(session: Session, attributes: readonly ForwardedAttribute[]): string | undefined {
  const offered = attributes.filter(({ name, isSent }) => isSent && session.features.has(`XFORWARD_${name}`));
  if (offered.length === 0) return undefined;
  return `XFORWARD ${offered.map(({ name, value }) => `${name}=${xtext(value, '')}`).join(' ')}`;
}

/** The client of a message, as a content filter is told of it. */
export interface Origin {
  readonly client: ClientIdentity | null;
  /** local_header_rewrite_clients: the message was completed as local mail. */
  readonly isLocal: boolean;
}

/** Zero to two XFORWARD commands (XFORWARD_README): who the client was, and what it said. */
export function xforwardCommands(
  attempt: Attempt,
  session: Session,
  { client, isLocal }: Origin,
): readonly [nameAddress: string | undefined, protocolHelo: string | undefined] {
  if (!attempt.settings.sendsXforward) return [undefined, undefined];
  const of = (name: string, value: string, isSent = isKnown(value)): ForwardedAttribute => ({
    name,
    value,
    isSent,
  });
  const { name = '', address = '', port = 0, protocol = '', helo = '' } = client ?? {};
  const peer = [of('NAME', name), of('ADDR', address), of('PORT', port === 0 ? '' : String(port))];
  const said = [
    of('PROTO', protocol),
    of('HELO', helo, helo !== ''),
    of('IDENT', client === null ? '' : queueIdOf(attempt)),
    of('SOURCE', isLocal ? 'LOCAL' : 'REMOTE'),
  ];
  return [xforward(session, peer), xforward(session, said)];
}

const BODY = { '7bit': '7BIT', '8bit': '8BITMIME' } as const;

/** @param sender after generic mapping, internal form */
export function mailCommand(
  attempt: Attempt,
  { features }: Session,
  sender: string,
  is7bitOnly: boolean,
): string {
  const { message } = attempt.request;
  const parts = [`MAIL FROM:<${pathOf(attempt, sender)}>`];
  // the size is not known when the content is going to be converted
  if (features.has('SIZE') && !is7bitOnly) parts.push(`SIZE=${message.queueSize}`);
  if (features.has('8BITMIME') && message.encoding !== '') parts.push(`BODY=${BODY[message.encoding]}`);
  if (features.has('DSN')) {
    if (message.envid !== '') parts.push(`ENVID=${xtext(message.envid, '+=')}`);
    if (message.ret !== '') parts.push(`RET=${message.ret}`);
  }
  if (features.has('SMTPUTF8') && message.smtputf8) parts.push('SMTPUTF8');
  return parts.join(' ');
}

const NOTIFY_ORDER: readonly Notify[] = ['NEVER', 'SUCCESS', 'FAILURE', 'DELAY'];

function orcptOf({ orcpt, originalAddress }: QueuedRecipient, isUtf8: boolean): string {
  if (orcpt !== '' || originalAddress === '') return orcpt;
  const quoted = quoteAddress(originalAddress);
  return `${isUtf8 && NOT_ASCII.test(quoted) ? 'utf-8' : 'rfc822'};${quoted}`;
}

/** @param address after generic mapping, internal form */
export function rcptCommand(
  attempt: Attempt,
  { features }: Session,
  recipient: QueuedRecipient,
  address: string,
): string {
  const parts = [`RCPT TO:<${pathOf(attempt, address)}>`];
  if (features.has('DSN')) {
    const orcpt = orcptOf(recipient, attempt.request.message.smtputf8);
    if (/^utf-8;/i.test(orcpt)) parts.push(`ORCPT=${unitext(orcpt)}`);
    else if (orcpt !== '') parts.push(`ORCPT=${xtext(orcpt, '=')}`);
    const notify = NOTIFY_ORDER.filter((word) => recipient.notify.includes(word));
    if (notify.length > 0) parts.push(`NOTIFY=${notify.join(',')}`);
  }
  return parts.join(' ');
}
