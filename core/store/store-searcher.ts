/** Entry of the searching thread: one query after the other, over a read-only connection of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { openReadable, toStoreError } from './database.ts';
import { packError } from './errors.ts';
import { createFinder } from './read/find-ids.ts';
import type { FromSearcher, ToSearcher } from './searcher.ts';

const port = parentPort;
if (port === null) throw new Error('store-searcher runs in a worker thread only');
const { file } = workerData as { readonly file: string };
const db = openReadable(file);
const finder = createFinder(db);

function answer({ number, order, changed }: Extract<ToSearcher, { kind: 'find' }>): FromSearcher {
  try {
    finder.forget(changed);
    return { number, ids: finder.find(order) };
  } catch (error) {
    return { number, error: packError(toStoreError(error, file)) };
  }
}

port.on('message', (question: ToSearcher) => {
  if (question.kind === 'find') {
    port.postMessage(answer(question));
    return;
  }
  db.close();
  port.close();
});
