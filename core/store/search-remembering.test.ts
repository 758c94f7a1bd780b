/** Searches remember what they found out. Whatever changes in between, they find what a look at each message finds. */
import type { MessagePort } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { NewMessage } from '../mail/message.ts';
import type { FromIndexer } from './index-wire.ts';
import type { MailFolder } from './mail-store.ts';
import { ARRIVED, sampleDelivery, sampleMessage, sampleOutcome, sampleSettlement } from './sample.ts';
import type { Store } from './store.ts';
import { nextChange, openStore, removeTemporaryFolders } from './testing.ts';
import type { IndexedMessage } from './write/digests.ts';

afterAll(removeTemporaryFolders);

const MINUTE = 60_000;
const MESSAGES = 150;
/** Numbers so far apart that the messages lie in several of the blocks and stretches that searches work in. */
const SPREAD = 97;

interface Known {
  readonly id: number;
  readonly message: NewMessage;
  readonly words: readonly string[];
  readonly tags: Set<string>;
  state: 'kept' | 'bin' | 'gone';
  isIndexed: boolean;
  isRead: boolean;
  isStarred: boolean;
  queue: 'incoming' | 'hold' | undefined;
  fate: 'delivered' | 'bounced' | undefined;
}

const hasAttachment = ({ id, isIndexed }: Known) => isIndexed && id % 4 === 0;
const hasHtml = ({ id, isIndexed }: Known) => isIndexed && id % 9 === 0;
const sizeOf = (id: number) => (id % 50 === 0 ? 2_000_000 : (id % 13) * 100);
const sideOf = (id: number) => (id % 3 === 0 ? 'alice' : 'you');

/** `kava` in many, its longer forms in some, `lo` in nearly all, `stoden` in few. */
const wordsOf = (id: number) => [
  ...(id % 31 === 0 ? [] : ['lo']),
  ...(id % 2 === 0 ? ['mi'] : []),
  ...(id % 5 === 0 ? ['kava'] : id % 7 === 0 ? [`kava${id % 3}`] : []),
  ...(id % 37 === 0 ? ['stoden'] : []),
];

