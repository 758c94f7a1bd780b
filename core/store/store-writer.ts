/**
 * Entry of the writer's thread: owns the only writable connection. Everything that queued up while the last commit ran
 * goes into the next transaction (natural group commit, no timer).
 */
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { openWritable, toStoreError } from './database.ts';
import { packError } from './errors.ts';
import { createGroupCommit } from './group-commit.ts';
import { createIndexTurns } from './index-turns.ts';
import { migrate } from './migrate.ts';
import { createByteReader, type FromWriter, type Operation, type ToWriter } from './wire.ts';
import { createOperationRunner, type Prepared } from './write/operations.ts';

/** Operations of one transaction at most: what comes later waits for the next. */
const LARGEST_GROUP = 2000;
/** The log is copied into the database when nothing was written for so long. */
const CHECKPOINT_AFTER_MS = 1000;

function start(port: MessagePort, file: string, answer: (message: FromWriter) => void): void {
  const db = openWritable(file);
  migrate(db);
  const runner = createOperationRunner(db);
  const group = createGroupCommit(db, runner);
  const indexing = createIndexTurns({
    group,
    storeDigest: runner.storeDigest,
    onIndexed: (ids) => {
      answer({ kind: 'indexed', ids });
    },
    onTrouble: (error) => {
      answer({ kind: 'trouble', error: packError(toStoreError(error, file)) });
    },
  });
  const waiting: Prepared[] = [];
  let isClosing = false;
  let checkpoint: NodeJS.Timeout | undefined;

  function take(message: ToWriter): void {
    if (message.kind === 'batch') {
      const bytes = createByteReader(message.bytes);
      for (const operation of JSON.parse(message.text) as Operation[]) {
        waiting.push(runner.prepare(operation, bytes));
      }
    } else if (message.kind === 'indexer') {
      indexing.connect(message.port, work);
    } else {
      isClosing = true;
    }
  }

  function drain(): void {
    while (waiting.length < LARGEST_GROUP) {
      const next = receiveMessageOnPort(port) as { readonly message: ToWriter } | undefined;
      if (next === undefined) return;
      take(next.message);
    }
  }

  function work(): void {
    for (;;) {
      drain();
      const isIdle = waiting.length === 0;
      if (!isIdle) {
        answer({ kind: 'done', results: group.runEach(waiting.splice(0, LARGEST_GROUP)) });
        indexing.expectWork();
      }
      const hasIndexed = indexing.take(isIdle);
      if (isIdle && (!hasIndexed || isClosing)) break;
    }
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
    indexing.close();
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

function main(port: MessagePort | null): void {
  if (port === null) throw new Error('store-writer runs in a worker thread only');
  const { file } = workerData as { readonly file: string };
  const answer = (message: FromWriter) => {
    port.postMessage(message);
  };
  try {
    start(port, file, answer);
    answer({ kind: 'ready' });
  } catch (error) {
    answer({ kind: 'failed', error: packError(toStoreError(error, file)) });
    port.close();
  }
}

main(parentPort);
