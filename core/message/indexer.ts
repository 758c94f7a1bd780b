/**
 * Starts the thread that reads structure, first words and search text of new messages, and keeps it running. It takes
 * up what an earlier run left over. Mail is accepted and delivered without it; only previews and search wait.
 */
import { Worker, type MessagePort } from 'node:worker_threads';
import type { Store } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';
import { workerEntry, YOUNG_GENERATION_MB } from '../util/worker-entry.ts';

/** What the thread begins with. */
export interface IndexerData {
  readonly file: string;
  readonly port: MessagePort;
  /** One 64-bit number: the message being read, or 0. */
  readonly current: SharedArrayBuffer;
  /** Messages that ended the thread before. */
  readonly poisoned: readonly number[];
}

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

export function createIndexer({ store, log, clock }: IndexerDependencies): Indexer {
  const indexerLog = log('sandpost/indexer');
  const poisoned: number[] = [];
  let worker: Worker | undefined;
  let isClosed = false;
  let cancelRestart: (() => void) | undefined;

  function start(): void {
    const { file, port } = store.indexing.connect();
    const current = new SharedArrayBuffer(8);
    const data: IndexerData = { file, port, current, poisoned: [...poisoned] };
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
    started.on('exit', () => {
      if (isClosed || worker !== started) return;
      const id = Number(Atomics.load(new BigInt64Array(current), 0));
      if (id > 0) poisoned.push(id);
      indexerLog.warning(`ended${id > 0 ? ` while reading message ${id}` : ''}; starting again`);
      cancelRestart = clock.schedule(clock.now() + RESTART_AFTER_MS, start);
    });
  }

  start();
  return {
    async close() {
      isClosed = true;
      cancelRestart?.();
      await worker?.terminate();
    },
  };
}
