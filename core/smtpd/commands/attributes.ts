/** `NAME=value` arguments of XCLIENT and XFORWARD (XCLIENT_README, XFORWARD_README). */
import type { Reply } from '../../mail/reply.ts';
import { printable } from '../printable.ts';
import { replies } from '../replies.ts';
import type { Session } from '../session.ts';
import { decodeXtext } from './address.ts';
import type { Invocation } from './command.ts';

const MAX_VALUE = 255;

export interface Attribute {
  /** As written. */
  readonly name: string;
  /** Decoded, without control characters. */
  readonly value: string;
}

/** Undefined when the command is refused as a whole; that has been answered then. */
export function mayUse(
  session: Session,
  command: 'XCLIENT' | 'XFORWARD',
  { words }: Invocation,
  isAllowed: boolean,
): boolean {
  if (session.transaction !== undefined) session.complain('protocol', replies.transactionInProgress);
  else if (words.length < 2) session.complain('protocol', replies.syntaxAttributes(command));
  else if (!isAllowed) session.complain('policy', replies.insufficientAuthorization);
  else return true;
  return false;
}

export function readAttribute(word: string): Attribute | Reply {
  const equals = word.indexOf('=');
  const raw = word.slice(equals + 1);
  if (equals < 0 || raw === '') return replies.attributeExpected;
  if (Buffer.byteLength(raw) > MAX_VALUE) return replies.attributeTooLong;
  return { name: word.slice(0, equals), value: printable(decodeXtext(raw) ?? raw, '?') };
}

export function isPort(value: string): boolean {
  return /^\d{1,5}$/.test(value);
}

export const isUnavailable = (value: string): boolean => value.toUpperCase() === '[UNAVAILABLE]';
