/**
 * How much TLS a destination asks for (smtp_tls_policy(3)). There is no TLS engine here: what may be plain is plain,
 * what must not be is put off with what Postfix says when its engine is unavailable.
 */
import { isValidHostname } from '../../address/hostname.ts';
import type { Log } from '../../util/log.ts';
import type { Trouble } from './addresses.ts';
import type { Destination } from './destination.ts';
import type { SmtpSettings } from './settings.ts';

const LEVELS = [
  'none',
  'may',
  'encrypt',
  'dane',
  'dane-only',
  'fingerprint',
  'half-dane',
  'verify',
  'secure',
] as const;
export type TlsLevel = (typeof LEVELS)[number];

/** Plain text will not do. */
export const isTlsRequired = (level: TlsLevel): boolean => level !== 'none' && level !== 'may';

export type LevelAnswer =
  | { readonly kind: 'level'; readonly level: TlsLevel }
  | { readonly kind: 'failed'; readonly trouble: Trouble };

const MISCONFIGURED: LevelAnswer = {
  kind: 'failed',
  trouble: { dsn: '4.7.5', reason: 'client TLS configuration problem' },
};

/** The next hop as it stands, then the domain's parents (`.example.com`). */
function keysOf(destination: Destination): readonly string[] {
  const { text, host } = destination;
  const keys = [text];
  if (!isValidHostname(host)) return keys;
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) keys.push(host.slice(dot));
  return keys;
}

const isLevel = (word: string): word is TlsLevel => LEVELS.some((level) => level === word);

/** Opportunistic DANE needs DNSSEC, which the sandbox's own DNS has not: it is `may`. DANE that must be fails. */
function daneAnswer(
  level: TlsLevel,
  destination: Destination,
  settings: SmtpSettings,
  log: Log,
): LevelAnswer {
  if (level === 'dane') {
    if (!settings.tls.isDnssec)
      log.warning(`${destination.text}: dane configured with dnssec lookups disabled`);
    return { kind: 'level', level: 'may' };
  }
  if (level !== 'dane-only') return { kind: 'level', level };
  if (!settings.tls.isDnssec) {
    log.warning(`${destination.text}: dane-only configured with dnssec lookups disabled`);
    return MISCONFIGURED;
  }
  const reason = destination.isLiteral ? 'no TLSA records found' : 'non DNSSEC destination';
  return { kind: 'failed', trouble: { dsn: '4.7.5', reason } };
}

export async function findTlsLevel(
  destination: Destination,
  settings: SmtpSettings,
  log: Log,
): Promise<LevelAnswer> {
  const { name, maps } = settings.tls.policyMaps;
  let word = settings.tls.level.toLowerCase();
  let where = settings.parameter('tls_security_level');
  for (const key of keysOf(destination)) {
    const found = await maps.lookup(key, { fixedOnly: key !== destination.text });
    if (found.kind === 'unavailable') {
      log.warning(`${name}: lookup error for ${key}`);
      return { kind: 'failed', trouble: { dsn: '4.7.5', reason: 'client TLS configuration problem' } };
    }
    if (found.kind === 'absent') continue;
    word = (found.value.split(/[,\s]+/).find((part) => part !== '') ?? '').toLowerCase();
    where = `${name}, next-hop destination "${destination.text}"`;
    break;
  }
  if (!isLevel(word)) {
    log.warning(`${where}: invalid security level "${word}"`);
    return MISCONFIGURED;
  }
  return daneAnswer(word, destination, settings, log);
}
