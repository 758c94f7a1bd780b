/**
 * Starts the thread that reads structure, first words and search text of new messages, and keeps it running. It takes
 * up what an earlier run left over. Mail is accepted and delivered without it; only previews and search wait.
 */
import { once } from 'node:events';
import { Worker, type MessagePort } from 'node:worker_threads';
import type { Store } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';
import { workerEntry, YOUNG_GENERATION_MB } from '../util/worker-entry.ts';

/** What the thread begins with. */
export interface IndexerData {
  readonly file: string;
  readonly port: MessagePort;
  /** What it is at, by the numbers of `Cell`. */
  readonly shared: SharedArrayBuffer;
  /** Messages that ended the thread before. */
  readonly poisoned: readonly number[];
}

/** 64-bit numbers in the memory that both threads see. */
export const Cell = {
  /** The message being read; 0: none, so that the thread may be in SQLite; -1: it is to read no more, and is terminated. */
  reading: 0,
  /** 1: it is to end before the next message. */
  isClosing: 1,
} as const;
const GIVEN_UP = -1n;

export interface Indexer {
  close(): Promise<void>;
}

export interface IndexerDependencies {
  readonly store: Pick<Store, 'indexing'>;
  readonly log: LogFactory;
  readonly clock: Clock;
}

/** Memory for reading one message; beyond it the thread ends, and the message is marked as unreadable. */
const MOST_MEMORY_MB = 1024;
const RESTART_AFTER_MS = 1000;
/** A message takes longer to read than a stop should: it is read again the next time. */
const CLOSE_PATIENCE_MS = 100;

export function createIndexer({ store, log, clock }: IndexerDependencies): Indexer {
  const indexerLog = log('sandpost/indexer');
  const poisoned: number[] = [];
  let worker: Worker | undefined;
  let cells: BigInt64Array = new BigInt64Array(2);
  let hasEnded = false;
  let isClosed = false;
  let cancelRestart: (() => void) | undefined;

  function start(): void {
    const { file, port } = store.indexing.connect();
    const shared = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT);
    const ours = new BigInt64Array(shared);
    cells = ours;
    const data: IndexerData = { file, port, shared, poisoned: [...poisoned] };
    const started = new Worker(workerEntry(import.meta.url, 'message-indexer'), {
      workerData: data,
      transferList: [port],
      resourceLimits: {
        maxOldGenerationSizeMb: MOST_MEMORY_MB,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
    });
    worker = started;
    started.on('error', (error: Error) => {
      indexerLog.error(error.message);
    });
    hasEnded = false;
    started.on('exit', () => {
      hasEnded = true;
      if (isClosed || worker !== started) return;
      const id = Number(Atomics.load(ours, Cell.reading));
      if (id > 0) poisoned.push(id);
      indexerLog.warning(`ended${id > 0 ? ` while reading message ${id}` : ''}; starting again`);
      cancelRestart = clock.schedule(clock.now() + RESTART_AFTER_MS, start);
    });
  }

  /** While it reads a message it is not in SQLite, and then does not go there: only then may it be terminated (store/writer.ts). */
  function giveUpReading(): boolean {
    const id = Atomics.load(cells, Cell.reading);
    return id > 0n && Atomics.compareExchange(cells, Cell.reading, id, GIVEN_UP) === id;
  }

  start();
  return {
    async close() {
      isClosed = true;
      cancelRestart?.();
      if (worker === undefined || hasEnded) return;
      const ended = once(worker, 'exit');
      Atomics.store(cells, Cell.isClosing, 1n);
      worker.postMessage('close');
      const impatience = setInterval(() => {
        if (giveUpReading()) void worker?.terminate();
      }, CLOSE_PATIENCE_MS);
      await ended;
      clearInterval(impatience);
    },
  };
}
