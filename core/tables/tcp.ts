/** tcp:host:port, a look-up service with one line a question (tcp_table(5)); on this machine only. */
import type { Found, TableType } from './context.ts';
import { createExchange } from './exchange.ts';

const TIMEOUT_MS = 100_000;
const IDLE_MS = 10_000;

const encode = (text: string): string =>
  Array.from(Buffer.from(text), (byte) =>
    byte <= 32 || byte === 37 || byte > 126
      ? `%${byte.toString(16).padStart(2, '0')}`
      : String.fromCharCode(byte),
  ).join('');

/** Undefined where a `%` has no two hexadecimal digits behind it. */
function decode(text: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  const bytes = Buffer.from(text);
  const plain = bytes
    .toString('latin1')
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1').toString('utf8');
}

function readReply(name: string, reply: string, key: string): Found {
  const match = /^(\d{3})[ \t]*(.*)$/.exec(reply);
  const value = decode(match?.[2] ?? '');
  if (match === null || value === undefined) {
    return { failure: `read TCP map reply from ${name}: malformed reply "${reply}"` };
  }
  if (match[1] === '200') return { value, key };
  if (match[1] === '500') return undefined;
  return { failure: `read TCP map reply from ${name}: ${value || reply}` };
}

export const tcp: TableType = (name) => {
  const colon = name.lastIndexOf(':');
  const host = name.slice(0, Math.max(0, colon)).replace(/^\[(.*)\]$/, '$1') || 'localhost';
  const port = Number(name.slice(colon + 1));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return { failure: `bad TCP map: tcp:${name}` };
  const exchange = createExchange({
    endpoint: { host, port },
    timeoutMs: TIMEOUT_MS,
    idleMs: IDLE_MS,
    takeReply(received) {
      const end = received.indexOf('\n');
      return end < 0 ? undefined : received.slice(0, end).replace(/\r$/, '');
    },
  });
  return {
    wantsPartialKeys: false,
    async find(key) {
      const result = await exchange.ask(`get ${encode(key)}\n`);
      if (!result.ok) return { failure: `connect to TCP map ${name}: ${result.reason}` };
      return readReply(name, result.reply, key);
    },
    close: exchange.close,
  };
};