function createMailbox(store: Store, port: MessagePort) {
  const all: Known[] = [];
  const one = (pick: number, isWanted: (m: Known) => boolean) => {
    const some = all.filter(isWanted);
    return some[pick % Math.max(1, some.length)];
  };

  async function arrive(id: number): Promise<Known> {
    const message = sampleMessage(id, { size: sizeOf(id), arrivedAt: ARRIVED + id * MINUTE });
    const known: Known = {
      id,
      message,
      words: wordsOf(id),
      tags: new Set(),
      state: 'kept',
      isIndexed: false,
      isRead: false,
      isStarred: false,
      queue: 'incoming',
      fate: undefined,
    };
    all.push(known);
    await store.queue.accept([message]);
    return known;
  }

  async function index(some: readonly Known[]): Promise<void> {
    if (some.length === 0) return;
    const waiting = new Set(some.map(({ id }) => id));
    const messages = some.map(({ id, words }): IndexedMessage => ({
      id,
      digest: {
        preview: '',
        attachments: id % 4 === 0 ? 1 : 0,
        hasHtml: id % 9 === 0,
        remoteResources: 0,
      },
      parts: [],
      text: {
        subject: `Number ${id}`,
        from: 'shop@shop.test',
        to: '',
        cc: '',
        bcc: '',
        body: words.join(' '),
        files: '',
        headers: '',
      },
      addresses: { senders: [], recipients: [] },
      tags: { header: id % 11 === 0 ? ['Eleven'] : [], plus: [] },
      thread: { keys: [], answers: '' },
    }));
    // What was told of them before is no sign.
    await new Promise((resolve) => setImmediate(resolve));
    const done = nextChange(store, ({ changed }) => {
      for (const id of changed) waiting.delete(id);
      return waiting.size === 0;
    });
    port.postMessage({ kind: 'indexed', text: JSON.stringify(messages) } satisfies FromIndexer);
    await done;
    for (const known of some) {
      known.isIndexed = true;
      if (known.id % 11 === 0) known.tags.add('Eleven');
    }
  }

  async function settle(known: Known | undefined): Promise<void> {
    if (known === undefined) return;
    const isBounced = known.id % 6 === 0;
    known.queue = undefined;
    known.fate = isBounced ? 'bounced' : 'delivered';
    const settlement = isBounced
      ? {
          outcomes: [sampleOutcome({ status: 'bounced', action: 'failed', relay: 'none' })],
          mailboxDeliveries: [],
        }
      : {
          outcomes: [sampleOutcome({ address: `${sideOf(known.id)}@localhost` })],
          mailboxDeliveries: [sampleDelivery({ mailbox: sideOf(known.id) })],
        };
    await store.queue.settle(sampleSettlement(known.message, settlement));
  }

  const kept = (m: Known) => m.state === 'kept';
  const isBinned = (m: Known) => m.state === 'bin';
  const change = async (known: Known | undefined, run: (known: Known) => Promise<unknown>) => {
    if (known !== undefined) await run(known);
  };
  const CHANGES: Readonly<Record<string, (pick: number) => Promise<unknown>>> = {
    arrive: () => arrive(Math.max(...all.map(({ id }) => id)) + 1),
    /** Numbers are given before the write, so that an older one may come later. */
    'arrive late': (pick) => {
      const id = (pick % (MESSAGES * SPREAD)) + 1;
      return all.some((m) => m.id === id) ? Promise.resolve() : arrive(id);
    },
    index: (pick) =>
      index([one(pick, (m) => m.state !== 'gone' && !m.isIndexed)].filter((m) => m !== undefined)),
    settle: (pick) => settle(one(pick, (m) => kept(m) && m.queue === 'incoming')),
    hold: (pick) =>
      change(
        one(pick, (m) => kept(m) && m.queue === 'incoming'),
        (m) => {
          m.queue = 'hold';
          return store.queue.move([m.message.queueId], 'hold');
        },
      ),
    read: (pick) =>
      change(one(pick, kept), (m) => {
        m.isRead = !m.isRead;
        return store.mail.mark([m.id], { isRead: m.isRead });
      }),
    star: (pick) =>
      change(one(pick, kept), (m) => {
        m.isStarred = !m.isStarred;
        return store.mail.mark([m.id], { isStarred: m.isStarred });
      }),
    tag: (pick) =>
      change(one(pick, kept), (m) => {
        const has = m.tags.has('Now');
        if (has) m.tags.delete('Now');
        else m.tags.add('Now');
        return store.mail.tag([m.id], has ? { add: [], remove: ['now'] } : { add: ['Now'], remove: [] });
      }),
    bin: (pick) =>
      change(
        one(pick, (m) => kept(m) && m.queue === undefined),
        (m) => {
          m.state = 'bin';
          return store.mail.remove([m.id]);
        },
      ),
    restore: (pick) =>
      change(one(pick, isBinned), (m) => {
        m.state = 'kept';
        return store.mail.restore([m.id]);
      }),
    purge: (pick) =>
      change(one(pick, isBinned), (m) => {
        m.state = 'gone';
        return store.mail.purge([m.id]);
      }),
    expel: (pick) =>
      change(
        one(pick, (m) => kept(m) && m.queue === undefined && !m.isStarred),
        (m) => {
          m.state = 'gone';
          return store.mail.expel([m.id]);
        },
      ),
  };
  async function fill(): Promise<void> {
    await Promise.all(Array.from({ length: MESSAGES }, (_, index) => arrive((index + 1) * SPREAD)));
    await index(all.filter(({ id }) => id % 8 !== 0));
    await Promise.all(all.filter(({ id }) => id % 10 !== 0).map(settle));
    const some = (isWanted: (m: Known) => boolean, set: (m: Known) => void) =>
      all.filter(isWanted).map((m) => {
        set(m);
        return m.id;
      });
    const read = some(
      ({ id }) => id % 3 === 0,
      (m) => (m.isRead = true),
    );
    await store.mail.mark(read, { isRead: true });
    const starred = some(
      ({ id }) => id % 13 === 0,
      (m) => (m.isStarred = true),
    );
    await store.mail.mark(starred, { isStarred: true });
    const binned = some(
      ({ id, queue }) => queue === undefined && id % 4 === 1,
      (m) => (m.state = 'bin'),
    );
    await store.mail.remove(binned);
  }
  return { all, fill, CHANGES };
}

interface Query {
  readonly text: string;
  holds(m: Known): boolean;
}

