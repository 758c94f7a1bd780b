/** One SMTP conversation with a before-queue filter (smtpd_proxy_connect, smtpd_proxy_cmd): a command, then its reply. */
import type { Socket } from 'node:net';
import { connectLoopback, type Endpoint } from '../../util/net-guard.ts';

export interface ProxyReply {
  readonly code: number;
  /** As they came, code and all. */
  readonly lines: readonly string[];
}

/** The filter cannot be reached, or is gone: what the log says of it. */
export class ProxyLostError extends Error {
  override readonly name = 'ProxyLostError';
}

const CONNECT_TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
};
/** A line without an end is not waited for for ever, nor kept in memory. */
const LONGEST_REPLY = 64 * 1024;
const DOT_LINE = Buffer.from('\n.');

export interface ProxyConnection {
  /** @throws ProxyLostError */
  reply(): Promise<ProxyReply>;
  /** @throws ProxyLostError */
  say(line: string): Promise<ProxyReply>;
  /** Content with CRLF line ends; the answer to its end. @throws ProxyLostError */
  send(content: Buffer): Promise<ProxyReply>;
  /** A polite end; nothing is waited for. */
  quit(): void;
  /** The end without QUIT: the filter is to forget the message. */
  drop(): void;
}

/** Dots at line starts doubled, and the line with a single dot. */
function stuffed(content: Buffer): readonly Buffer[] {
  const parts: Buffer[] = content[0] === 0x2e ? [Buffer.from('.')] : [];
  let copied = 0;
  for (let at = content.indexOf(DOT_LINE); at >= 0; at = content.indexOf(DOT_LINE, at + 1)) {
    parts.push(content.subarray(copied, at + 2), Buffer.from('.'));
    copied = at + 2;
  }
  return [...parts, content.subarray(copied), Buffer.from('.\r\n')];
}

function connected(endpoint: Endpoint, name: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      reject(
        new ProxyLostError(`connect to proxy filter ${name}: ${CONNECT_TEXTS[code] ?? error.message}`, {
          cause: error,
        }),
      );
    };
    let socket: Socket;
    try {
      socket = connectLoopback(endpoint);
    } catch (error) {
      fail(error as Error);
      return;
    }
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

/** The whole reply at the start of the text; undefined: there is more to come. */
function takeReply(text: string): ProxyReply | undefined {
  const found = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r?\n/.exec(text);
  if (found === null) return undefined;
  const lines = found[0].trimEnd().split(/\r?\n/);
  return { code: Number(lines.at(-1)?.slice(0, 3)), lines };
}

/** @throws ProxyLostError */
export async function connectProxy(
  endpoint: Endpoint,
  { name, timeoutMs }: { readonly name: string; readonly timeoutMs: number },
): Promise<ProxyConnection> {
  const socket = await connected(endpoint, name);
  let received = '';
  let isGone = false;
  let isLate = false;
  let wake: () => void = () => undefined;
  socket.setEncoding('latin1').setTimeout(timeoutMs);
  socket.on('data', (chunk: Buffer | string) => {
    received += chunk.toString();
    wake();
  });
  for (const event of ['error', 'close', 'end', 'timeout'] as const) {
    socket.on(event, () => {
      isGone = true;
      isLate ||= event === 'timeout';
      wake();
    });
  }

  async function reply(): Promise<ProxyReply> {
    for (;;) {
      const found = takeReply(received);
      if (found !== undefined) {
        received = '';
        return found;
      }
      if (isGone || received.length > LONGEST_REPLY) {
        socket.destroy();
        throw new ProxyLostError(
          isLate ? `timeout talking to proxy ${name}` : `lost connection with proxy ${name}`,
        );
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    reply,
    say(line) {
      socket.write(`${line}\r\n`);
      return reply();
    },
    send(content) {
      for (const part of stuffed(content)) socket.write(part);
      return reply();
    },
    quit() {
      if (!isGone) socket.end('QUIT\r\n');
      // who does not hang up is not waited for
      socket.setTimeout(1000, () => socket.destroy());
    },
    drop() {
      socket.destroy();
    },
  };
}
