import { describe, expect, it } from 'vitest';
import {
  alertsFor,
  FIRST_ALERTS,
  isQuiet,
  senderName,
  subjectLine,
  type AlertSettings,
  type Arrival,
} from './alerts.ts';
import { seenAll, sift, WAIT_MS } from './arrivals.ts';

const arrival = (id: number, change: Partial<Arrival> = {}): Arrival => ({
  id,
  subject: `Message ${id}`,
  from: 'Shop <noreply@shop.test>',
  fates: [{ status: 'delivered', mailbox: 'root' }],
  ...change,
});
const NOON = { minute: 720, isWatched: false };

describe('quiet hours', () => {
  const night = { ...FIRST_ALERTS, isQuietOn: true, quietFrom: 22 * 60, quietTo: 7 * 60 };
  it.each([
    [night, 21 * 60 + 59, false],
    [night, 22 * 60, true],
    [night, 0, true],
    [night, 7 * 60 - 1, true],
    [night, 7 * 60, false],
    [{ ...night, quietFrom: 720, quietTo: 780 }, 719, false],
    [{ ...night, quietFrom: 720, quietTo: 780 }, 779, true],
    [{ ...night, quietFrom: 720, quietTo: 780 }, 780, false],
    [{ ...night, quietFrom: 60, quietTo: 60 }, 900, true],
    [{ ...night, isQuietOn: false }, 0, false],
  ])('%o at minute %i: %s', (settings, minute, quiet) => {
    expect(isQuiet(settings, minute)).toBe(quiet);
    expect(alertsFor([arrival(1)], settings, { minute, isWatched: false })).toHaveLength(quiet ? 0 : 1);
  });
});

it('tells the subject and who wrote, and leads to the message', () => {
  expect(alertsFor([arrival(7, { subject: 'Your\r\n receipt\u202e' })], FIRST_ALERTS, NOON)).toEqual([
    { title: 'Your receipt', body: 'Shop', messageId: 7 },
  ]);
  expect(subjectLine({ subject: ' \t' })).toBe('(no subject)');
  expect(senderName({ from: 'me@here.test' })).toBe('me@here.test');
});

it('tells of many at once in one', () => {
  const many = [1, 2, 3, 4].map((id) => arrival(id));
  expect(alertsFor(many.slice(1), FIRST_ALERTS, NOON)).toHaveLength(3);
  expect(alertsFor(many, FIRST_ALERTS, NOON)).toEqual([
    { title: '4 new messages', body: 'Message 1\nMessage 2\nMessage 3' },
  ]);
});

it('is silent about muted mailboxes, when switched off, and while one looks', () => {
  const muted = { ...FIRST_ALERTS, muted: ['root', ''] };
  const undelivered = arrival(2, { fates: [{ status: 'bounced' }] });
  const both = arrival(3, {
    fates: [
      { status: 'delivered', mailbox: 'root' },
      { status: 'delivered', mailbox: 'bob' },
    ],
  });
  const told = (settings: AlertSettings = muted) =>
    alertsFor([arrival(1), undelivered, both], settings, NOON);
  expect(told().map(({ messageId }) => messageId)).toEqual([3]);
  expect(told({ ...FIRST_ALERTS, muted: ['root'] }).map(({ messageId }) => messageId)).toEqual([2, 3]);
  expect(told({ ...FIRST_ALERTS, isOn: false })).toEqual([]);
  expect(alertsFor([arrival(1)], FIRST_ALERTS, { minute: 720, isWatched: true })).toEqual([]);
});

it('tells once of what came since the last look, when it is where it goes', () => {
  const queued = (id: number) => arrival(id, { fates: [{ status: 'queued' }] });
  const ids = (rows: readonly Arrival[]) => rows.map(({ id }) => id);
  let { seen, came } = sift(seenAll([arrival(2), arrival(1)]), [queued(4), arrival(3), arrival(2)], 1_000);
  expect(ids(came)).toEqual([3]);
  ({ seen, came } = sift(seen, [queued(4), arrival(3)], 1_500));
  expect(ids(came)).toEqual([]);
  ({ seen, came } = sift(seen, [arrival(5), arrival(4), arrival(3)], 2_000));
  expect(ids(came)).toEqual([5, 4]);
  ({ seen, came } = sift(seen, [queued(6), arrival(5)], 3_000));
  expect(ids(came)).toEqual([]);
  ({ seen, came } = sift(seen, [queued(6)], 3_000 + WAIT_MS));
  expect(ids(came)).toEqual([6]);
  expect(sift(seen, [queued(6)], 9_000).came).toEqual([]);
});
