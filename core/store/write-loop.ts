/**
 * The writer: owns the only writable connection. Everything that queued up while the last commit ran goes into the next
 * transaction (natural group commit, no timer).
 */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { openWritable, toStoreError, type Connection } from './database.ts';
import { packError } from './errors.ts';
import { createGroupCommit } from './group-commit.ts';
import { createIndexTurns } from './index-turns.ts';
import { migrate } from './migrate.ts';
import { createByteReader, type Batch, type FromWriter, type Operation, type ToWriter } from './wire.ts';
import { createOperationRunner, type OperationRunner, type Prepared } from './write/operations.ts';

/** Operations of one transaction at most: what comes later waits for the next. */
const LARGEST_GROUP = 2000;
/** The log is copied into the database when nothing was written for so long. */
const CHECKPOINT_AFTER_MS = 1000;

/** Opens the database, answers `ready` or `failed` on the port, and serves it until it is told to close. */
export function runWriter(port: MessagePort, file: string): void {
  const answer = (message: FromWriter) => {
    port.postMessage(message);
  };
  try {
    const db = openWritable(file);
    migrate(db);
    serve(port, db, answer);
    answer({ kind: 'ready' });
  } catch (error) {
    answer({ kind: 'failed', error: packError(toStoreError(error, file)) });
    port.close();
  }
}

function serve(port: MessagePort, db: Connection, answer: (message: FromWriter) => void): void {
  const runner = createOperationRunner(db);
  const group = createGroupCommit(db, runner);
  const indexing = createIndexTurns({
    group,
    storeDigest: runner.storeDigest,
    onIndexed: (ids) => {
      answer({ kind: 'indexed', ids });
    },
    onTrouble: (error) => {
      answer({ kind: 'trouble', error: packError(toStoreError(error, db.name)) });
    },
  });
  const checkpoint = createCheckpoint(db);
  const waiting: Prepared[] = [];
  let isClosing = false;

  function take(message: ToWriter): void {
    if (message.kind === 'batch') waiting.push(...unpack(message, runner));
    else if (message.kind === 'indexer') indexing.connect(message.port, work);
    else isClosing = true;
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
    if (!isClosing) {
      checkpoint.soon();
      return;
    }
    indexing.close();
    checkpoint.last();
    db.close();
    answer({ kind: 'closed' });
    port.close();
  }

  port.on('message', (message: ToWriter) => {
    take(message);
    work();
  });
}

function unpack({ text, bytes }: Batch, runner: OperationRunner): readonly Prepared[] {
  const reader = createByteReader(bytes);
  return (JSON.parse(text) as Operation[]).map((operation) => runner.prepare(operation, reader));
}

/** Copies the log into the database when the writer has nothing better to do. */
function createCheckpoint(db: Connection) {
  let timer: NodeJS.Timeout | undefined;
  return {
    soon() {
      timer ??= setTimeout(() => {
        timer = undefined;
        db.pragma('wal_checkpoint(PASSIVE)');
      }, CHECKPOINT_AFTER_MS).unref();
    },
    last() {
      clearTimeout(timer);
      db.pragma('wal_checkpoint(TRUNCATE)');
    },
  };
}
