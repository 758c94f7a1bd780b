/**
 * The engine's end of the writer: collects what one turn of the event loop writes into one message.
 *
 * A thread that uses SQLite is never terminated from outside: where that meets the binary while it loads or answers, the
 * Node-API calls in it fail, and it ends the whole process ("FATAL ERROR: Error::New napi_get_last_error_info").
 */
import { Worker, type MessagePort } from 'node:worker_threads';
import { STORE_THREAD_LIMITS, workerEntry } from '../util/worker-entry.ts';
import { unpackError } from './errors.ts';
import {
  emptyBaggage,
  packBytes,
  type Baggage,
  type FromWriter,
  type OperationName,
  type OperationResult,
  type Operations,
  type ToWriter,
} from './wire.ts';

export interface Writer {
  /** Resolves after the synced commit. The baggage is read before this turn of the event loop ends. */
  write<K extends OperationName>(
    name: K,
    body: Operations[K]['in'],
    baggage?: Baggage,
  ): Promise<Operations[K]['out']>;
  connectIndexer(port: MessagePort): void;
  close(): Promise<void>;
}

export interface WriterEvents {
  /** Rows that the indexer completed. */
  readonly onIndexed: (ids: readonly number[]) => void;
  /** Once per commit, after its promises were settled. */
  readonly onCommitted: () => void;
  readonly onTrouble: (error: Error) => void;
}

/** Where the writer runs: a thread (or, in tests, this one). */
export interface WriterThread {
  send(message: ToWriter, transfer: readonly (ArrayBuffer | MessagePort)[]): void;
  /** Resolves when it has ended, as it does by itself after `closed` and `failed`. */
  readonly ended: Promise<void>;
}

export interface WriterListeners {
  readonly onMessage: (message: FromWriter) => void;
  readonly onError: (error: Error) => void;
  readonly onEnd: () => void;
}

export type SpawnWriter = (file: string, listeners: WriterListeners) => WriterThread;

export const spawnWriterThread: SpawnWriter = (file, { onMessage, onError, onEnd }) => {
  const worker = new Worker(workerEntry(import.meta.url, 'store-writer'), {
    workerData: { file },
    resourceLimits: STORE_THREAD_LIMITS,
  });
  worker.on('message', onMessage);
  worker.on('error', onError);
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      onEnd();
      resolve();
    });
  });
  return {
    send(message, transfer) {
      worker.postMessage(message, transfer);
    },
    ended,
  };
};

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Promises in the order in which their operations were sent, which is the order of the answers. */
function createPending() {
  const list: Pending[] = [];
  return {
    add: () =>
      new Promise<unknown>((resolve, reject) => {
        list.push({ resolve, reject });
      }),
    settle(results: readonly OperationResult[]) {
      const settled = list.splice(0, results.length);
      results.forEach((result, index) => {
        if (result.isOk) settled[index]?.resolve(result.value);
        else settled[index]?.reject(unpackError(result.error));
      });
    },
    fail(error: Error) {
      for (const { reject } of list.splice(0)) reject(error);
    },
  };
}

/** A promise that others settle (Promise.withResolvers, which Node 20 lacks). */
function createLater() {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** Starts the thread and waits until the database is open and its schema current. */
export async function startWriter(file: string, events: WriterEvents, spawn: SpawnWriter): Promise<Writer> {
  const pending = createPending();
  const opened = createLater();
  const closed = createLater();
  let failure: Error | undefined;

  function fail(error: Error): void {
    failure ??= error;
    pending.fail(error);
    opened.reject(error);
    closed.resolve();
  }
  const thread = spawn(file, {
    onMessage(message) {
      if (message.kind === 'done') {
        pending.settle(message.results);
        events.onCommitted();
      } else if (message.kind === 'indexed') events.onIndexed(message.ids);
      else if (message.kind === 'trouble') events.onTrouble(unpackError(message.error));
      else if (message.kind === 'ready') opened.resolve();
      else if (message.kind === 'failed') fail(unpackError(message.error));
      else fail(new Error('The store is closed.'));
    },
    onError(error) {
      events.onTrouble(error);
      fail(error);
    },
    onEnd() {
      fail(new Error('The store is closed.'));
    },
  });
  await opened.promise;
  const outbox = createOutbox(thread);
  return {
    write<K extends OperationName>(name: K, body: Operations[K]['in'], baggage?: Baggage) {
      if (failure !== undefined) return Promise.reject(failure);
      outbox.add(JSON.stringify({ name, body }), baggage);
      return pending.add() as Promise<Operations[K]['out']>;
    },
    connectIndexer(port) {
      thread.send({ kind: 'indexer', port }, [port]);
    },
    async close() {
      outbox.flush();
      if (failure === undefined) thread.send({ kind: 'close' }, []);
      await closed.promise;
      await thread.ended;
    },
  };
}

/**
 * Operations that are sent together at most: the writer commits them while the engine gathers the next, and takes all
 * that has come.
 */
const FULL_OUTBOX = 5;
/** So long (ms) does an operation wait for others at most. */
const LONGEST_GATHERING_MS = 2;
/** Turns of the event loop that brought nothing more: whoever waits for an answer is in. */
const QUIET_TURNS = 2;

/**
 * Gathers what goes to the writer. A commit costs the same for one message as for twenty: while turn after turn of the
 * event loop brings another one they go together, and without a timer, so that a single client waits for nobody.
 */
function createOutbox(thread: WriterThread) {
  let operations: string[] = [];
  let baggage = emptyBaggage();
  let since = 0;
  let quietTurns = 0;
  let seen = 0;
  let isTurning = false;

  function flush(): void {
    if (operations.length === 0) return;
    const bytes = packBytes(baggage.bytes);
    const { texts } = baggage;
    thread.send({ kind: 'batch', operations, bytes, texts }, [bytes]);
    operations = [];
    baggage = emptyBaggage();
  }

  function soon(): void {
    if (isTurning) return;
    isTurning = true;
    setImmediate(turn);
  }

  function turn(): void {
    isTurning = false;
    const { length } = operations;
    if (length === 0) return;
    quietTurns = length === seen ? quietTurns + 1 : 0;
    seen = length;
    const isLate = performance.now() - since >= LONGEST_GATHERING_MS;
    if (quietTurns >= QUIET_TURNS || isLate) flush();
    else soon();
  }

  return {
    flush,
    add(operation: string, more?: Baggage) {
      if (operations.length === 0) {
        since = performance.now();
        quietTurns = 0;
        seen = 0;
        soon();
      }
      operations.push(operation);
      for (const bytes of more?.bytes ?? []) baggage.bytes.push(bytes);
      for (const text of more?.texts ?? []) baggage.texts.push(text);
      if (operations.length >= FULL_OUTBOX) flush();
    },
  };
}
