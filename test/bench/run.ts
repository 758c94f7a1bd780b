/** `npm run bench`: throughput beside the peers, memory, the store with a million messages. `node test/bench/window.ts` measures the window. */
import { memory } from './memory.ts';
import { throughput } from './throughput.ts';

await throughput();
await memory();
