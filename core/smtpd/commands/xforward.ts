/** XFORWARD: a content filter passes on who the client was, for the log and for restrictions after it (XFORWARD_README). */
import { isValidHostname } from '../../address/hostname.ts';
import type { Reply } from '../../mail/reply.ts';
import { neuter } from '../printable.ts';
import { replies } from '../replies.ts';
import type { ForwardedClient, Session } from '../session.ts';
import { isPort, isUnavailable, mayUse, readAttribute } from './attributes.ts';
import type { Invocation, Outcome } from './command.ts';
import { normalAddress } from './xclient.ts';

const UNKNOWN: ForwardedClient = {
  name: 'unknown',
  address: 'unknown',
  port: 'unknown',
  protocol: 'unknown',
  helo: undefined,
  ident: undefined,
  domain: undefined,
};

const MAX_PROTOCOL = 64;

export function xforward(session: Session, invocation: Invocation): Outcome {
  if (!mayUse(session, 'XFORWARD', invocation, session.isXforwardAllowed)) return 'error';
  for (const word of invocation.words.slice(1)) {
    const attribute = readAttribute(word.text);
    if ('code' in attribute) return session.complain('protocol', attribute);
    const { name, value } = attribute;
    const read = readers[name.toUpperCase()];
    if (read === undefined) return session.complain('protocol', replies.badAttributeName('XFORWARD', name));
    const change = read(value);
    if ('code' in change) return session.complain('protocol', change);
    session.forwarded = { ...(session.forwarded ?? UNKNOWN), ...change };
  }
  session.say(replies.ok);
  return 'ok';
}

type Read = (value: string) => Partial<ForwardedClient> | Reply;

const bad = (name: string, value: string): Reply => replies.badAttributeValue(name, value);

const readers: Readonly<Record<string, Read>> = {
  NAME(value) {
    if (isUnavailable(value)) return { name: 'unknown' };
    const name = neuter(value);
    return isValidHostname(name) ? { name } : bad('NAME', name);
  },
  ADDR(value) {
    if (isUnavailable(value)) return { address: 'unknown' };
    const address = normalAddress(value);
    return address === undefined ? bad('ADDR', neuter(value)) : { address };
  },
  PORT(value) {
    if (isUnavailable(value)) return { port: 'unknown' };
    return isPort(value) ? { port: value } : bad('PORT', value);
  },
  HELO: (value) => ({ helo: isUnavailable(value) ? undefined : neuter(value) }),
  PROTO(value) {
    if (isUnavailable(value)) return { protocol: 'unknown' };
    return value.length > MAX_PROTOCOL ? bad('PROTO', value) : { protocol: neuter(value) };
  },
  IDENT: (value) => ({ ident: isUnavailable(value) ? undefined : neuter(value) }),
  SOURCE(value) {
    const source = isUnavailable(value) ? 'LOCAL' : value.toUpperCase();
    if (source === 'LOCAL') return { domain: 'local' };
    return source === 'REMOTE' ? { domain: 'remote' } : bad('SOURCE', value);
  },
};
