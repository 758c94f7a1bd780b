/** A connection to a server: lines in, bytes out, each with a time limit (smtp_stream(3), vstream). */
import type { Socket } from 'node:net';
import { connectLoopback, type Endpoint } from '../../util/net-guard.ts';
import type { Clock } from '../../util/clock.ts';

/** Why a conversation cannot go on: lost, too slow, or trouble of our own (a table that does not answer). */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly kind: 'eof' | 'time' | 'data';
  constructor(kind: 'eof' | 'time' | 'data') {
    super(kind);
    this.kind = kind;
  }
}

/** A line as it came, as a byte string without its end. `isCut`: it was longer than the limit. */
export interface Line {
  readonly text: string;
  readonly isCut: boolean;
}

export interface Connection {
  /** Nothing can be said any more: closed by the other side, or by us. */
  readonly isDead: boolean;
  /** Reads one line of at most `limit` bytes; what is beyond is skipped. @throws StreamError */
  readLine(limit: number, wait: Wait): Promise<Line>;
  /** Resolves when the system has taken the bytes. @throws StreamError */
  write(bytes: Uint8Array, wait: Wait): Promise<void>;
  /** Writes what can be written and hangs up. */
  close(): void;
  /** Waits for another use: it does not keep the process alive, and `onLost` hears when the server hangs up. */
  park(onLost: () => void): void;
  unpark(): void;
}

/** How long the other side may take. With a deadline the time is for all of it, else for each packet. */
export interface Wait {
  readonly ms: number;
  /** ms since the epoch. */
  readonly deadline?: number;
}

const LF = 0x0a;

/** Makes a connection out of a socket that is connected. */
function createConnection(socket: Socket, clock: Clock): Connection {
  let received: Buffer = Buffer.alloc(0);
  let isEnded = false;
  let isClosed = false;
  let wake: (() => void) | undefined;
  let lost: (() => void) | undefined;

  const notify = () => {
    wake?.();
    if (isEnded) lost?.();
  };
  const end = () => {
    isEnded = true;
    notify();
  };
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    notify();
  });
  socket.on('end', end);
  socket.on('close', end);
  socket.on('error', end);

  /** Waits for anything to happen. @throws StreamError when nothing does in time */
  function something(wait: Wait): Promise<void> {
    const until = wait.deadline ?? (wait.ms > 0 ? clock.now() + wait.ms : undefined);
    return new Promise((resolve, reject) => {
      const cancel =
        until === undefined
          ? undefined
          : clock.schedule(until, () => {
              wake = undefined;
              reject(new StreamError('time'));
            });
      wake = () => {
        wake = undefined;
        cancel?.();
        resolve();
      };
    });
  }

  /** Takes bytes up to the next newline, without it. @throws StreamError */
  async function readLine(limit: number, wait: Wait): Promise<Line> {
    let kept: Buffer | undefined;
    for (;;) {
      const newline = received.indexOf(LF);
      if (newline >= 0) {
        const text = kept ?? received.subarray(0, Math.min(newline, limit));
        const isCut = kept !== undefined || newline >= limit;
        received = received.subarray(newline + 1);
        return { text: text.toString('latin1').replace(/\r+$/, ''), isCut };
      }
      if (received.length >= limit) {
        kept ??= Buffer.from(received.subarray(0, limit));
        received = Buffer.alloc(0);
      }
      if (isEnded) throw new StreamError('eof');
      await something(wait);
    }
  }

  async function write(bytes: Uint8Array, wait: Wait): Promise<void> {
    if (isEnded || isClosed) throw new StreamError('eof');
    if (socket.write(bytes)) return;
    const drained = () => wake?.();
    socket.once('drain', drained);
    try {
      while (socket.writableNeedDrain) {
        await something(wait);
        if (socket.destroyed) throw new StreamError('eof');
      }
    } finally {
      socket.off('drain', drained);
    }
  }

  return {
    get isDead() {
      return isEnded || isClosed;
    },
    readLine,
    write,
    close() {
      isClosed = true;
      socket.destroySoon();
    },
    park(onLost) {
      lost = onLost;
      socket.unref();
    },
    unpark() {
      lost = undefined;
      socket.ref();
    },
  };
}

export interface ConnectOptions {
  readonly endpoint: Endpoint;
  /** 0: as long as the system tries. */
  readonly timeoutMs: number;
  /** smtp_bind_address; '' for none. */
  readonly localAddress: string;
  readonly clock: Clock;
}

/**
 * Connects.
 * @throws NotLoopbackError, or what the system says; an error with code ETIMEDOUT when it takes too long
 */
export function openConnection({
  endpoint,
  timeoutMs,
  localAddress,
  clock,
}: ConnectOptions): Promise<Connection> {
  const socket = connectLoopback(endpoint, {
    allowHalfOpen: true,
    ...(localAddress === '' ? {} : { localAddress }),
  });
  return new Promise((resolve, reject) => {
    const cancel =
      timeoutMs > 0
        ? clock.schedule(clock.now() + timeoutMs, () => {
            socket.destroy(Object.assign(new Error('connect'), { code: 'ETIMEDOUT' }));
          })
        : undefined;
    const failed = (error: Error) => {
      cancel?.();
      reject(error);
    };
    socket.once('error', failed);
    socket.once('connect', () => {
      cancel?.();
      socket.off('error', failed);
      resolve(createConnection(socket, clock));
    });
  });
}
