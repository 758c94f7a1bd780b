/**
 * The writer's side of indexing: hands out work, stores what comes back in small groups, and keeps out of mail's way
 * (its turn comes when nothing waits; under steady load every quarter of a second, and when the writer has its hands full
 * every two).
 */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { GroupCommit } from './group-commit.ts';
import type { FromIndexer, ToIndexer } from './index-wire.ts';
import type { IndexedMessage } from './write/digests.ts';
import type { OperationRunner } from './write/operations.ts';

/** Indexed messages of one transaction. */
const STORED_AT_ONCE = 200;
/** Messages that the indexer is given at once. */
const WORK_SIZE = 200;
const TURN_EVERY_MS = 250;
const PRESSED_TURN_EVERY_MS = 2000;
/** Share of the time that the writer is at work, indexing included: more is a burst, which clients wait for. */
const HANDS_FULL = 0.4;

export interface IndexTurns {
  /** A (new) indexer; `onFound` is called when it handed something in while the writer slept. */
  connect(port: MessagePort, onFound: () => void): void;
  /** Something new may be there to index. */
  expectWork(): void;
  /** Stores one group and hands out more, when it is indexing's turn. False: there was nothing to store. */
  take(isIdle: boolean): boolean;
  close(): void;
}

export interface IndexTurnsDependencies {
  readonly group: GroupCommit;
  readonly runner: Pick<OperationRunner, 'storeDigest' | 'tagByRules'>;
  readonly onIndexed: (ids: readonly number[]) => void;
  readonly onTrouble: (error: unknown) => void;
  /** ms from any beginning. */
  readonly now: () => number;
  /** Share of the time since the last call in which the writer worked, 0 to 1. */
  readonly utilization: () => number;
}

export function createIndexTurns(dependencies: IndexTurnsDependencies): IndexTurns {
  let indexer: MessagePort | undefined;
  let isBusy = false;
  /** Counts what may have brought work; what was handed out last; what is known to be all done. */
  let expected = 1;
  let handedOut = 0;
  let finished = 0;
  let found: IndexedMessage[] = [];
  let lastTurn = -Infinity;
  let isPressed = false;
  let lookedAt = dependencies.now();

  /** Under steady load. */
  function isTurn(): boolean {
    const now = dependencies.now();
    if (now - lookedAt >= TURN_EVERY_MS) {
      isPressed = dependencies.utilization() >= HANDS_FULL;
      lookedAt = now;
    }
    return now - lastTurn >= (isPressed ? PRESSED_TURN_EVERY_MS : TURN_EVERY_MS);
  }

  function receive({ text }: FromIndexer): void {
    isBusy = false;
    const messages = JSON.parse(text) as IndexedMessage[];
    // Of what came while the indexer looked, it may have seen nothing.
    if (messages.length === 0) finished = handedOut;
    for (const message of messages) found.push(message);
  }

  function store(): void {
    lastTurn = dependencies.now();
    const part = found.slice(0, STORED_AT_ONCE);
    found = found.slice(STORED_AT_ONCE);
    if (storePart(dependencies, part)) return;
    found = [];
    finished = expected;
  }

  function handOut(): void {
    if (indexer === undefined || isBusy || expected === finished || found.length > 0) return;
    isBusy = true;
    handedOut = expected;
    indexer.postMessage({ kind: 'work', limit: WORK_SIZE } satisfies ToIndexer);
  }

  return {
    connect(port, onFound) {
      indexer?.close();
      indexer = port;
      isBusy = false;
      expected += 1;
      port.on('message', (message: FromIndexer) => {
        receive(message);
        onFound();
      });
    },
    expectWork() {
      expected += 1;
    },
    take(isIdle) {
      if (!isIdle && !isTurn()) return false;
      if (indexer !== undefined && found.length === 0) {
        const message = receiveMessageOnPort(indexer) as { readonly message: FromIndexer } | undefined;
        if (message !== undefined) receive(message.message);
      }
      const hasFound = found.length > 0;
      if (hasFound) store();
      handOut();
      return hasFound;
    },
    close() {
      indexer?.close();
    },
  };
}

/** False: it could not be written. Messages stay marked as unindexed then and are offered again with the next mail. */
function storePart(
  { group, runner, onIndexed, onTrouble }: IndexTurnsDependencies,
  part: readonly IndexedMessage[],
): boolean {
  try {
    const store = part.map((message) => () => runner.storeDigest(message));
    const rules = () => {
      runner.tagByRules();
      return false;
    };
    const isStored = group.runAll([...store, rules]);
    onIndexed(part.filter((_, index) => isStored[index] === true).map((m) => m.id));
    return true;
  } catch (error) {
    onTrouble(error);
    return false;
  }
}
