/** Entry of the writer's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { runWriter } from './write-loop.ts';

if (parentPort === null) throw new Error('store-writer runs in a worker thread only');
runWriter(parentPort, (workerData as { readonly file: string }).file);
