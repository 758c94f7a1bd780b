import type { Engine } from '../engine.ts';
import { os } from '../implementer.ts';

export function tableCalls(engine: Engine) {
  return {
    run: os.tables.run.handler(({ input: { command, args, stdin } }) =>
      engine.runTableCommand(command, args, stdin),
    ),
  };
}
