/**
 * Searches run in a thread of their own, started with the first one: a query cannot be interrupted, and one that goes
 * through a million messages must not hold up mail. The thread ends by itself when it is told to (see writer.ts).
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { STORE_THREAD_LIMITS, workerEntry } from '../util/worker-entry.ts';
import { unpackError, type WireError } from './errors.ts';
import type { FindOrder } from './read/find-ids.ts';

export type Search = (order: FindOrder) => Promise<readonly number[]>;

export interface Searcher {
  readonly search: Search;
  close(): Promise<void>;
}

/** `takeChanged`: blocks of messages that changed since it was asked before. */
export type OpenSearcher = (file: string, takeChanged: () => readonly number[]) => Searcher;

export type ToSearcher =
  | {
      readonly kind: 'find';
      readonly number: number;
      readonly order: FindOrder;
      readonly changed: readonly number[];
    }
  | { readonly kind: 'close' };
export type FromSearcher =
  | { readonly number: number; readonly ids: readonly number[] }
  | { readonly number: number; readonly error: WireError };

interface Waiting {
  readonly resolve: (ids: readonly number[]) => void;
  readonly reject: (error: Error) => void;
}

export const openSearchThread: OpenSearcher = (file, takeChanged) => {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let last = 0;

  function fail(error: Error): void {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }
  function start(): Worker {
    const started = new Worker(workerEntry(import.meta.url, 'store-searcher'), {
      workerData: { file },
      resourceLimits: STORE_THREAD_LIMITS,
    });
    started.unref();
    started.on('message', (answer: FromSearcher) => {
      const one = waiting.get(answer.number);
      waiting.delete(answer.number);
      if ('ids' in answer) one?.resolve(answer.ids);
      else one?.reject(unpackError(answer.error));
    });
    started.on('error', fail);
    started.on('exit', () => {
      if (worker === started) fail(new Error('The search ended.'));
    });
    return started;
  }
  return {
    search: (order) =>
      new Promise((resolve, reject) => {
        worker ??= start();
        last += 1;
        waiting.set(last, { resolve, reject });
        const find: ToSearcher = { kind: 'find', number: last, order, changed: takeChanged() };
        worker.postMessage(find);
      }),
    async close() {
      if (worker === undefined) return;
      const ended = once(worker, 'exit');
      worker.ref();
      worker.postMessage({ kind: 'close' } satisfies ToSearcher);
      await ended;
    },
  };
};
