import { ORPCError } from '@orpc/server';
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
    act: os.queue.act.handler(async ({ input }) => {
      if (input.action === 'schedule' && input.at === undefined) {
        throw new ORPCError('BAD_REQUEST', { message: 'at: the time for `schedule` is missing' });
      }
      const { changed, undo = null } = await queue.act(input);
      return { changed: [...changed], undo };
    }),
    undo: os.queue.undo.handler(async ({ input }) => ({ changed: [...(await queue.undo(input.undo))] })),
    recipients: os.queue.recipients.handler(async ({ input }) => {
      const recipients = await queue.recipients(input.queueId);
      if (recipients === undefined) throw notFound(`message ${input.queueId} in the queue`);
      return { recipients: [...recipients] };
    }),
    history: os.queue.history.handler(() => ({ minutes: [...queue.history()] })),
    cat: os.queue.cat.handler(async ({ input: { queueId, ...what } }) => {
      const text = await queue.cat(queueId, what);
      if (text === undefined) throw notFound(`queue file ${queueId}`);
      return { text };
    }),
    log: os.queue.log.handler(async ({ input }) => ({ lines: [...(await queue.log(input.queueId))] })),
  };
}
