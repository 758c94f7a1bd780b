/** The engine's end of the writer's thread: collects what one turn of the event loop writes into one message. */
import { Worker, type MessagePort } from 'node:worker_threads';
import { workerEntry } from '../util/worker-entry.ts';
import { unpackError } from './errors.ts';
import {
  packBytes,
  type FromWriter,
  type OperationName,
  type OperationResult,
  type Operations,
  type ToWriter,
} from './wire.ts';

export interface Writer {
  /** Resolves after the synced commit. `bytes` are read before this turn of the event loop ends. */
  write<K extends OperationName>(
    name: K,
    body: Operations[K]['in'],
    bytes?: readonly Uint8Array[],
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

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the thread; resolves when the database is open and its schema current. */
export async function startWriter(file: string, events: WriterEvents): Promise<Writer> {
  const worker = new Worker(workerEntry(import.meta.url, 'store-writer'), { workerData: { file } });
  const pending: Pending[] = [];
  let failure: Error | undefined;
  let texts: string[] = [];
  let chunks: Uint8Array[] = [];
  let onClosed: (() => void) | undefined;

  const send = (message: ToWriter, transfer: readonly (ArrayBuffer | MessagePort)[] = []) => {
    worker.postMessage(message, transfer);
  };

  function flush(): void {
    if (texts.length === 0) return;
    const bytes = packBytes(chunks);
    const text = `[${texts.join(',')}]`;
    texts = [];
    chunks = [];
    send({ kind: 'batch', text, bytes }, [bytes]);
  }

  function settle(results: readonly OperationResult[]): void {
    const settled = pending.splice(0, results.length);
    results.forEach((result, index) => {
      if (result.isOk) settled[index]?.resolve(result.value);
      else settled[index]?.reject(unpackError(result.error));
    });
    events.onCommitted();
  }

  function fail(error: Error): void {
    failure ??= error;
    for (const { reject } of pending.splice(0)) reject(error);
  }

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromWriter) => {
      if (message.kind === 'done') settle(message.results);
      else if (message.kind === 'indexed') events.onIndexed(message.ids);
      else if (message.kind === 'trouble') events.onTrouble(unpackError(message.error));
      else if (message.kind === 'ready') resolve();
      else if (message.kind === 'failed') reject(unpackError(message.error));
      else onClosed?.();
    });
    worker.on('error', (error: Error) => {
      events.onTrouble(error);
      fail(error);
      reject(error);
    });
    worker.on('exit', () => {
      fail(new Error('The store is closed.'));
      onClosed?.();
    });
  });

  return {
    write(name, body, bytes = []) {
      if (failure !== undefined) return Promise.reject(failure);
      if (texts.length === 0) setImmediate(flush);
      texts.push(JSON.stringify({ name, body }));
      for (const chunk of bytes) chunks.push(chunk);
      return new Promise((resolve, reject) => {
        pending.push({ resolve: resolve as (value: unknown) => void, reject });
      });
    },
    connectIndexer(port) {
      send({ kind: 'indexer', port }, [port]);
    },
    async close() {
      if (failure !== undefined) return;
      flush();
      const closed = new Promise<void>((resolve) => {
        onClosed = resolve;
      });
      send({ kind: 'close' });
      await closed;
      await worker.terminate();
    },
  };
}
