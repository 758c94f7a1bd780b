import type { Engine } from '../engine.ts';
import type { EventHub } from '../events.ts';
import { os } from '../implementer.ts';

export function sandboxCalls(engine: Engine, events: EventHub) {
  return {
    status: os.sandbox.status.handler(() => engine.status()),
    reload: os.sandbox.reload.handler(async () => {
      const { revision, problems } = await engine.reload();
      return { revision, problems: [...problems] };
    }),
    stop: os.sandbox.stop.handler(() => {
      engine.requestStop();
      return { stopping: true };
    }),
    events: os.sandbox.events.handler(({ signal, input }) => events.follow(signal, input.log)),
  };
}
