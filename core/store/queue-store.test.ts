import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeQueueId, type QueueId } from '../mail/queue-id.ts';
import { ARRIVED, sampleMessage, sampleOutcome, sampleSettlement } from './sample.ts';
import type { Settlement, Store } from './store.ts';
import { openStore, removeTemporaryFolders } from './testing.ts';

const none: ReadonlySet<QueueId> = new Set();
const ids = (messages: readonly { readonly messageId: number }[]) => messages.map((m) => m.messageId);

/** As for a message with other recipients left. */
function unfinished(settlement: Settlement): Settlement {
  const rest: { -readonly [K in keyof Settlement]: Settlement[K] } = { ...settlement };
  delete rest.next;
  return rest;
}

describe('the queue in the store', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore();
  });
  afterEach(() => store.close());
  afterAll(removeTemporaryFolders);

  const accept = async (changes: Parameters<typeof sampleMessage>[1] = {}) => {
    const message = sampleMessage(store.queue.allocate(), changes);
    await store.queue.accept([message]);
    return message;
  };
  const defer = (message: Parameters<typeof sampleSettlement>[0], nextAttemptAt: number) =>
    store.queue.settle(
      sampleSettlement(message, {
        outcomes: [sampleOutcome({ status: 'deferred', dsn: '4.2.0', reason: 'busy', action: 'delayed' })],
        mailboxDeliveries: [],
        doneRecipients: [],
        deferredRecipients: [{ index: 0, reason: '4.2.0 busy' }],
        next: { kind: 'deferred', nextAttemptAt },
      }),
    );

  it('reads back what was accepted', async () => {
    const message = await accept({
      recipients: [
        { address: 'a@x', originalAddress: 'A@X', notify: ['SUCCESS', 'DELAY'], orcpt: 'rfc822;a@x' },
        { address: 'b@x', originalAddress: 'b@x', notify: ['NEVER'], orcpt: '' },
      ],
    });
    const queued = store.queue.load(message.queueId);
    expect(queued).toMatchObject({
      queueId: message.queueId,
      messageId: 1,
      queue: 'incoming',
      client: message.client,
      sender: message.sender,
      attempts: 0,
      warnedAt: null,
      forcedExpire: false,
    });
    expect(queued?.recipients).toEqual([
      { ...message.recipients[0], index: 0, attempts: 0, reason: '' },
      { ...message.recipients[1], index: 1, attempts: 0, reason: '' },
    ]);
    expect(store.queue.content(1)).toEqual(message.content);
    expect(store.queue.header(1)).toEqual(message.content.header);
    expect(store.mail.header(2)).toBeUndefined();
  });

  it('keeps a changed body beside the bytes that came in', async () => {
    const body = Buffer.from('changed\n');
    const content = { ...sampleMessage(1).content, body };
    const message = await accept({ content });
    expect(store.queue.content(message.messageId)).toEqual(content);
  });

  it('numbers messages without ever using a number twice, also after a restart and a purge', async () => {
    const dataDir = (await import('./testing.ts')).temporaryFolder();
    const first = await openStore(dataDir);
    first.queue.allocate();
    const message = sampleMessage(first.queue.allocate());
    await first.queue.accept([message]);
    await first.mail.remove([message.messageId]);
    await first.mail.purge();
    await first.close();
    const second = await openStore(dataDir);
    expect(second.queue.allocate()).toBe(message.messageId + 1);
    await second.close();
  });

  it('takes a delivered message out of the queue, and shows where it went', async () => {
    const message = await accept();
    await store.queue.settle(sampleSettlement(message));
    expect(store.queue.due(ARRIVED, 10, none)).toEqual([]);
    expect(store.queue.load(message.queueId)).toBeUndefined();
    expect(store.queue.counts()).toEqual({ incoming: 0, deferred: 0, hold: 0 });
    expect(store.mail.get(1)?.fates).toEqual([
      {
        recipient: 'root@localhost',
        address: 'you@localhost',
        status: 'delivered',
        mailbox: 'you',
        dsn: '2.0.0',
        reason: 'delivered to mailbox',
      },
    ]);
  });

  it('delivers once when the same settlement comes twice', async () => {
    const message = await accept({
      recipients: [...sampleMessage(1).recipients, ...sampleMessage(1).recipients],
    });
    const first = unfinished(sampleSettlement(message));
    await store.queue.settle(first);
    await store.queue.settle(first);
    expect(store.mail.deliveries(1)).toHaveLength(1);
    await store.queue.settle(sampleSettlement(message));
    await store.queue.settle(sampleSettlement(message));
    expect(store.mail.deliveries(1)).toHaveLength(1);
    expect(store.mail.folders().mailboxes).toEqual([{ name: 'you', total: 1, unread: 1 }]);
  });

  it('keeps both copies when an alias names one mailbox twice', async () => {
    const message = await accept();
    const settlement = sampleSettlement(message);
    await store.queue.settle({
      ...settlement,
      outcomes: [sampleOutcome(), sampleOutcome({ address: 'you+tag@localhost' })],
      mailboxDeliveries: [...settlement.mailboxDeliveries, ...settlement.mailboxDeliveries],
    });
    expect(store.mail.deliveries(1)).toHaveLength(2);
    expect(store.mail.get(1)?.fates.map((f) => f.mailbox)).toEqual(['you', 'you']);
    expect(store.mail.folders().mailboxes).toEqual([{ name: 'you', total: 1, unread: 1 }]);
  });

  it('stores a bounce in the same transaction as the failure it tells of', async () => {
    const message = await accept();
    const notice = sampleMessage(store.queue.allocate(), { origin: 'bounce', sender: '' });
    await store.queue.settle(
      sampleSettlement(message, {
        outcomes: [sampleOutcome({ status: 'bounced', dsn: '5.0.0', action: 'failed', relay: 'none' })],
        mailboxDeliveries: [],
        create: [notice],
        reported: true,
      }),
    );
    expect(ids(store.queue.due(ARRIVED, 10, none))).toEqual([notice.messageId]);
    expect(store.queue.content(notice.messageId)).toEqual(notice.content);
    expect(store.mail.get(1)?.related).toMatchObject([{ id: 2, relation: 'notice' }]);
    expect(store.mail.get(2)?.related).toMatchObject([{ id: 1, relation: 'original' }]);
    expect(store.mail.folders().undeliverable).toBe(1);
    expect(store.queue.bouncedSince(ARRIVED)).toBe(1);
    expect(store.queue.bouncedSince(ARRIVED + 1000)).toBe(0);
  });

  it('takes nothing more for a message that was deleted meanwhile', async () => {
    const message = await accept();
    expect(await store.queue.remove([message.queueId])).toEqual([message.queueId]);
    const notice = sampleMessage(store.queue.allocate(), { origin: 'bounce' });
    await store.queue.settle(sampleSettlement(message, { create: [notice] }));
    expect(store.mail.deliveries(1)).toEqual([]);
    expect(store.mail.get(2)).toBeUndefined();
    expect(store.mail.get(1)?.fates).toMatchObject([{ status: 'deleted' }]);
  });

  it('keeps a deferred message for its time, with the last answer', async () => {
    const message = await accept();
    await defer(message, ARRIVED + 300_000);
    expect(store.queue.nextDueAt()).toBe(ARRIVED + 300_000);
    expect(store.queue.due(ARRIVED + 299_999, 10, none)).toEqual([]);
    const [due] = store.queue.due(ARRIVED + 300_000, 10, none);
    expect(due).toMatchObject({ queue: 'deferred', attempts: 1 });
    expect(due?.recipients).toMatchObject([{ attempts: 1, reason: '4.2.0 busy' }]);
    expect(store.mail.get(1)?.fates).toMatchObject([
      { status: 'deferred', dsn: '4.2.0', reason: 'busy', nextAttemptAt: ARRIVED + 300_000 },
    ]);
  });

  it('shows only the last of many temporary failures', async () => {
    const message = await accept();
    await defer(message, ARRIVED + 1);
    await defer(message, ARRIVED + 2);
    await defer(message, ARRIVED + 3);
    expect(store.queue.deferredOutcomes(1)).toHaveLength(1);
    expect(store.queue.unreported(1)).toEqual([]);
    await store.queue.settle(sampleSettlement(message));
    expect(store.mail.get(1)?.fates).toMatchObject([{ status: 'delivered' }]);
    expect(store.queue.load(message.queueId)).toBeUndefined();
  });

  it('serves only the recipients that are left', async () => {
    const recipients = [0, 1].map(
      (n) => ({ ...sampleMessage(1).recipients[0], address: `r${n}@x` }) as never,
    );
    const message = await accept({ recipients });
    const partly = unfinished(sampleSettlement(message));
    await store.queue.settle(partly);
    expect(store.queue.load(message.queueId)?.recipients).toMatchObject([{ index: 1, address: 'r1@x' }]);
    expect(store.mail.get(1)?.fates.map((f) => f.status)).toEqual(['delivered', 'queued']);
  });

  it('remembers which outcomes were told', async () => {
    const message = await accept();
    const outcome = sampleOutcome({
      status: 'bounced',
      action: 'failed',
      diagnostic: { type: 'x-unix', text: 'exit 69' },
      remoteMta: 'mx.test',
      notify: ['FAILURE'],
      returnTo: 'owner-list@localhost',
    });
    const failed = unfinished(sampleSettlement(message, { outcomes: [outcome], mailboxDeliveries: [] }));
    await store.queue.settle(failed);
    expect(store.queue.unreported(1)).toEqual([outcome]);
    await store.queue.settle({ ...failed, outcomes: [], journey: [], reported: true, warnedAt: ARRIVED + 5 });
    expect(store.queue.unreported(1)).toEqual([]);
    expect(store.queue.load(message.queueId)?.warnedAt).toBe(ARRIVED + 5);
  });

  it('answers what is due oldest first, one of each queue in turn', async () => {
    const messages = [];
    for (let i = 0; i < 6; i++) messages.push(await accept());
    for (const message of messages.slice(0, 3)) await defer(message, ARRIVED + message.messageId);
    expect(ids(store.queue.due(ARRIVED + 100, 10, none))).toEqual([4, 1, 5, 2, 6, 3]);
    expect(ids(store.queue.due(ARRIVED + 100, 3, none))).toEqual([4, 1, 5]);
    const excluded = new Set(messages.slice(0, 4).map((m) => m.queueId));
    expect(ids(store.queue.due(ARRIVED + 100, 10, excluded))).toEqual([5, 6]);
    expect(store.queue.due(ARRIVED + 100, 0, none)).toEqual([]);
  });

  it('holds, releases, deletes and expires as postsuper does', async () => {
    const held = await accept({ hold: 'header_checks: X-CI' });
    const other = await accept();
    expect(store.queue.load(held.queueId)).toMatchObject({
      queue: 'hold',
      holdReason: 'header_checks: X-CI',
    });
    expect(store.mail.get(1)?.fates).toMatchObject([{ status: 'held', reason: 'header_checks: X-CI' }]);
    expect(await store.queue.move([other.queueId], 'hold', { reason: 'held by you' })).toEqual([
      other.queueId,
    ]);
    expect(store.queue.counts()).toEqual({ incoming: 0, deferred: 0, hold: 2 });
    expect(await store.queue.move('ALL', 'incoming', { from: 'hold' })).toEqual([
      held.queueId,
      other.queueId,
    ]);
    expect(store.queue.load(held.queueId)).toMatchObject({ queue: 'incoming', holdReason: '' });
    expect(await store.queue.expire([other.queueId])).toEqual([other.queueId]);
    expect(await store.queue.expire([other.queueId])).toEqual([]);
    expect(store.queue.load(other.queueId)?.forcedExpire).toBe(true);
    const journey = [{ at: 1, program: 'postsuper', verdict: 'bad' as const, what: 'deleted' }];
    expect(await store.queue.remove('ALL', { journey })).toEqual([held.queueId, other.queueId]);
    expect(store.mail.get(1)?.journey.at(-1)).toEqual(journey[0]);
    expect(store.queue.counts()).toEqual({ incoming: 0, deferred: 0, hold: 0 });
  });

  it('leaves a message on hold that was put there while it was being delivered', async () => {
    const message = await accept();
    await store.queue.move([message.queueId], 'hold', { reason: 'held by you' });
    await defer(message, ARRIVED + 1);
    expect(store.queue.load(message.queueId)).toMatchObject({ queue: 'hold', attempts: 1 });
    expect(store.queue.counts()).toEqual({ incoming: 0, deferred: 0, hold: 1 });
  });

  it('makes deferred mail due now', async () => {
    const message = await accept();
    await defer(message, ARRIVED + 300_000);
    expect(await store.queue.makeDue([message.queueId, makeQueueId(ARRIVED, 999, false)], ARRIVED)).toEqual([
      message.queueId,
    ]);
    expect(ids(store.queue.due(ARRIVED, 10, none))).toEqual([1]);
  });

  it('lists by pages', async () => {
    await accept();
    const second = await accept();
    await accept();
    const fourth = await accept();
    await accept();
    await store.queue.move([second.queueId, fourth.queueId], 'hold');
    expect(ids(store.queue.list({ limit: 2 }))).toEqual([1, 2]);
    expect(ids(store.queue.list({ limit: 2, after: second.queueId }))).toEqual([3, 4]);
    expect(ids(store.queue.list({ queue: 'hold', limit: 10 }))).toEqual([2, 4]);
    expect(store.queue.list({ queue: 'active', limit: 10 })).toEqual([]);
  });

  it('finds messages by queue ids that it did not make itself', async () => {
    const message = await accept({ queueId: 'DEADBEEF' as QueueId });
    expect(store.queue.load(message.queueId)?.messageId).toBe(1);
    expect(store.mail.findByQueueId('DEADBEEF')).toBe(1);
    expect(store.queue.load('ABCDEF' as QueueId)).toBeUndefined();
  });
});
