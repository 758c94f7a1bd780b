/**
 * Writer and search in the caller's thread: the same code and the same messages, without the time that threads take to
 * start. For a command that opens the sandbox for one write, and for tests; it would hold up a server.
 */
import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { openReadable } from './database.ts';
import type { StoreOptions } from './open.ts';
import { createFinder } from './read/find-ids.ts';
import type { OpenSearcher } from './searcher.ts';
import { runWriter } from './write-loop.ts';
import type { SpawnWriter } from './writer.ts';

const spawnWriter: SpawnWriter = (file, { onMessage, onEnd }) => {
  const { port1, port2 } = new MessageChannel();
  port1.on('message', onMessage);
  port1.on('close', onEnd);
  runWriter(port2, file);
  return {
    send(message, transfer) {
      port1.postMessage(message, transfer);
    },
    ended: once(port1, 'close').then(() => undefined),
  };
};

const openSearcher: OpenSearcher = (file, takeChanged) => {
  const db = openReadable(file);
  const finder = createFinder(db);
  return {
    search(order) {
      finder.forget(takeChanged());
      return Promise.resolve(finder.find(order));
    },
    close() {
      db.close();
      return Promise.resolve();
    },
  };
};

export const SAME_THREAD: NonNullable<StoreOptions['threads']> = { spawnWriter, openSearcher };
