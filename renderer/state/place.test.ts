import { expect, test } from 'vitest';
import { fromHash, START, toHash, type Place } from './place.ts';

const places: readonly Place[] = [
  START,
  { view: 'mail', shelf: { kind: 'bin' }, id: 12 },
  { view: 'mail', shelf: { kind: 'mailbox', name: 'domain.test/a b' }, id: 7 },
  { view: 'mail', shelf: { kind: 'alias', name: 'root' } },
  { view: 'mail', shelf: { kind: 'mailbox', name: 'you' }, id: 7, inside: '2,1.3' },
  { view: 'mail', shelf: { kind: 'tag', name: 'to do' } },
  { view: 'mail', shelf: { kind: 'all' }, search: 'from:a/b?c is:unread' },
  { view: 'mail', shelf: { kind: 'starred' }, search: '"50 %"', id: 7 },
  { view: 'queue' },
  { view: 'queue', queueId: '4bX2yk1Vz9z7' },
  { view: 'config', file: 'main.cf', line: 3 },
  { view: 'lab' },
  { view: 'log' },
  { view: 'log', queueId: '4bX2yk1Vz9z7' },
  { view: 'log', session: 4711 },
  { view: 'sessions', number: 4711 },
];

test.each(places)('a place survives the address bar: %j', (place) => {
  expect(fromHash(toHash(place))).toEqual(place);
});

test.each(['', '#', '#/', '#/mail/nowhere', '#/%E0%A4%A', '#/mail/mailbox', '#/what'])(
  'what is not a place leads to the start: %s',
  (hash) => {
    expect(fromHash(hash)).toEqual(START);
  },
);
