import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { NewMessage, QueuedMessage } from '../mail/message.ts';
import { makeQueueId } from '../mail/queue-id.ts';
import { deliveredForm } from '../mail/delivered-form.ts';
import { formatPostcat } from './postcat.ts';
import { isDelayWarningDue, isExpired, nextAttemptAt, nextQueueRunAt, type Schedule } from './schedule.ts';
import { formatJson, formatMailq, type QueueListEntry } from './showq.ts';

const MINUTE = 60_000;
const SCHEDULE: Schedule = {
  minimalBackoffMs: 5 * MINUTE,
  maximalBackoffMs: 4_000_000,
  queueRunDelayMs: 5 * MINUTE,
  maximalLifetimeMs: 5 * 86_400_000,
  bounceLifetimeMs: 86_400_000,
  delayWarningMs: 4 * 3_600_000,
};

describe('the schedule of retries', () => {
  it.each([
    [0, 5 * MINUTE],
    [4 * MINUTE, 5 * MINUTE],
    [20 * MINUTE, 20 * MINUTE],
    [86_400_000, 4_000_000],
  ])('waits after %d ms in the queue another %d ms', (age, wait) => {
    expect(nextAttemptAt(SCHEDULE, 1000, 1000 + age)).toBe(1000 + age + wait);
  });

  it('never waits less than the minimum or more than the maximum', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), (arrivedAt, age) => {
        const wait = nextAttemptAt(SCHEDULE, arrivedAt, arrivedAt + age) - arrivedAt - age;
        expect(wait).toBeGreaterThanOrEqual(SCHEDULE.minimalBackoffMs);
        expect(wait).toBeLessThanOrEqual(SCHEDULE.maximalBackoffMs);
      }),
    );
  });

  it('gives mail up after its lifetime, mail from nobody after its own', () => {
    const day = 86_400_000;
    expect(isExpired(SCHEDULE, { arrivedAt: 0, sender: 'a@b' }, 5 * day - 1)).toBe(false);
    expect(isExpired(SCHEDULE, { arrivedAt: 0, sender: 'a@b' }, 5 * day)).toBe(true);
    expect(isExpired(SCHEDULE, { arrivedAt: 0, sender: '' }, day)).toBe(true);
    expect(isExpired({ ...SCHEDULE, maximalLifetimeMs: 0 }, { arrivedAt: 9, sender: 'a@b' }, 9)).toBe(true);
  });

  it('warns of a delay once, where it is asked to', () => {
    const late = { arrivedAt: 0, warnedAt: null };
    expect(isDelayWarningDue(SCHEDULE, late, 4 * 3_600_000 - 1)).toBe(false);
    expect(isDelayWarningDue(SCHEDULE, late, 4 * 3_600_000)).toBe(true);
    expect(isDelayWarningDue(SCHEDULE, { arrivedAt: 0, warnedAt: 5 }, 1e9)).toBe(false);
    expect(isDelayWarningDue({ ...SCHEDULE, delayWarningMs: 0 }, late, 1e9)).toBe(false);
  });

  it('looks at what was released at the next queue run', () => {
    expect(nextQueueRunAt(SCHEDULE, 1000, 1000)).toBe(1000 + 5 * MINUTE);
    expect(nextQueueRunAt(SCHEDULE, 1000, 1000 + 7 * MINUTE)).toBe(1000 + 10 * MINUTE);
  });
});

const ENTRY: QueueListEntry = {
  queue_name: 'deferred',
  queue_id: '5E6D61C0',
  arrival_time: 0,
  message_size: 2048,
  forced_expire: true,
  sender: 'carol@example.test',
  recipients: [
    { address: 'a@retry.test', delay_reason: 'come back later' },
    { address: 'b@retry.test', delay_reason: 'come back later' },
    { address: 'c@retry.test', delay_reason: '' },
  ],
};

describe('postqueue -p and -j', () => {
  it('prints Postfix’s columns, marks and summary', () => {
    const lines = formatMailq([
      ENTRY,
      { ...ENTRY, queue_name: 'hold', forced_expire: false, recipients: [] },
    ]).split('\n');
    expect(lines[0]).toBe('-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------');
    expect(lines[1]).toMatch(/^5E6D61C0# {6}2048 \w{3} \w{3} [ \d]\d \d\d:00:00 {2}carol@example\.test$/);
    expect(lines[2]).toBe(`${' '.repeat(61)}(come back later)`);
    expect(lines[3]).toBe(`${' '.repeat(41)}a@retry.test`);
    expect(lines[4]).toBe(`${' '.repeat(41)}b@retry.test`);
    expect(lines[5]).toBe(`${' '.repeat(58)}(reason unavailable)`);
    expect(lines[7]).toBe('');
    expect(lines[8]).toMatch(/^5E6D61C0! /);
    expect(lines.slice(9)).toEqual(['', '-- 4 Kbytes in 2 Requests.', '']);
    expect(formatMailq([ENTRY], true)).toMatch(/^----Queue ID----- --Size-- ---Arrival Time---- --Sender/);
  });

  it('prints one JSON object a line', () => {
    const text = formatJson([{ ...ENTRY, sender: 'a"\u007f@b' }]);
    expect(text).toContain(
      '"force' +
        'd_expire": true, "sender": "a\\"\\u007F@b", "recipients": [{"address": "a@retry.test", "delay_reason": "come back later"}',
    );
    expect(JSON.parse(text)).toMatchObject({ queue_id: '5E6D61C0', message_size: 2048 });
    expect(text.endsWith('{"address": "c@retry.test"}]}\n')).toBe(true);
  });
});

describe('postcat', () => {
  const content: NewMessage['content'] = {
    raw: Buffer.from('Subject: x\r\n\r\nline\r\nlast\rone'),
    header: Buffer.from('Subject: x\n'),
    bodyOffset: 14,
    body: null,
  };
  const message = {
    queueId: makeQueueId(0, 5, false),
    arrivedAt: 0,
    origin: 'sendmail',
    client: null,
    sender: '',
    ret: 'HDRS',
    envid: 'E1',
    encoding: '7bit',
    size: 21,
    queueSize: 22,
    wantsReport: false,
    verp: '',
    filter: '',
    queue: 'deferred',
    recipients: [
      { address: 'a b@x', originalAddress: 'a', notify: ['SUCCESS', 'DELAY'], orcpt: 'rfc822;a@b' },
    ],
  } as unknown as QueuedMessage;

  it('reads CRLF as LF and leaves other bytes alone', () => {
    expect(Buffer.from(deliveredForm(content)).toString()).toBe('Subject: x\n\nline\nlast\rone');
  });

  it('shows envelope and message, or what is asked for', () => {
    const all = formatPostcat(message, content, { envelope: true, header: true, body: true });
    expect(all).toMatch(/^\*\*\* ENVELOPE RECORDS deferred\/0\/\w{10} \*\*\*\nmessage_size: {14}22 /);
    expect(all).toContain(
      'sender: \nnamed_attribute: dsn_orig_rcpt=rfc822;a@b\nnamed_attribute: notify_flags=10\noriginal_recipient: a\nrecipient: "a b"@x\n*** MESSAGE CONTENTS',
    );
    expect(all).toContain('Subject: x\n\nline\nlast\rone\n*** HEADER EXTRACTED deferred');
    expect(formatPostcat(message, content, { envelope: false, header: true, body: false })).toBe(
      'Subject: x\n',
    );
  });
});
