/** address_verify_sender: who a probe is from (verify_sender_addr(3)). */
import { ConfigError, type Config } from '../config/config.ts';

/** Digits without vowels: no word comes of a number by accident (safe_ultostr(3)). */
const DIGITS = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';
const BASE = 31;

function safeNumber(value: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / BASE)) text = DIGITS.charAt(rest % BASE) + text;
  return text === '' ? '0' : text;
}

/**
 * The sender's address, not yet completed with a domain; '' is the null sender. With address_verify_sender_ttl it
 * changes with the time (`at`, ms since the epoch), so that servers that remember cannot recognise it for ever.
 * @throws ConfigError
 */
export function verifySender(config: Config, at: number): string {
  const sender = config.get('address_verify_sender');
  if (sender === '' || sender === '<>') return '';
  if (sender.startsWith('@')) {
    throw new ConfigError(`parameter address_verify_sender: value "${sender}" must not start with '@'`);
  }
  const ttl = config.seconds('address_verify_sender_ttl');
  if (ttl === 0) return sender;
  const end = sender.includes('@') ? sender.indexOf('@') : sender.length;
  return `${sender.slice(0, end)}${safeNumber(Math.floor(at / 1000 / ttl))}${sender.slice(end)}`;
}
