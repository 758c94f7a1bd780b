/** Replies of a server (smtp_chat(3), RFC 5321 section 4.2, RFC 2034). */
import { logged } from '../../mail/byte-string.ts';
import type { Log } from '../../util/log.ts';
import { StreamError, type Connection, type Wait } from './connection.ts';
import type { SmtpSettings } from './settings.ts';

export interface Response {
  readonly code: number;
  readonly dsn: string;
  /** All lines with their codes, LF between them; nothing unprintable. */
  readonly text: string;
}

/** The whole reply in one line, as texts and logs quote it. */
export const oneLine = ({ text }: Pick<Response, 'text'>): string => text.replaceAll('\n', ' ');

export const classOf = ({ code }: Response): number => Math.floor(code / 100);

export interface ReplyReaderDependencies {
  readonly settings: SmtpSettings;
  readonly log: Log;
  readonly connection: Connection;
  /** `mx.test[127.0.0.1]:25`. */
  readonly namaddrport: string;
  readonly address: string;
  /** Hears each line as it came. */
  readonly onLine: (line: string) => void;
}

/** Who waits for the reply, and what the session has learned. */
export interface ReplyContext {
  readonly queueId: string;
  readonly isPipelining: boolean;
  /** The server said something that is no reply: the session is not used again. */
  readonly onGarbage: () => void;
}

function responseOf(last: string, text: string): Response {
  const digits = last.slice(0, 3);
  const code = Number(digits);
  // a 3xx reply has no enhanced code, and one out of place is an error of the protocol
  if (!/^[245]/.test(digits)) return { code, dsn: '5.5.0', text };
  const [, found] = /^ *([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(last.slice(4)) ?? [];
  const dsn = found?.startsWith(digits.charAt(0)) === true ? found : `${digits.charAt(0)}.0.0`;
  return { code, dsn, text };
}

/** @throws StreamError */
export function createReplyReader(dependencies: ReplyReaderDependencies) {
  const { settings, log, connection, namaddrport, address } = dependencies;
  const limit = settings.lineLimit;

  /** smtp_reply_filter: another line in place of the server's. */
  async function filtered(line: string, { queueId }: ReplyContext): Promise<string> {
    const { maps } = settings.replyFilter;
    if (maps.isEmpty) return line;
    const result = await maps.lookup(line);
    if (result.kind === 'unavailable') {
      log.warning(`${queueId}: table ${result.table} lookup error for ${line}`);
      throw new StreamError('data');
    }
    if (result.kind === 'absent') return line;
    log.info(`${namaddrport}: replacing server reply "${line}" with "${result.value}"`);
    return result.value;
  }

  function warnOfGarbage(line: string, { queueId }: ReplyContext): void {
    const protocol = settings.mode === 'smtp' ? 'ESMTP' : 'LMTP';
    log.warning(`${queueId}: non-${protocol} response from ${namaddrport}: ${line.slice(0, 100)}`);
    if (!settings.helpfulWarnings) return;
    log.warning(
      `to prevent loss of mail, turn off command pipelining for ${address} with the ${settings.parameter('discard_ehlo_keyword_address_maps')} parameter`,
    );
  }

  return async function readReply(wait: Wait, context: ReplyContext): Promise<Response> {
    let text = '';
    let hasOverflown = false;
    for (;;) {
      const { text: bytes, isCut } = await connection.readLine(limit, wait);
      const received = logged(bytes);
      dependencies.onLine(received);
      if (isCut) log.warning(`${namaddrport}: response longer than ${limit}: ${received.slice(0, 30)}...`);
      const line = await filtered(received, context);
      if (text.length < limit) text += text === '' ? line : `\n${line}`;
      else if (!hasOverflown) {
        hasOverflown = true;
        log.warning(`${namaddrport}: multi-line response longer than ${limit} ${text.slice(0, 30)}...`);
      }
      if (/^\d{3}( |$)/.test(line)) return responseOf(line, text);
      if (/^\d{3}-/.test(line)) continue;
      context.onGarbage();
      if (context.isPipelining) warnOfGarbage(line, context);
    }
  };
}
