/** The address of MAIL, RCPT and VRFY (extract_addr of smtpd(8)). */
import { parseSmtpPath, type SmtpPath } from '../../address/parse.ts';
import type { Resolution } from '../../address/resolution.ts';
import type { Maybe } from '../../tables/maybe.ts';
import { isAscii } from '../../mail/byte-string.ts';
import { domainOf } from '../hostnames.ts';
import { printable } from '../printable.ts';
import type { Session } from '../session.ts';

export type ExtractedAddress = Extract<SmtpPath, { kind: 'address' }>;

export interface ExtractOptions {
  readonly allowEmpty: boolean;
  readonly strict: boolean;
  readonly smtputf8: boolean;
}

/** An address that no rule of RFC 5321 or of the resolver could object to. */
const PLAIN_PATH =
  /^<[a-z0-9_][\w+=-]*(?:\.[\w+=-]+)*@[a-z][a-z0-9]*(?:-+[a-z0-9]+)*(?:\.[a-z0-9]+(?:-+[a-z0-9]+)*)*>$/i;

/** A label of a domain has 63 characters at most. */
const LONGEST_PLAIN_PATH = 64;

/** The shape that nearly all addresses have is read without taking it apart. */
export function plainAddress(text: string): ExtractedAddress | undefined {
  if (text.length > LONGEST_PLAIN_PATH || !PLAIN_PATH.test(text)) return undefined;
  const address = text.slice(1, -1);
  return { kind: 'address', address, external: address, typed: address };
}

/** Undefined when the address makes no sense; that has been logged then. */
export function extractAddress(
  session: Session,
  text: string,
  options: ExtractOptions,
): Maybe<ExtractedAddress | undefined> {
  return plainAddress(text) ?? examineAddress(session, text, options);
}

async function examineAddress(
  session: Session,
  text: string,
  options: ExtractOptions,
): Promise<ExtractedAddress | undefined> {
  const path = parseSmtpPath(text, options);
  if (path.kind === 'address' && (await isAcceptable(session, path.address, options.smtputf8))) return path;
  session.service.logger.warning(
    `Illegal address syntax from ${session.clientLabel} in ${session.where} command: ${printable(text, '?')}`,
  );
  return undefined;
}

/** The resolver refuses what cannot be an address; a Unicode domain needs SMTPUTF8 (smtpd_check_addr). */
async function isAcceptable(session: Session, address: string, smtputf8: boolean): Promise<boolean> {
  if (address === '') return true;
  const resolution = await resolveFor(session, address);
  if (resolution.kind === 'unresolvable') return false;
  if (smtputf8 || resolution.kind !== 'resolved') return true;
  return isAscii(domainOf(resolution.recipient) ?? '');
}

/** Shares the look-up with the restrictions that follow. */
function resolveFor(session: Session, address: string): Promise<Resolution> {
  const { resolutions, transaction } = session;
  const other = session.where === 'MAIL' ? '' : (transaction?.sender ?? '');
  const key = `${other} ${address}`;
  let asked = resolutions.get(key);
  if (asked === undefined) {
    asked = session.service.world.resolver.resolve(address, other);
    resolutions.set(key, asked);
  }
  return asked;
}

/** xtext (RFC 3461 section 4) decoded; undefined when it is malformed. */
export function decodeXtext(text: string): string | undefined {
  if (/\+(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  if (!text.includes('+')) return text;
  const bytes = Buffer.from(
    text.replace(/\+([0-9A-Fa-f]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
  return bytes.toString('utf8');
}
