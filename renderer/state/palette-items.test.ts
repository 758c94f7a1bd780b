import { expect, it } from 'vitest';
import { beginningOf, matching, paletteWords, type PaletteItem } from './palette-items.ts';

const item = (label: string, kind = 'Command'): PaletteItem => ({
  id: label,
  label,
  kind,
  run: () => undefined,
});
const ITEMS = [
  item('Mark as unread'),
  item('Queue', 'View'),
  item('Delete from the queue'),
  item('Unread', 'Folder'),
  item('alice', 'Mailbox'),
];
const found = (text: string) => matching(ITEMS, text).map(({ label }) => label);

it.each([
  ['', ['Mark as unread', 'Queue', 'Delete from the queue', 'Unread', 'alice']],
  ['queue', ['Queue', 'Delete from the queue']],
  ['UNREAD', ['Unread', 'Mark as unread']],
  ['que del', ['Delete from the queue']],
  ['eue', ['Queue', 'Delete from the queue']],
  ['mailbox', ['alice']],
  ['ali mailb', ['alice']],
  ['queue nothing', []],
])('finds for "%s" what has every word, the best first', (text, labels) => {
  expect(found(text)).toEqual(labels);
});

it('takes > in front as a wish for commands only', () => {
  expect(paletteWords(' >  flush now ')).toEqual({ isCommand: true, text: 'flush now' });
  expect(paletteWords('a > b')).toEqual({ isCommand: false, text: 'a > b' });
});

it.each([
  ['inv', 'inv*'],
  ['order inv', 'order inv*'],
  ['in', 'in'],
  ['"your inv"', '"your inv"'],
  ['-spam', '-spam'],
])('searches while typing for %s as %s', (text, search) => {
  expect(beginningOf(text)).toBe(search);
});
