/** One question and one answer at a time over a kept connection: what tcp: and socketmap: have in common. */
import type { Socket } from 'node:net';
import type { Endpoint } from '../util/net-guard.ts';
import { connectLoopback } from '../util/net-guard.ts';
import { errorText } from './lines.ts';

export type Exchanged =
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

/** Questions wait for each other; a connection that was lost while idle is made anew once. */
export function createExchange(options: ExchangeOptions): Exchange {
  let socket: Socket | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function drop(): void {
    socket?.destroy();
    socket = undefined;
  }

  function attempt(request: string): Promise<Exchanged> {
    return new Promise((resolve) => {
      const isNew = socket === undefined;
      let received = '';
      const connection = socket ?? connectLoopback(options.endpoint);
      socket = connection;
      const finish = (result: Exchanged, keep: boolean): void => {
        connection.removeAllListeners();
        connection.on('error', drop);
        connection.on('close', drop);
        if (keep) connection.setTimeout(options.idleMs, drop);
        else drop();
        resolve(result);
      };
      connection.removeAllListeners();
      connection.setEncoding('utf8');
      connection.setTimeout(options.timeoutMs, () => {
        finish({ ok: false, reason: 'Connection timed out' }, false);
      });
      connection.on('error', (error) => {
        finish({ ok: false, reason: reasonOf(error) }, false);
      });
      connection.on('close', () => {
        finish({ ok: false, reason: isNew ? 'connection closed' : 'lost' }, false);
      });
      connection.on('data', (chunk: string) => {
        received += chunk;
        try {
          const reply = options.takeReply(received);
          if (reply !== undefined) finish({ ok: true, reply }, true);
        } catch (error) {
          finish({ ok: false, reason: (error as Error).message }, false);
        }
      });
      connection.write(request);
    });
  }

  async function askOnce(request: string): Promise<Exchanged> {
    try {
      const wasOpen = socket !== undefined;
      const result = await attempt(request);
      return !result.ok && wasOpen ? await attempt(request) : result;
    } catch (error) {
      drop();
      return { ok: false, reason: reasonOf(error) };
    }
  }

  return {
    ask(request) {
      const answer = last.then(() => askOnce(request));
      last = answer;
      return answer;
    },
    close: drop,
  };
}
