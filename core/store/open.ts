/** Opens one sandbox's store: takes the data folder's lock, starts the writer, and wires the sides. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import type { Clock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';
import { createChangedBlocks } from './changed-blocks.ts';
import { createChangeCollector } from './changes.ts';
import { createCompiledTables } from './compiled.ts';
import { openReadable } from './database.ts';
import { createDeskStore } from './desk-store.ts';
import { createDnsStore } from './dns.ts';
import { createDraftStore } from './drafts.ts';
import { lockDataDir } from './lock.ts';
import { createMailStore } from './mail-side.ts';
import { createQueueStore } from './queue-store.ts';
import { createReadCounter } from './read/counts.ts';
import { createRefusalStore, createRevisionStore } from './side-reads.ts';
import { openSearchThread, type OpenSearcher } from './searcher.ts';
import type { Store } from './store.ts';
import { createUserStore } from './users.ts';
import { spawnWriterThread, startWriter, type SpawnWriter, type Writer } from './writer.ts';

export interface StoreOptions {
  readonly dataDir: string;
  readonly log: LogFactory;
  readonly clock: Clock;
  /** For tests: where writer and search run. Threads of their own when absent. */
  readonly threads?: { readonly spawnWriter: SpawnWriter; readonly openSearcher: OpenSearcher };
}

/**
 * Opens, or makes, the store in `dataDir`. Throws the errors of store.ts, each saying what to do next; then
 * nothing was changed and nothing is left open.
 */
export async function createStore({
  dataDir,
  log,
  clock,
  threads = { spawnWriter: spawnWriterThread, openSearcher: openSearchThread },
}: StoreOptions): Promise<Store> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = path.join(dataDir, 'sandpost.db');
  makePrivate(file);
  const writerLog = log('sandpost/store');
  const changed = createChangedBlocks();
  const changes = createChangeCollector(changed.add);
  const onTrouble = (error: unknown) => {
    writerLog.error(error instanceof Error ? error.message : String(error));
  };
  const unlock = lockDataDir(dataDir);
  let writer: Writer | undefined;
  try {
    const events = {
      onIndexed: (ids: readonly number[]) => {
        changes.changed(ids);
        changes.tellSoon();
      },
      onCommitted: () => {
        changes.tellSoon();
      },
      onTrouble,
    };
    const started = await startWriter(file, events, threads.spawnWriter);
    writer = started;
    const db = openReadable(file);
    const searcher = threads.openSearcher(file, changed.take);
    const readCounter = createReadCounter(db);
    const side = { db, writer: started, clock, changes, readCounter, onTrouble, search: searcher.search };
    return {
      queue: createQueueStore(side),
      mail: createMailStore(side),
      refusals: createRefusalStore(side),
      users: createUserStore({ ...side, dataDir }),
      compiled: createCompiledTables(side),
      revisions: createRevisionStore(side),
      dns: createDnsStore(side),
      desk: createDeskStore(side),
      drafts: createDraftStore(side),
      indexing: {
        connect() {
          const { port1, port2 } = new MessageChannel();
          started.connectIndexer(port1);
          return { file, port: port2 };
        },
      },
      onChange: (listener) => changes.onChange(listener),
      async close() {
        await searcher.close();
        await started.close();
        db.close();
        unlock();
      },
    };
  } catch (error) {
    await writer?.close();
    unlock();
    throw error;
  }
}

/** Mail is nobody else's: SQLite gives the log beside it the same rights. A file that is there keeps its own. */
function makePrivate(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
}
