import type { Engine } from '../engine.ts';
import { notFound, os } from '../implementer.ts';

export function queueCalls({ queue }: Engine) {
  return {
    list: os.queue.list.handler(async ({ input }) => {
      const [entries, counts, bouncedToday] = await Promise.all([
        queue.list(input),
        queue.counts(),
        queue.bouncedToday(),
      ]);
      return { entries: [...entries], counts, bouncedToday };
    }),
    act: os.queue.act.handler(async ({ input }) => ({ changed: [...(await queue.act(input))] })),
    cat: os.queue.cat.handler(async ({ input: { queueId, ...what } }) => {
      const text = await queue.cat(queueId, what);
      if (text === undefined) throw notFound(`queue file ${queueId}`);
      return { text };
    }),
    log: os.queue.log.handler(async ({ input }) => ({ lines: [...(await queue.log(input.queueId))] })),
  };
}
