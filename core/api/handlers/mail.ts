import type { Engine } from '../engine.ts';
import { notFound, os } from '../implementer.ts';
import { checkSearch } from './finding.ts';

const changed = (ids: readonly number[]) => ({ changed: ids.length, ids: [...ids] });

export function mailCalls(engine: Engine) {
  const { mail } = engine;
  return {
    list: os.mail.list.handler(async ({ input, errors }) => {
      checkSearch(input.search, errors);
      const { messages, hasMore } = await mail.list(input);
      return { messages: [...messages], hasMore };
    }),
    thread: os.mail.thread.handler(async ({ input: { id } }) => {
      const messages = await mail.thread(id);
      if (messages.length === 0) throw notFound(`message ${id}`);
      return { messages: [...messages] };
    }),
    ids: os.mail.ids.handler(async ({ input, errors }) => {
      checkSearch(input.search, errors);
      const ids = await mail.ids(input);
      return { ids: ids.slice(0, input.limit), hasMore: ids.length > input.limit };
    }),
    addresses: os.mail.addresses.handler(async ({ input }) => ({
      addresses: [...(await mail.addresses(input))],
    })),
    folders: os.mail.folders.handler(() => mail.folders()),
    get: os.mail.get.handler(async ({ input }) => {
      const message = await mail.get(input.id);
      if (message === undefined) throw notFound(`message ${input.id}`);
      return message;
    }),
    inside: os.mail.inside.handler(async ({ input }) => {
      const message = await mail.inside(input);
      if (message === undefined) throw notFound(`message ${input.inside} in message ${input.id}`);
      return message;
    }),
    part: os.mail.part.handler(async ({ input: { number, ...at } }) => {
      const details = await mail.details(at, number);
      if (details === undefined) throw notFound(`part ${number} of message ${at.id}`);
      return details;
    }),
    checks: os.mail.checks.handler(async ({ input }) => {
      const checks = await mail.checks(input);
      if (checks === undefined) throw notFound(`message ${input.id}`);
      return checks;
    }),
    askLinks: os.mail.askLinks.handler(async ({ input }) => {
      const answers = await mail.askLinks(input);
      if (answers === undefined) throw notFound(`message ${input.id}`);
      return { answers: [...answers] };
    }),
    mark: os.mail.mark.handler(async ({ input: { ids, ...marks } }) => changed(await mail.mark(ids, marks))),
    remove: os.mail.remove.handler(async ({ input }) => changed(await mail.remove(input.ids))),
    restore: os.mail.restore.handler(async ({ input }) => changed(await mail.restore(input.ids))),
    purge: os.mail.purge.handler(async ({ input }) => ({ changed: (await mail.purge(input.ids)).length })),
    submit: os.mail.submit.handler(({ input }) => engine.submit(input)),
  };
}

export function refusalCalls({ refusals }: Engine) {
  return {
    list: os.refusals.list.handler(async ({ input }) => {
      const page = await refusals.list(input);
      return { refusals: [...page.refusals], hasMore: page.hasMore };
    }),
    get: os.refusals.get.handler(async ({ input }) => {
      const refusal = await refusals.get(input.id);
      if (refusal === undefined) throw notFound(`refusal ${input.id}`);
      return refusal;
    }),
  };
}
