/** Captured mail as the calls see it: lists, marks, and the reading of one message. */
import type { MailArea, RefusalArea } from '../api/areas/mail.ts';
import type { Store } from '../store/store.ts';
import { toRow } from './mail-row.ts';
import { createReading } from './reading.ts';

export interface MailAreaDependencies {
  readonly store: Pick<Store, 'mail'>;
  /** What an alias leads to, as its table says now; '' when it is gone. */
  readonly aliasTarget: (name: string) => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createMailArea({ store: { mail }, aliasTarget, now }: MailAreaDependencies): MailArea {
  return {
    ...createReading({ mail, now }),
    async list(query) {
      const { messages, hasMore } = await mail.list(query);
      return { messages: messages.map(toRow), hasMore };
    },
    folders() {
      const counts = mail.folders();
      return Promise.resolve({
        ...counts,
        mailboxes: [...counts.mailboxes],
        aliases: counts.aliases.map(({ name, total }) => ({ name, total, target: aliasTarget(name) })),
      });
    },
    mark: async (ids, marks) => (await mail.mark(ids, marks)).length,
    remove: async (ids) => (await mail.remove(ids)).length,
    restore: async (ids) => (await mail.restore(ids)).length,
    purge: async (ids) => (await mail.purge(ids)).length,
  };
}

export function createRefusalArea({ refusals }: Pick<Store, 'refusals'>): RefusalArea {
  return {
    list(query) {
      const page = refusals.list(query);
      return Promise.resolve({ refusals: [...page.refusals], hasMore: page.hasMore });
    },
    get(id) {
      const found = refusals.get(id);
      if (found === undefined) return Promise.resolve(undefined);
      return Promise.resolve({ ...found, transcript: [...found.transcript], journey: [...found.journey] });
    },
  };
}
