import { describe, expect, test } from 'vitest';
import type { LogFilter, LogLine } from '../../core/api/contract/log.ts';
import type { Api } from './connection.svelte.ts';
import { Log } from './log.svelte.ts';
import { parseLine } from './log-lines.ts';

/** A log of `count` lines; every tenth is about queue id AAAAAA. */
function fakeLog(count: number) {
  const log = { count, reads: 0 };
  const line = (number: number): LogLine => ({
    number,
    text: `Nov 28 19:00:00 box postfix/smtpd[7]: ${number % 10 === 0 ? 'AAAAAA: ' : ''}line ${number}`,
  });
  const all = (from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from) }, (_, index) => line(from + index));
  const api = {
    log: {
      read: ({ from, limit = 500 }: { from?: number; limit?: number }) => {
        log.reads += 1;
        const start = Math.max(1, from ?? log.count + 1 - limit);
        const lines = all(start, Math.min(log.count + 1, start + limit));
        return Promise.resolve({ first: 1, next: log.count + 1, lines });
      },
      find: (query: LogFilter & { after?: number; before?: number; limit: number }) => {
        const passing = all((query.after ?? 0) + 1, query.before ?? log.count + 1).filter(({ text }) =>
          text.includes(query.queueId),
        );
        return Promise.resolve({ first: 1, next: log.count + 1, lines: passing.slice(-query.limit) });
      },
      message: () => Promise.resolve({ id: 1 }),
    },
  } as unknown as Pick<Api, 'log'>;
  return { log, api };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const live = { on: () => () => undefined };

describe('a log of 100,000 lines', () => {
  test('is as long as it is, and only what is looked at is read', async () => {
    const fake = fakeLog(100_000);
    const log = new Log(fake.api, live);
    await log.load();
    expect(log.count).toBe(100_000);
    expect(log.at(99_999)?.message).toBe('AAAAAA: line 100000');
    expect(log.at(50_000)).toBeUndefined();
    log.want(50_000, 50_030);
    await settle();
    expect(log.at(50_000)?.number).toBe(50_001);
    expect(fake.log.reads).toBe(2);
    log.want(50_000, 50_030);
    expect(fake.log.reads).toBe(2);
  });

  test('forgets what was looked at long ago', async () => {
    const log = new Log(fakeLog(100_000).api, live);
    await log.load();
    for (let at = 0; at < 60_000; at += 500) {
      log.want(at, at + 30);
      await settle();
    }
    expect(log.at(59_500)).toBeDefined();
    expect(log.at(0)).toBeUndefined();
  });

  test('a filter finds the newest, then what comes, and what was before when the top is reached', async () => {
    const fake = fakeLog(100_000);
    const log = new Log(fake.api, live);
    await log.load();
    log.narrow({ queueId: 'AAAAAA' });
    await settle();
    expect(log.count).toBe(1_000);
    expect(log.at(999)?.number).toBe(100_000);
    fake.log.count += 100;
    await log.load();
    expect(log.count).toBe(1_010);
    log.want(0, 30);
    await settle();
    expect(log.count).toBe(2_010);
    expect(log.at(2_009)?.number).toBe(100_100);
    log.clear();
    await settle();
    expect(log.count).toBe(100_100);
  });

  test('is exported whole, or as the filter says', async () => {
    const log = new Log(fakeLog(12_345).api, live);
    await log.load();
    expect((await log.toText()).split('\n')).toHaveLength(12_346);
    log.narrow({ queueId: 'AAAAAA' });
    expect((await log.toText()).split('\n')).toHaveLength(1_235);
  });
});

test.each([
  ['Nov  2 19:00:00 b postfix/smtpd[7]: connect from x', 'smtpd', '', 'plain'],
  ['Nov  2 19:00:00 b postfix/submission/smtpd[7]: NOQUEUE: reject: RCPT', 'submission/smtpd', '', 'bad'],
  ['Nov  2 19:00:00 b postfix/local[7]: 0A1B2C3: to=<a>, status=sent (x)', 'local', '0A1B2C3', 'ok'],
  ['Nov  2 19:00:00 b postfix/qmgr[7]: 4bX2yk3Qz0z9B: removed', 'qmgr', '4bX2yk3Qz0z9B', 'plain'],
  ['Nov  2 19:00:00 b postfix/qmgr[7]: warning: 0A1B2C3: x', 'qmgr', '0A1B2C3', 'warn'],
  ['no log line', '', '', 'plain'],
])('%s', (text, program, queueId, tone) => {
  expect(parseLine({ number: 1, text })).toMatchObject({ program, queueId, tone });
});
