import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailFolder, MailQuery, Store } from './store.ts';
import { ARRIVED, sampleDelivery, sampleMessage, sampleOutcome, sampleSettlement } from './sample.ts';
import { nextChange, openStore, removeTemporaryFolders } from './testing.ts';

describe('captured mail in the store', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore();
  });
  afterEach(() => store.close());
  afterAll(removeTemporaryFolders);

  const deliver = async (mailbox: string, changes: Parameters<typeof sampleMessage>[1] = {}) => {
    const address = `${mailbox}@localhost`;
    const recipients = [{ address, originalAddress: address, notify: [], orcpt: '' }];
    const message = sampleMessage(store.queue.allocate(), { recipients, ...changes });
    await store.queue.accept([message]);
    await store.queue.settle(
      sampleSettlement(message, {
        outcomes: [sampleOutcome({ address, originalAddress: address })],
        mailboxDeliveries: [sampleDelivery({ mailbox, address })],
      }),
    );
    return message;
  };
  const list = async (folder: MailFolder, more: Partial<MailQuery> = {}) => {
    const page = await store.mail.list({ folder, search: '', limit: 100, ...more });
    return page.messages.map((m) => m.id);
  };

  it('shows a row with what the header says, or else the envelope', async () => {
    await deliver('you');
    await deliver('you', { summary: { from: '', to: '', subject: '', date: null, messageId: '' } });
    const { messages } = await store.mail.list({ folder: { kind: 'all' }, search: '', limit: 10 });
    expect(messages[1]).toMatchObject({
      id: 1,
      from: 'Shop <noreply@shop.test>',
      subject: 'Your receipt #1',
      isRead: false,
      preview: '',
    });
    expect(messages[0]).toMatchObject({ id: 2, from: 'noreply@shop.test', to: 'you@localhost', subject: '' });
  });

  it('pages by key, newest first', async () => {
    for (let i = 0; i < 5; i++) await deliver('you');
    expect(await list({ kind: 'all' }, { limit: 2 })).toEqual([5, 4]);
    expect(await list({ kind: 'all' }, { limit: 2, before: 4 })).toEqual([3, 2]);
    const last = await store.mail.list({ folder: { kind: 'all' }, search: '', limit: 2, before: 2 });
    expect(last).toMatchObject({ hasMore: false, messages: [{ id: 1 }] });
    expect(await list({ kind: 'mailbox', name: 'you' }, { limit: 2, before: 4 })).toEqual([3, 2]);
  });

  it('files by mailbox and by the alias that mail came in for', async () => {
    await deliver('you');
    await deliver('alice');
    const root = sampleMessage(store.queue.allocate());
    await store.queue.accept([root]);
    await store.queue.settle(sampleSettlement(root));
    expect(await list({ kind: 'mailbox', name: 'you' })).toEqual([3, 1]);
    expect(await list({ kind: 'mailbox', name: 'alice' })).toEqual([2]);
    expect(await list({ kind: 'mailbox', name: 'nobody' })).toEqual([]);
    expect(await list({ kind: 'alias', name: 'root' })).toEqual([3]);
    expect(store.mail.folders()).toMatchObject({
      all: 3,
      mailboxes: [
        { name: 'alice', total: 1, unread: 1 },
        { name: 'you', total: 2, unread: 2 },
      ],
      aliases: [{ name: 'root', total: 1 }],
    });
  });

  it('marks as read and starred, and counts with it', async () => {
    await deliver('you');
    await deliver('you');
    expect(await store.mail.mark([1, 2, 99], { isRead: true })).toEqual([1, 2]);
    expect(await store.mail.mark([1], { isRead: true })).toEqual([]);
    expect(await store.mail.mark([2], { isRead: false, isStarred: true })).toEqual([2]);
    expect(await list({ kind: 'unread' })).toEqual([2]);
    expect(store.mail.get(2)).toMatchObject({ isStarred: true, isRead: false });
    expect(store.mail.folders()).toMatchObject({
      unread: 1,
      mailboxes: [{ name: 'you', total: 2, unread: 1 }],
    });
  });

  it('puts mail into the Bin and brings it back', async () => {
    await deliver('you');
    expect(await store.mail.remove([1])).toEqual([1]);
    expect(await store.mail.remove([1])).toEqual([]);
    for (const kind of ['all', 'unread'] as const) expect(await list({ kind })).toEqual([]);
    expect(await list({ kind: 'mailbox', name: 'you' })).toEqual([]);
    expect(await list({ kind: 'bin' })).toEqual([1]);
    expect(await store.mail.restore([1])).toEqual([1]);
    expect(await list({ kind: 'bin' })).toEqual([]);
    expect(await list({ kind: 'mailbox', name: 'you' })).toEqual([1]);
    expect(store.mail.folders()).toMatchObject({
      all: 1,
      unread: 1,
      bin: 0,
      mailboxes: [{ total: 1, unread: 1 }],
    });
  });

  it('purges what is in the Bin and nothing else', async () => {
    const kept = await deliver('you');
    await deliver('you');
    await store.mail.remove([2]);
    const purged = nextChange(store, (c) => c.isPurged);
    expect(await store.mail.purge([1, 2])).toEqual([2]);
    expect((await purged).isPurged).toBe(true);
    expect(store.mail.get(2)).toBeUndefined();
    expect(store.mail.content(2)).toBeUndefined();
    expect(store.mail.totals()).toEqual({ messages: 1, bytes: kept.size });
    await store.mail.remove([1]);
    expect(await store.mail.purge()).toEqual([1]);
    expect(store.mail.totals()).toEqual({ messages: 0, bytes: 0 });
  });

  it('purges a message that still waits in the queue out of it', async () => {
    await store.queue.accept([sampleMessage(store.queue.allocate())]);
    await store.mail.remove([1]);
    await store.mail.purge();
    expect(store.queue.counts().incoming).toBe(0);
    expect(store.queue.due(ARRIVED, 10, new Set())).toEqual([]);
  });

  it('lists what is held, and what could not be delivered', async () => {
    await store.queue.accept([sampleMessage(store.queue.allocate(), { hold: 'test' })]);
    const failed = sampleMessage(store.queue.allocate());
    await store.queue.accept([failed]);
    await store.queue.settle(
      sampleSettlement(failed, {
        outcomes: [sampleOutcome({ status: 'bounced', dsn: '5.1.1', relay: 'local' })],
        mailboxDeliveries: [],
      }),
    );
    expect(await list({ kind: 'held' })).toEqual([1]);
    expect(await list({ kind: 'undeliverable' })).toEqual([2]);
    expect(store.mail.folders()).toMatchObject({ held: 1, undeliverable: 1 });
  });

  it.each([
    ['discarded', { relay: 'none', reason: 'thrown away' }, []],
    ['relayed', { relay: 'mx.test[127.0.0.1]:25', action: 'relayed' as const }, []],
    ['delivered', { relay: 'local', reason: 'delivered to command: cat' }, []],
    ['delivered', { relay: 'local' }, [sampleDelivery()]],
    ['bounced', { status: 'bounced' as const, relay: 'none' }, []],
  ])('calls it %s', async (status, outcome, mailboxDeliveries) => {
    const message = sampleMessage(store.queue.allocate());
    await store.queue.accept([message]);
    const settlement = sampleSettlement(message, { outcomes: [sampleOutcome(outcome)], mailboxDeliveries });
    await store.queue.settle(settlement);
    expect(store.mail.get(1)?.fates.map((f) => f.status)).toEqual([status]);
  });

  it('shows at most 20 fates of a message in a list, failures first, and all of them in the reader', async () => {
    const address = (n: number) => `user${n}@localhost`;
    const recipients = Array.from({ length: 100 }, (_, n) => ({
      address: address(n),
      originalAddress: address(n),
      notify: [],
      orcpt: '',
    }));
    const message = sampleMessage(store.queue.allocate(), { recipients });
    await store.queue.accept([message]);
    const outcomes = recipients.map((r, n) =>
      sampleOutcome({
        recipientIndex: n,
        address: r.address,
        originalAddress: r.address,
        ...(n === 90 ? { status: 'bounced' } : {}),
      }),
    );
    await store.queue.settle(sampleSettlement(message, { outcomes, mailboxDeliveries: [] }));
    const { messages } = await store.mail.list({ folder: { kind: 'all' }, search: '', limit: 10 });
    expect(messages[0]?.fates).toHaveLength(20);
    expect(messages[0]?.fates[0]).toMatchObject({ address: address(90), status: 'bounced' });
    expect(store.mail.get(1)?.fates).toHaveLength(100);
  });

  it('tells what changed once per commit', async () => {
    const arrived = nextChange(store);
    await deliver('you');
    expect(await arrived).toMatchObject({ arrived: [1], isQueueChanged: true, isPurged: false });
    const marked = nextChange(store, (c) => !c.isQueueChanged);
    await store.mail.mark([1], { isRead: true });
    expect(await marked).toMatchObject({ arrived: [], changed: [1], isQueueChanged: false });
  });

  it('keeps the journey in the order in which things happened', async () => {
    await deliver('you');
    expect(store.mail.get(1)?.journey.map((e) => e.program)).toEqual(['smtpd', 'local']);
  });

  it('says how full a mailbox is', async () => {
    const first = await deliver('you');
    const bytes = first.size + sampleDelivery().head.length;
    expect(store.mail.mailboxBytes('you')).toBe(bytes);
    await deliver('you');
    expect(store.mail.mailboxBytes('you')).toBe(2 * bytes);
    await store.mail.remove([1]);
    expect(store.mail.mailboxBytes('you')).toBe(bytes);
    expect(store.mail.mailboxBytes('alice')).toBe(0);
  });

  it('says what an agent put in front for each mailbox', async () => {
    await deliver('you');
    expect(store.mail.delivery(1, 'YOU')?.head).toBe(sampleDelivery().head);
    expect(store.mail.delivery(1, 'alice')).toBeUndefined();
  });
});
