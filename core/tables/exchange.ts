/** One question and one answer at a time over a kept connection: what tcp: and socketmap: have in common. */
import type { Socket } from 'node:net';
import type { Endpoint } from '../util/net-guard.ts';
import { connectLoopback } from '../util/net-guard.ts';
import { errorText } from './lines.ts';

type Exchanged =
  { readonly ok: true; readonly reply: string } | { readonly ok: false; readonly reason: string };

export interface Exchange {
  ask(request: string): Promise<Exchanged>;
  readonly close: () => void;
}

export interface ExchangeOptions {
  readonly endpoint: Endpoint;
  readonly timeoutMs: number;
  /** Ends the connection when it was not used for so long. */
  readonly idleMs: number;
  /** The reply at the front of what came in, undefined while it is incomplete; throws when it is none. */
  takeReply(received: string): string | undefined;
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EPIPE: 'Broken pipe',
};

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return SYSTEM_ERRORS[code] ?? errorText(error);
}

/** Takes our listeners off; the socket's own stay. */
function forget(socket: Socket): void {
  for (const event of ['data', 'error', 'close', 'timeout']) socket.removeAllListeners(event);
}

/** Asks once over an open (or opening) socket; `keep` says whether it can be used again. */
function attempt(
  socket: Socket,
  request: string,
  options: ExchangeOptions,
): Promise<{ readonly result: Exchanged; readonly keep: boolean }> {
  return new Promise((resolve) => {
    let received = '';
    const finish = (result: Exchanged): void => {
      forget(socket);
      resolve({ result, keep: result.ok });
    };
    const fail = (reason: string): void => {
      finish({ ok: false, reason });
    };
    socket.setEncoding('utf8');
    socket.setTimeout(options.timeoutMs, () => {
      fail('Connection timed out');
    });
    socket.on('error', (error) => {
      fail(reasonOf(error));
    });
    socket.on('close', () => {
      fail('connection closed');
    });
    socket.on('data', (chunk: string) => {
      received += chunk;
      try {
        const reply = options.takeReply(received);
        if (reply !== undefined) finish({ ok: true, reply });
      } catch (error) {
        fail((error as Error).message);
      }
    });
    socket.write(request);
  });
}

/** Questions wait for each other; a connection that was lost while idle is made anew once. */
export function createExchange(options: ExchangeOptions): Exchange {
  let socket: Socket | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function drop(): void {
    socket?.destroy();
    socket = undefined;
  }

  /** Waits for the next question; whatever happens to the socket meanwhile, it is not used again. */
  function park(idle: Socket): void {
    idle.on('error', drop);
    idle.on('close', drop);
    idle.setTimeout(options.idleMs, drop);
    idle.unref();
  }

  async function askOnce(request: string): Promise<Exchanged> {
    const current = (socket ??= connectLoopback(options.endpoint));
    current.ref();
    forget(current);
    const { result, keep } = await attempt(current, request, options);
    if (keep) {
      park(current);
    } else {
      current.on('error', drop);
      drop();
    }
    return result;
  }

  async function ask(request: string): Promise<Exchanged> {
    try {
      const wasOpen = socket !== undefined;
      const result = await askOnce(request);
      return !result.ok && wasOpen ? await askOnce(request) : result;
    } catch (error) {
      drop();
      return { ok: false, reason: reasonOf(error) };
    }
  }

  return {
    ask(request) {
      const answer = last.then(() => ask(request));
      last = answer;
      return answer;
    },
    close: drop,
  };
}
