/**
 * Asks policy servers (attr_clnt(3), auto_clnt(3)): one request and one answer at a time on a connection, which is kept for
 * the next request. A server that does not answer is asked again after a pause, over a new connection.
 *
 * Loopback and Unix sockets only: the guard refuses anything else, and the answer is then that there is none.
 */
import type { Socket } from 'node:net';
import type { Clock } from '../../util/clock.ts';
import { connectLoopback } from '../../util/net-guard.ts';
import type { AskPolicyServer } from '../policy/context.ts';
import type { PolicyServer } from './policy-server.ts';

export interface PolicyClient {
  readonly ask: AskPolicyServer;
  close(): void;
}

interface Connection {
  readonly socket: Socket;
  readonly openedAt: number;
  requests: number;
}

type Attempt =
  | { readonly kind: 'answer'; readonly action: string }
  /** `isSilent`: an idle connection that the server has ended; Postfix says nothing of it. */
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly isSilent: boolean;
      readonly warning?: string;
    };

/** An answer without an end is not waited for for ever, nor kept in memory. */
const LONGEST_ANSWER = 64 * 1024;
const NOT_WARNED: readonly string[] = ['EPIPE', 'ENOENT', 'ECONNRESET'];
const TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EPIPE: 'Broken pipe',
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

function failure(error: unknown): Attempt {
  const code = codeOf(error);
  const reason = TEXTS[code] ?? (error instanceof Error ? error.message : String(error));
  return { kind: 'failed', reason, isSilent: NOT_WARNED.includes(code) };
}

const APPLICATION_ERROR = { kind: 'failed', reason: 'Application error', isSilent: true } as const;

/** The action in a whole answer (attr_scan_plain). Names that nobody asked for are passed over. */
function readAnswer(text: string, from: string): Attempt {
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals < 0) {
      const warning = `missing value for attribute ${line} in input from ${from}`;
      return { ...APPLICATION_ERROR, warning };
    }
    if (line.slice(0, equals).trim() === 'action') return { kind: 'answer', action: line.slice(equals + 1) };
  }
  return { ...APPLICATION_ERROR, warning: `missing attribute action in input from ${from}` };
}

function open({ endpoint }: PolicyServer): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectLoopback(endpoint);
    socket.setEncoding('utf8');
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** One request over an open connection. */
function exchange(socket: Socket, request: string, server: PolicyServer): Promise<Attempt> {
  return new Promise((resolve) => {
    let received = '';
    const finish = (attempt: Attempt) => {
      clearTimeout(timer);
      for (const event of ['data', 'error', 'close']) socket.removeAllListeners(event);
      // an error that comes later is the next one's who looks
      socket.on('error', () => socket.destroy());
      resolve(attempt);
    };
    const timer = setTimeout(() => {
      finish({ kind: 'failed', reason: 'Connection timed out', isSilent: false });
    }, server.timeoutMs);
    socket.on('data', (chunk: string) => {
      received += chunk;
      const end = received.startsWith('\n') ? 0 : received.indexOf('\n\n');
      if (end >= 0) finish(readAnswer(received.slice(0, end), server.name));
      else if (received.length > LONGEST_ANSWER) finish(APPLICATION_ERROR);
    });
    socket.on('error', (error) => {
      finish(failure(error));
    });
    socket.on('close', () => {
      finish(APPLICATION_ERROR);
    });
    socket.write(request);
  });
}

export function createPolicyClient({
  clock,
  sleep,
}: {
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<void>;
}): PolicyClient {
  /** Connections that wait for a request, by the server's word. */
  const idle = new Map<string, Set<Connection>>();

  function drop({ word }: PolicyServer, connection: Connection): void {
    idle.get(word)?.delete(connection);
    connection.socket.destroy();
  }

  function park(server: PolicyServer, connection: Connection): void {
    const isUsedUp = server.requestLimit > 0 && connection.requests >= server.requestLimit;
    if (isUsedUp || clock.now() - connection.openedAt >= server.maxTtlMs) {
      drop(server, connection);
      return;
    }
    const waiting = idle.get(server.word) ?? new Set();
    idle.set(server.word, waiting.add(connection));
    const { socket } = connection;
    // whatever comes without having been asked for, the end included, spoils it
    for (const event of ['data', 'close', 'error', 'timeout']) {
      socket.once(event, () => {
        drop(server, connection);
      });
    }
    socket.setTimeout(server.maxIdleMs);
    socket.unref();
  }

  function takeIdle({ word }: PolicyServer): Connection | undefined {
    const [connection] = idle.get(word) ?? [];
    if (connection === undefined) return undefined;
    idle.get(word)?.delete(connection);
    const { socket } = connection;
    for (const event of ['data', 'close', 'error', 'timeout']) socket.removeAllListeners(event);
    socket.setTimeout(0);
    socket.ref();
    return connection;
  }

  async function attempt(server: PolicyServer, request: string): Promise<Attempt> {
    let connection = takeIdle(server);
    try {
      connection ??= { socket: await open(server), openedAt: clock.now(), requests: 0 };
    } catch (error) {
      const failed = failure(error);
      return failed.kind === 'failed'
        ? { ...failed, warning: `connect to ${server.name}: ${failed.reason}` }
        : failed;
    }
    connection.requests += 1;
    const result = await exchange(connection.socket, request, server);
    if (result.kind === 'answer') park(server, connection);
    else connection.socket.destroy();
    return result;
  }

  return {
    async ask(server, request, warn) {
      for (let count = 1; ; count += 1) {
        const result = await attempt(server, request);
        if (result.kind === 'answer') return result.action;
        if (result.warning !== undefined) warn(result.warning);
        const isLast = count >= server.tryLimit;
        if (isLast || !result.isSilent) warn(`problem talking to server ${server.name}: ${result.reason}`);
        if (isLast) return undefined;
        await sleep(server.retryDelayMs);
      }
    },
    close() {
      for (const waiting of idle.values()) for (const { socket } of waiting) socket.destroy();
      idle.clear();
    },
  };
}
