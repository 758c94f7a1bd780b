/** Captured mail as the calls see it: lists, marks, and the reading of one message. */
import type { MailArea, RefusalArea } from '../api/areas/mail.ts';
import type { Store } from '../store/store.ts';
import { toRow } from './mail-row.ts';
import type { Reading } from './reading.ts';

export interface MailAreaDependencies {
  readonly store: Pick<Store, 'mail' | 'desk'>;
  /** What an alias leads to, as its table says now; '' when it is gone. */
  readonly aliasTarget: (name: string) => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Loaded when somebody looks at a message: reading MIME takes longer to load than all that mail needs to come in. */
function createLazyReading({ mail, now }: Pick<Store, 'mail'> & { readonly now: () => number }): Reading {
  let loaded: Promise<Reading> | undefined;
  const reading = () =>
    (loaded ??= import('./reading.ts').then(({ createReading }) => createReading({ mail, now })));
  return {
    get: async (id) => (await reading()).get(id),
    inside: async (at) => (await reading()).inside(at),
    details: async (at, number) => (await reading()).details(at, number),
    checks: async (at) => (await reading()).checks(at),
    askLinks: async (at) => (await reading()).askLinks(at),
    source: async (at) => (await reading()).source(at),
    delivered: async (id, mailbox, copy) => (await reading()).delivered(id, mailbox, copy),
    html: async (at, options) => (await reading()).html(at, options),
    print: async (at, partUrl) => (await reading()).print(at, partUrl),
    attachments: async (at) => (await reading()).attachments(at),
    part: async (at, number, raw) => (await reading()).part(at, number, raw),
  };
}

export function createMailArea({ store: { mail, desk }, aliasTarget, now }: MailAreaDependencies): MailArea {
  return {
    ...createLazyReading({ mail, now }),
    async list({ threaded, ...query }) {
      const { messages, hasMore } = await mail.list({ ...query, isThreaded: threaded });
      return { messages: messages.map(toRow), hasMore };
    },
    thread: (id) => Promise.resolve(mail.thread(id).map(toRow)),
    ids: ({ limit, ...query }) => mail.ids({ ...query, limit: limit + 1 }),
    addresses: (order) => Promise.resolve(mail.addresses(order)),
    folders() {
      const counts = mail.folders();
      return Promise.resolve({
        ...counts,
        mailboxes: [...counts.mailboxes],
        tags: [...counts.tags],
        searches: desk.searches().map((search) => ({ ...search })),
        aliases: counts.aliases.map(({ name, total }) => ({ name, total, target: aliasTarget(name) })),
      });
    },
    mark: (ids, marks) => mail.mark(ids, marks),
    remove: (ids) => mail.remove(ids),
    restore: (ids) => mail.restore(ids),
    purge: (ids) => mail.purge(ids),
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
