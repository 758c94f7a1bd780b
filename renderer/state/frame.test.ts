import { expect, test } from 'vitest';
import { Frame, NARROWEST, WIDEST } from './frame.svelte.ts';
import { ReadingSettings } from './reading-settings.svelte.ts';
import { lineEndsOf, TextResource } from './text-resource.svelte.ts';

function createStorage(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}
const at = { id: 7, inside: '' };

test('remote content is asked for message by message, and settings go first', () => {
  const settings = new ReadingSettings(createStorage());
  const frame = new Frame(settings, 'w1');
  expect(frame.urlOf(at)).toBe('/resource/message/7/html?view=w1');
  frame.loadRemote(at);
  expect(frame.remoteOf(at)).toBe('all');
  expect(frame.remoteOf({ id: 7, inside: '2' })).toBe('none');
  settings.allowLoopback(true);
  expect(frame.remoteOf({ id: 8, inside: '' })).toBe('loopback');
  expect(frame.urlOf({ id: 8, inside: '2,1' })).toBe(
    '/resource/message/8/html?inside=2%2C1&view=w1&remote=loopback',
  );
  settings.forbidRemote(true);
  expect(frame.remoteOf(at)).toBe('none');
});

test('settings are remembered', () => {
  const storage = createStorage();
  new ReadingSettings(storage).allowLoopback(true);
  const again = new ReadingSettings(storage);
  expect([again.isLoopbackAllowed, again.isRemoteForbidden]).toEqual([true, false]);
});

test('a free width stays within what can be used', () => {
  const frame = new Frame(new ReadingSettings(createStorage()), 'w');
  expect(frame.pixels).toBeUndefined();
  frame.resize(10);
  expect(frame.pixels).toBe(NARROWEST);
  frame.resize(99_999);
  expect([frame.pixels, frame.width]).toEqual([WIDEST, 'free']);
});

test('text that is not UTF-8 is read byte by byte, and line ends are told apart', async () => {
  const answers: Record<string, Uint8Array> = {
    '/a': Uint8Array.of(0x47, 0xfc, 0x0d, 0x0a),
    '/b?first': new Uint8Array(3),
  };
  const resource = new TextResource((url) => Promise.resolve(new Response(answers[url]?.slice())));
  await resource.load('/a', 4, () => '/b?first');
  expect(resource.loaded).toMatchObject({ text: 'Gü\r\n', lineEnds: 'CRLF', isCut: false });
  await resource.load('/b', 3_000_000, () => '/b?first');
  expect(resource.loaded).toMatchObject({ bytes: 3, isCut: true });
  expect([lineEndsOf('a\nb'), lineEndsOf('a\r\nb\n'), lineEndsOf('a\rb'), lineEndsOf('ab')]).toEqual([
    'LF',
    'mixed',
    'CR',
    'none',
  ]);
});

test('an answer that comes after another text was asked for is dropped', async () => {
  const waiting: ((response: Response) => void)[] = [];
  const resource = new TextResource(() => new Promise((resolve) => waiting.push(resolve)));
  const first = resource.load('/a', 1, () => '');
  const second = resource.load('/b', 1, () => '');
  waiting[1]?.(new Response('b'));
  await second;
  waiting[0]?.(new Response('a'));
  await first;
  expect(resource.loaded?.text).toBe('b');
});
