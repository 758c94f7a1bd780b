import type { Engine } from '../engine.ts';
import { os } from '../implementer.ts';

export function traceCalls(engine: Engine) {
  return { run: os.trace.run.handler(({ input }) => engine.trace(input)) };
}
