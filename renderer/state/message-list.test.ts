import { describe, expect, test } from 'vitest';
import type { LiveEvent } from './live.svelte.ts';
import { MessageList } from './message-list.svelte.ts';
import { createFakeMail, type FakeMail } from './testing.ts';

const quiet = () => Promise.resolve();

/** Waits until no page is being loaded. */
async function settled(fake: FakeMail): Promise<void> {
  for (let before = -1; before !== fake.asked.length;) {
    before = fake.asked.length;
    for (let turn = 0; turn < 50; turn++) await quiet();
  }
}

async function open(fake: FakeMail, total: number): Promise<MessageList> {
  fake.total = total;
  const list = new MessageList(fake.api, () => fake.total);
  await list.open({ kind: 'all' }, '');
  return list;
}

const arrived = (newest: number): LiveEvent => ({
  kind: 'mail',
  newest,
  arrived: 1,
  changed: [],
  isComplete: true,
});

describe('a list of a million messages', () => {
  test('shows the newest first and knows its length from the folder count', async () => {
    const list = await open(createFakeMail(1_000_000), 1_000_000);
    expect(list.at(0)?.id).toBe(1_000_000);
    expect(list.total).toBe(1_000_000);
  });

  test('loads what comes next before it is reached', async () => {
    const fake = createFakeMail(1_000_000);
    const list = await open(fake, 1_000_000);
    list.see(80, 95);
    await settled(fake);
    expect(list.at(130)?.id).toBe(1_000_000 - 130);
  });

  test('takes a page in the middle where a person jumps to, by one request for it', async () => {
    const fake = createFakeMail(1_000_000);
    const list = await open(fake, 1_000_000);
    const before = fake.asked.length;
    list.see(500_000, 500_012);
    await settled(fake);
    expect(list.at(500_000)?.id).toBe(500_000);
    expect(fake.asked.length - before).toBeLessThanOrEqual(2);
  });

  test('goes on without a gap in both directions from there', async () => {
    const fake = createFakeMail(1_000_000);
    const list = await open(fake, 1_000_000);
    for (let index = 500_000; index > 499_000; index -= 12) {
      list.see(index, index + 12);
      await settled(fake);
    }
    for (let index = 499_000; index < 501_000; index += 12) {
      list.see(index, index + 12);
      await settled(fake);
    }
    const ids = list.run.rows.map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, place) => (ids[0] ?? 0) - place));
    expect(list.at(501_000 - 12)?.id).toBe(1_000_000 - 501_000 + 12);
  });
});

describe('a long way through it', () => {
  test('keeps a bounded number of rows in memory', async () => {
    const fake = createFakeMail(1_000_000);
    const list = await open(fake, 1_000_000);
    for (let index = 0; index < 6_000; index += 40) {
      list.see(index, index + 12);
      await settled(fake);
    }
    expect(list.run.rows.length).toBeLessThan(1_100);
    expect(list.at(5_960)?.id).toBe(1_000_000 - 5_960);
  });

  test('reaches the very last message', async () => {
    const fake = createFakeMail(1_000_000);
    const list = await open(fake, 1_000_000);
    list.see(999_990, 1_000_000);
    await settled(fake);
    expect(list.at(999_999)?.id).toBe(1);
  });

  test('comes back to the top exactly after a jump', async () => {
    const fake = createFakeMail(10_000);
    fake.has = (id) => id % 7 === 0;
    const list = await open(fake, 1_428);
    list.see(700, 712);
    await settled(fake);
    for (let index = 700; index >= 0; index -= 12) {
      list.see(index, index + 12);
      await settled(fake);
    }
    list.see(0, 12);
    await settled(fake);
    expect(list.at(0)?.id).toBe(9_996);
  });
});

describe('new mail', () => {
  test('appears at the top of a list that is looked at from its top', async () => {
    const fake = createFakeMail(50);
    const list = await open(fake, 50);
    list.see(0, 12);
    fake.newest = 53;
    list.take(arrived(53));
    await settled(fake);
    expect(list.at(0)?.id).toBe(53);
    expect(list.origin).toBe(0);
  });

  test('moves the rows under the eyes of who has scrolled by exactly as many', async () => {
    const fake = createFakeMail(1_000);
    const list = await open(fake, 1_000);
    list.see(20, 32);
    const seen = list.at(20)?.id;
    fake.newest = 1_003;
    list.take(arrived(1_003));
    await settled(fake);
    expect(list.origin).toBe(3);
    expect(list.at(23)?.id).toBe(seen);
  });

  test('moves a place far down by the folder count', async () => {
    const fake = createFakeMail(100_000);
    const list = await open(fake, 100_000);
    list.see(50_000, 50_012);
    await settled(fake);
    const seen = list.at(50_000)?.id;
    fake.total = 100_500;
    list.recount();
    expect(list.origin).toBe(500);
    expect(list.at(50_500)?.id).toBe(seen);
  });
});

describe('changes', () => {
  test('an answer for a folder that was left is dropped', async () => {
    const fake = createFakeMail(50);
    const list = new MessageList(fake.api, () => undefined);
    const first = list.open({ kind: 'all' }, '');
    fake.has = () => false;
    const second = list.open({ kind: 'held' }, '');
    await Promise.all([first, second]);
    expect(list.run.rows).toEqual([]);
    expect(list.folder).toEqual({ kind: 'held' });
  });

  test('a message that is read stays in Unread until the folder is opened again', async () => {
    const fake = createFakeMail(5);
    const list = new MessageList(fake.api, () => undefined);
    await list.open({ kind: 'unread' }, '');
    list.patch(new Set([4]), { isRead: true });
    fake.has = (id) => id !== 4;
    list.take(arrived(5));
    await settled(fake);
    expect(list.run.rows.map(({ id }) => id)).toEqual([5, 4, 3, 2, 1]);
  });

  test('a list that failed is opened again when the line is back', async () => {
    const fake = createFakeMail(3);
    const list = new MessageList(fake.api, () => undefined);
    const works = fake.api.mail.list;
    Object.assign(fake.api.mail, { list: () => Promise.reject(new Error('no line')) });
    await list.open({ kind: 'all' }, '');
    expect(list.state).toBe('failed');
    Object.assign(fake.api.mail, { list: works });
    list.take({ kind: 'resync' });
    await settled(fake);
    expect(list.state).toBe('ready');
  });
});
