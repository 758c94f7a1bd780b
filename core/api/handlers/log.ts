import type { Engine } from '../engine.ts';
import { notFound, os } from '../implementer.ts';

export function logCalls({ log }: Engine) {
  return {
    read: os.log.read.handler(async ({ input }) => {
      const page = await log.read(input);
      return { ...page, lines: [...page.lines] };
    }),
    find: os.log.find.handler(async ({ input }) => {
      const page = await log.find(input);
      return { ...page, lines: [...page.lines] };
    }),
    message: os.log.message.handler(({ input }) => ({ id: log.messageOf(input.queueId) ?? null })),
  };
}

export function sessionCalls({ sessions }: Engine) {
  return {
    list: os.sessions.list.handler(({ input }) => ({ sessions: [...sessions.list(input.limit)] })),
    get: os.sessions.get.handler(({ input }) => {
      const session = sessions.get(input.number);
      if (session === undefined) throw notFound(`session ${input.number}: the last 2,000 are kept`);
      return session;
    }),
  };
}