const word = (text: string): Query => ({ text, holds: (m) => m.isIndexed && m.words.includes(text) });
const LEAVES: readonly Query[] = [
  word('lo'),
  word('mi'),
  word('kava'),
  word('stoden'),
  { text: 'kav*', holds: (m) => m.isIndexed && m.words.some((one) => one.startsWith('kav')) },
  { text: 'from:shop', holds: (m) => m.isIndexed },
  { text: 'is:read', holds: (m) => m.isRead },
  { text: 'is:unread', holds: (m) => !m.isRead },
  { text: 'is:starred', holds: (m) => m.isStarred },
  { text: 'is:unstarred', holds: (m) => !m.isStarred },
  { text: 'has:attachment', holds: hasAttachment },
  { text: 'has:html', holds: hasHtml },
  { text: 'has:remote', holds: () => false },
  { text: 'tag:now', holds: (m) => m.tags.has('Now') },
  { text: 'tag:eleven', holds: (m) => m.tags.has('Eleven') },
  { text: 'tag:never', holds: () => false },
  { text: 'mailbox:you', holds: (m) => m.fate === 'delivered' && sideOf(m.id) === 'you' },
  { text: 'mailbox:alice', holds: (m) => m.fate === 'delivered' && sideOf(m.id) === 'alice' },
  { text: 'status:bounced', holds: (m) => m.fate === 'bounced' },
  { text: 'status:delivered', holds: (m) => m.fate === 'delivered' },
  { text: 'status:queued', holds: (m) => m.queue === 'incoming' },
  { text: 'status:held', holds: (m) => m.queue === 'hold' },
  { text: 'larger:1M', holds: (m) => sizeOf(m.id) >= 1_000_000 },
  { text: 'larger:500', holds: (m) => sizeOf(m.id) >= 500 },
  { text: 'smaller:300', holds: (m) => sizeOf(m.id) < 300 },
  { text: 'after:2026-11-25', holds: (m) => m.message.arrivedAt >= new Date(2026, 10, 25).getTime() },
  { text: 'before:2026-11-27', holds: (m) => m.message.arrivedAt < new Date(2026, 10, 27).getTime() },
];

const queries = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...LEAVES),
    fc.tuple(tie('query'), tie('query')).map(([a, b]): Query => ({
      text: `(${a.text} ${b.text})`,
      holds: (m) => a.holds(m) && b.holds(m),
    })),
    fc.tuple(tie('query'), tie('query')).map(([a, b]): Query => ({
      text: `(${a.text} or ${b.text})`,
      holds: (m) => a.holds(m) || b.holds(m),
    })),
    tie('query').map((a): Query => ({ text: `-${a.text}`, holds: (m) => !a.holds(m) })),
  ),
})).query;

const FOLDERS: readonly (readonly [MailFolder, (m: Known) => boolean])[] = [
  [{ kind: 'all' }, () => true],
  [{ kind: 'all' }, () => true],
  [{ kind: 'bin' }, () => true],
  [{ kind: 'unread' }, (m) => !m.isRead],
  [{ kind: 'starred' }, (m) => m.isStarred],
  [{ kind: 'undeliverable' }, (m) => m.fate === 'bounced'],
  [{ kind: 'held' }, (m) => m.queue === 'hold'],
  [{ kind: 'mailbox', name: 'you' }, (m) => m.fate === 'delivered' && sideOf(m.id) === 'you'],
  [{ kind: 'tag', name: 'now' }, (m) => m.tags.has('Now')],
];

const CHANGE_NAMES = [
  'arrive',
  'arrive late',
  'index',
  'settle',
  'hold',
  'read',
  'star',
  'tag',
  'bin',
  'restore',
  'purge',
  'expel',
];

describe('a search that remembers', () => {
  it('finds what a look at each message finds, after any change', { timeout: 120_000 }, async () => {
    const step = fc.record({
      change: fc.constantFrom(...CHANGE_NAMES),
      pick: fc.nat(),
      folder: fc.constantFrom(...FOLDERS),
      query: queries,
      limit: fc.constantFrom(3, 1000),
      before: fc.option(fc.nat({ max: MESSAGES * SPREAD }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 50, maxLength: 60 }), async (steps) => {
        const store = await openStore();
        const { port } = store.indexing.connect();
        const mailbox = createMailbox(store, port);
        await mailbox.fill();
        const look = async ({ folder: [folder, isIn], query, limit, before }: (typeof steps)[number]) => {
          const ids = await store.mail.ids({
            folder,
            search: query.text,
            limit,
            ...(before === undefined ? {} : { before }),
          });
          const wanted = mailbox.all
            .filter((m) => m.state === (folder.kind === 'bin' ? 'bin' : 'kept') && isIn(m) && query.holds(m))
            .map(({ id }) => id)
            .filter((id) => before === undefined || id < before)
            .sort((a, b) => b - a)
            .slice(0, limit);
          expect(ids, `${query.text} in ${folder.kind}`).toEqual(wanted);
        };
        for (const one of steps) {
          await look(one);
          await mailbox.CHANGES[one.change]?.(one.pick);
          await look(one);
        }
        port.close();
        await store.close();
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});
