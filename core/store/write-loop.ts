/**
 * The writer: owns the only writable connection. Everything that queued up while the last commit ran goes into the next
 * transaction (natural group commit, no timer).
 */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { createUtilization } from '../util/utilization.ts';
import { openWritable, toStoreError, type Connection } from './database.ts';
import { packError } from './errors.ts';
import { createGroupCommit } from './group-commit.ts';
import { createIndexTurns } from './index-turns.ts';
import { migrate } from './migrate.ts';
import { createBaggageReader, type Batch, type FromWriter, type Operation, type ToWriter } from './wire.ts';
import { createOperationRunner, type OperationRunner, type Prepared } from './write/operations.ts';

/** Operations of one transaction at most: what comes later waits for the next. */
const LARGEST_GROUP = 2000;
/**
 * Indexing begins when no mail came for so long. A few connections that wait for their answers leave the writer without
 * work for a moment after each commit: what it then began would be in the way of their next messages.
 */
const QUIET_AFTER_MS = 15;
/**
 * What deliveries came to waits so long for new mail to share its commit with. Nobody waits for it to be answered, and a
 * few connections at full speed then need one sync a round instead of two.
 */
const PATIENCE_MS = 5;
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
    runner,
    onIndexed: (ids) => {
      answer({ kind: 'indexed', ids });
    },
    onTrouble: (error) => {
      answer({ kind: 'trouble', error: packError(toStoreError(error, db.name)) });
    },
    now: () => performance.now(),
    utilization: createUtilization(),
  });
  const checkpoint = createCheckpoint(db);
  const waiting: Prepared[] = [];
  let lastMailAt = -Infinity;
  let quietTimer: NodeJS.Timeout | undefined;
  let patientTimer: NodeJS.Timeout | undefined;
  /** Something waits that a client waits for, or that has waited long enough. */
  let isUrgent = false;
  let isClosing = false;

  function take(message: ToWriter): void {
    if (message.kind === 'batch') {
      const { work: operations, isPatient } = unpack(message, runner);
      waiting.push(...operations);
      if (!isPatient) isUrgent = true;
    } else if (message.kind === 'indexer') indexing.connect(message.port, work);
    else isClosing = true;
  }

  function drain(): void {
    while (waiting.length < LARGEST_GROUP) {
      const next = receiveMessageOnPort(port) as { readonly message: ToWriter } | undefined;
      if (next === undefined) return;
      take(next.message);
    }
  }

  /** Looks again once it has been quiet for long enough. */
  function workWhenQuiet(): void {
    quietTimer ??= setTimeout(() => {
      quietTimer = undefined;
      work();
    }, QUIET_AFTER_MS);
  }

  function workSoon(): void {
    patientTimer ??= setTimeout(() => {
      patientTimer = undefined;
      isUrgent = true;
      work();
    }, PATIENCE_MS);
  }

  function work(): void {
    for (;;) {
      drain();
      if (waiting.length > 0 && !isUrgent && !isClosing) {
        workSoon();
        return;
      }
      const isIdle = waiting.length === 0;
      if (!isIdle) {
        lastMailAt = performance.now();
        isUrgent = waiting.length > LARGEST_GROUP;
        answer({ kind: 'done', results: group.runEach(waiting.splice(0, LARGEST_GROUP)) });
        indexing.expectWork();
      }
      const isQuiet = isIdle && performance.now() - lastMailAt >= QUIET_AFTER_MS;
      const hasIndexed = indexing.take(isQuiet || isClosing);
      if (isIdle && !isQuiet && !isClosing) workWhenQuiet();
      if (isIdle && (!hasIndexed || isClosing || !isQuiet)) break;
    }
    if (!isClosing) {
      checkpoint.soon();
      return;
    }
    clearTimeout(quietTimer);
    clearTimeout(patientTimer);
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

interface Unpacked {
  readonly work: readonly Prepared[];
  /** Only what deliveries came to. */
  readonly isPatient: boolean;
}

function unpack(batch: Batch, runner: OperationRunner): Unpacked {
  const reader = createBaggageReader(batch);
  const operations = batch.operations.map((text) => JSON.parse(text) as Operation);
  return {
    work: operations.map((operation) => runner.prepare(operation, reader)),
    isPatient: operations.every(({ name }) => name === 'settle'),
  };
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
