/** XCLIENT: an authorised client speaks for another one, so that any client can be tried (XCLIENT_README). */
import { isValidHostname } from '../../address/hostname.ts';
import { formatIp, parseIp } from '../../tables/ip.ts';
import type { NameStatus, SmtpClient } from '../client.ts';
import { mailhostAddress } from '../hostnames.ts';
import { neuter } from '../printable.ts';
import { replies } from '../replies.ts';
import type { Reply } from '../../mail/reply.ts';
import type { SaslLogin } from '../policy/facts.ts';
import type { Session } from '../session.ts';
import { isPort, isUnavailable, mayUse, readAttribute } from './attributes.ts';
import type { Invocation, Outcome } from './command.ts';

interface Overrides {
  client: SmtpClient;
  helo: { readonly value: string | undefined } | undefined;
  protocol: 'SMTP' | 'ESMTP' | undefined;
  sasl: SaslLogin | undefined;
}

/** Each attribute takes effect when it is read; a bad one ends the command there, as in Postfix. */
export function xclient(session: Session, invocation: Invocation): Outcome {
  if (!mayUse(session, 'XCLIENT', invocation, session.isXclientAllowed)) return 'error';
  const overrides: Overrides = {
    client: session.client,
    helo: undefined,
    protocol: undefined,
    sasl: undefined,
  };
  for (const word of invocation.words.slice(1)) {
    const attribute = readAttribute(word.text);
    const bad = 'code' in attribute ? attribute : override(overrides, attribute.name, attribute.value);
    session.setClient(overrides.client);
    if (bad !== undefined) return session.complain('protocol', bad);
  }
  session.helo = overrides.helo?.value;
  session.protocol = overrides.protocol ?? 'SMTP';
  session.sasl = overrides.sasl;
  session.resetChat(0);
  session.resetMail();
  return 'restart';
}

type Read = (overrides: Overrides, value: string, name: string) => Reply | undefined;

const bad = (name: string, value: string): Reply => replies.badAttributeValue(name, value);

/** `[UNAVAILABLE]` and `[TEMPUNAVAIL]` say how the look-up ended. */
function readName(value: string): { readonly name: string; readonly status: NameStatus } | undefined {
  const upper = value.toUpperCase();
  if (upper === '[UNAVAILABLE]') return { name: 'unknown', status: 'permanent' };
  if (upper === '[TEMPUNAVAIL]') return { name: 'unknown', status: 'temporary' };
  return isValidHostname(value) ? { name: value, status: 'ok' } : undefined;
}

/** The address in its shortest form; undefined when it is none. */
export function normalAddress(value: string): string | undefined {
  const bare = mailhostAddress(neuter(value));
  const bytes = bare === undefined ? undefined : parseIp(bare);
  return bytes === undefined ? undefined : formatIp(bytes);
}

const readers: Readonly<Record<string, Read>> = {
  NAME(overrides, value, name) {
    const read = readName(value);
    if (read === undefined) return bad(name, value);
    const reverse = read.status === 'ok' ? { reverseName: read.name, reverseStatus: read.status } : {};
    overrides.client = { ...overrides.client, name: read.name, nameStatus: read.status, ...reverse };
    return undefined;
  },
  REVERSE_NAME(overrides, value, name) {
    const read = readName(value);
    if (read === undefined) return bad(name, value);
    overrides.client = { ...overrides.client, reverseName: read.name, reverseStatus: read.status };
    return undefined;
  },
  ADDR(overrides, value, name) {
    const address = isUnavailable(value) ? 'unknown' : normalAddress(value);
    if (address === undefined) return bad(name, value);
    overrides.client = { ...overrides.client, address };
    return undefined;
  },
  PORT(overrides, value, name) {
    if (!isUnavailable(value) && !isPort(value)) return bad(name, value);
    overrides.client = { ...overrides.client, port: isUnavailable(value) ? 'unknown' : value };
    return undefined;
  },
  HELO(overrides, value, name) {
    if (value.length > 255) return bad(name, value);
    overrides.helo = { value: isUnavailable(value) ? undefined : neuter(value) };
    return undefined;
  },
  PROTO(overrides, value, name) {
    const upper = value.toUpperCase();
    if (upper !== 'SMTP' && upper !== 'ESMTP') return bad(name, value);
    overrides.protocol = upper;
    return undefined;
  },
  LOGIN(overrides, value) {
    if (!isUnavailable(value)) overrides.sasl = { method: 'XCLIENT', username: value };
    return undefined;
  },
  DESTADDR(overrides, value, name) {
    const serverAddress = isUnavailable(value) ? 'unknown' : normalAddress(value);
    if (serverAddress === undefined) return bad(name, value);
    overrides.client = { ...overrides.client, serverAddress };
    return undefined;
  },
  DESTPORT(overrides, value, name) {
    if (!isUnavailable(value) && !isPort(value)) return bad(name, value);
    overrides.client = { ...overrides.client, serverPort: isUnavailable(value) ? 'unknown' : value };
    return undefined;
  },
};

function override(overrides: Overrides, name: string, value: string): Reply | undefined {
  const upper = name.toUpperCase();
  const read = readers[upper];
  return read === undefined ? replies.badAttributeName('XCLIENT', name) : read(overrides, value, upper);
}
