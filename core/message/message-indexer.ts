/**
 * Entry of the indexer's thread: reads messages that are new, and hands what it found to the store's writer. Which
 * message it is at stands in shared memory, so that one that ends the thread is known, and skipped the next time.
 */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import path from 'node:path';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import {
  openIndexSource,
  type FromIndexer,
  type IndexedMessage,
  type ToIndexer,
} from '../store/index-source.ts';
import { digestMessage, failedDigest } from './digest.ts';
import { Cell, type IndexerData } from './indexer.ts';

/** Nice value: mail that comes in goes first. */
const PRIORITY = 10;
/** What one hand-over may carry: more would be memory for nothing. */
const LARGEST_HANDOVER = 8 * 1024 * 1024;

const { file, port, shared, poisoned } = workerData as IndexerData;
const cells = new BigInt64Array(shared);
const source = openIndexSource(file);
const isClosing = () => Atomics.load(cells, Cell.isClosing) !== 0n;
const forever = new Promise<never>(() => undefined);

/** On Linux a thread has a priority of its own, by its thread id; elsewhere all stays as it is. */
function stepBack(): void {
  try {
    setPriority(Number(path.basename(readlinkSync('/proc/thread-self'))), PRIORITY);
  } catch {
    // Not Linux, or not allowed: only less polite.
  }
}

async function read(id: number): Promise<IndexedMessage | undefined> {
  const message = source.load(id);
  if (message === undefined) return undefined;
  if (poisoned.includes(id)) {
    return failedDigest(id, message, 'the indexer ended while it read this message');
  }
  Atomics.store(cells, Cell.reading, BigInt(id));
  const digest = await digestMessage(message).catch((error: unknown) =>
    failedDigest(id, message, error instanceof Error ? error.message : String(error)),
  );
  // Given up: this thread is being terminated, and must not be in SQLite when that happens.
  if (Atomics.compareExchange(cells, Cell.reading, BigInt(id), 0n) !== BigInt(id)) await forever;
  return digest;
}

async function work(limit: number): Promise<void> {
  const texts: string[] = [];
  let length = 0;
  for (const id of source.ids(limit)) {
    if (isClosing()) return;
    const found = await read(id);
    if (found === undefined) continue;
    const text = JSON.stringify(found);
    texts.push(text);
    length += text.length;
    if (length > LARGEST_HANDOVER) break;
  }
  port.postMessage({ kind: 'indexed', text: `[${texts.join(',')}]` } satisfies FromIndexer);
}

function start(port: MessagePort): void {
  stepBack();
  let isWorking = false;
  let isOver = false;
  const endWhenIdle = () => {
    isOver = true;
    if (isWorking) return;
    source.close();
    port.close();
    parentPort?.close();
  };
  port.on('message', ({ limit }: ToIndexer) => {
    isWorking = true;
    void work(limit).then(() => {
      isWorking = false;
      if (isOver) endWhenIdle();
    });
  });
  port.on('close', endWhenIdle);
  // The only message there is: close. Work under way looks for it by itself.
  parentPort?.on('message', endWhenIdle);
}

start(port);
