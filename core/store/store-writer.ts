/**
 * Entry of the writer's thread: owns the only writable connection. Everything that queued up while the last commit ran
 * goes into the next transaction; when one operation of it fails, all are run again, each in its own.
 * What the indexer read comes after that, in small groups, so that mail never waits for it.
 */
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { openWritable, toStoreError } from './database.ts';
import { packError } from './errors.ts';
import type { FromIndexer, ToIndexer } from './index-wire.ts';
import { migrate } from './migrate.ts';
import { createOperationRunner, type Prepared } from './write/operations.ts';
import type { IndexedMessage } from './write/digests.ts';
import {
  createByteReader,
  type FromWriter,
  type Operation,
  type OperationResult,
  type ToWriter,
} from './wire.ts';

/** Operations of one transaction at most: what comes later waits for the next. */
const LARGEST_GROUP = 2000;
/** Indexed messages of one transaction while nothing else waits. */
const DIGESTS_AT_ONCE = 200;
/** Messages that the indexer is given at once. */
const WORK_SIZE = 200;
/** Under steady load the indexer gets its turn this often. */
const INDEX_EVERY_MS = 250;
/** The log is copied into the database when nothing was written for so long. */
const CHECKPOINT_AFTER_MS = 1000;

const port = parentPort;
if (port === null) throw new Error('store-writer runs in a worker thread only');
const { file } = workerData as { readonly file: string };
const answer = (message: FromWriter) => {
  port.postMessage(message);
};

function start(port: MessagePort): void {
  const db = openWritable(file);
  migrate(db);
  const runner = createOperationRunner(db);
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');

  const waiting: Prepared[] = [];
  const digests: IndexedMessage[] = [];
  let indexer: MessagePort | undefined;
  let isIndexerBusy = false;
  let mayHaveWork = true;
  let lastIndexedAt = 0;
  let isClosing = false;
  let checkpoint: NodeJS.Timeout | undefined;

  function rollback(): void {
    runner.forget();
    if (db.inTransaction) db.exec('ROLLBACK');
  }

  function runAll<T>(work: readonly (() => T)[]): readonly T[] {
    begin.run();
    const values = work.map((run) => run());
    runner.flush();
    commit.run();
    return values;
  }

  function runGroup(group: readonly Prepared[]): readonly OperationResult[] {
    try {
      return runAll(group).map((value) => ({ isOk: true, value }));
    } catch (error) {
      rollback();
      if (group.length > 1) return group.flatMap((one) => runGroup([one]));
      return [{ isOk: false, error: packError(toStoreError(error, file)) }];
    }
  }

  function take(message: ToWriter): void {
    switch (message.kind) {
      case 'batch': {
        const bytes = createByteReader(message.bytes);
        for (const operation of JSON.parse(message.text) as Operation[]) {
          waiting.push(runner.prepare(operation, bytes));
        }
        break;
      }
      case 'indexer':
        indexer = message.port;
        isIndexerBusy = false;
        indexer.on('message', (found: FromIndexer) => {
          takeFromIndexer(found);
          work();
        });
        break;
      case 'close':
        isClosing = true;
        break;
    }
  }

  function takeFromIndexer(found: FromIndexer): void {
    isIndexerBusy = false;
    const messages = JSON.parse(found.text) as IndexedMessage[];
    if (messages.length === 0) mayHaveWork = false;
    digests.push(...messages);
  }

  function drain(): void {
    for (;;) {
      if (waiting.length >= LARGEST_GROUP) return;
      const next = receiveMessageOnPort(port) as { readonly message: ToWriter } | undefined;
      if (next === undefined) break;
      take(next.message);
    }
    if (indexer === undefined || digests.length > 0) return;
    const found = receiveMessageOnPort(indexer) as { readonly message: FromIndexer } | undefined;
    if (found !== undefined) takeFromIndexer(found.message);
  }

  function storeDigests(): void {
    const group = digests.splice(0, DIGESTS_AT_ONCE);
    lastIndexedAt = performance.now();
    try {
      const stored = runAll(group.map((message) => () => runner.storeDigest(message)));
      answer({ kind: 'indexed', ids: group.filter((_, i) => stored[i] === true).map((m) => m.id) });
    } catch (error) {
      rollback();
      // They stay unindexed and are offered again later: searching is less than keeping.
      answer({ kind: 'trouble', error: packError(toStoreError(error, file)) });
      digests.length = 0;
      mayHaveWork = false;
    }
  }

  function handOutWork(): void {
    if (indexer === undefined || isIndexerBusy || !mayHaveWork || digests.length > 0) return;
    isIndexerBusy = true;
    indexer.postMessage({ kind: 'work', limit: WORK_SIZE } satisfies ToIndexer);
  }

  function work(): void {
    for (;;) {
      drain();
      const isIdle = waiting.length === 0;
      if (!isIdle) {
        const results = runGroup(waiting.splice(0, LARGEST_GROUP));
        mayHaveWork = true;
        answer({ kind: 'done', results });
      }
      const isTurn = isIdle || performance.now() - lastIndexedAt > INDEX_EVERY_MS;
      if (isTurn && digests.length > 0) storeDigests();
      else if (isIdle) break;
      if (isTurn) handOutWork();
    }
    handOutWork();
    if (isClosing) close();
    else checkpointLater();
  }

  function checkpointLater(): void {
    checkpoint ??= setTimeout(() => {
      checkpoint = undefined;
      db.pragma('wal_checkpoint(PASSIVE)');
    }, CHECKPOINT_AFTER_MS).unref();
  }

  function close(): void {
    indexer?.close();
    clearTimeout(checkpoint);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    answer({ kind: 'closed' });
    port.close();
  }

  port.on('message', (message: ToWriter) => {
    take(message);
    work();
  });
}

try {
  start(port);
  answer({ kind: 'ready' });
} catch (error) {
  answer({ kind: 'failed', error: packError(toStoreError(error, file)) });
  port.close();
}
