import { expect, test } from 'vitest';
import { keyName, Shortcuts } from './shortcuts.svelte.ts';

const key = (name: string, change: Partial<Parameters<typeof keyName>[0]> = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...change,
});

function setUp() {
  const done: string[] = [];
  const shortcuts = new Shortcuts();
  const make = (keys: readonly string[], inFields = false) => ({
    keys,
    what: keys.join(),
    group: 'test',
    inFields,
    run: () => done.push(keys[0] ?? ''),
  });
  return { done, shortcuts, make };
}

test.each([
  [key('?', { shiftKey: true }), '?'],
  [key('K', { ctrlKey: true }), 'Mod+k'],
  [key('k', { metaKey: true }), 'Mod+k'],
  [key('ArrowDown', { shiftKey: true }), 'Shift+ArrowDown'],
  [key(' '), 'Space'],
  [key('P', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+p'],
])('a key has one name', (event, name) => {
  expect(keyName(event)).toBe(name);
});

test('two keys after one another are one shortcut, if they come soon', () => {
  const { done, shortcuts, make } = setUp();
  shortcuts.add([make(['g q']), make(['q'])]);
  expect(shortcuts.press(key('g'), false, 0)).toBe(false);
  shortcuts.press(key('q'), false, 100);
  shortcuts.press(key('g'), false, 200);
  shortcuts.press(key('q'), false, 5_000);
  expect(done).toEqual(['g q', 'q']);
});

test('while something is typed only what says so works', () => {
  const { done, shortcuts, make } = setUp();
  shortcuts.add([make(['Mod+k'], true), make(['/'])]);
  shortcuts.press(key('/'), true, 0);
  shortcuts.press(key('k', { ctrlKey: true }), true, 0);
  expect(done).toEqual(['Mod+k']);
});

test('a view can take a key over and gives it back', () => {
  const { done, shortcuts, make } = setUp();
  shortcuts.add([make(['j', 'first'])]);
  const end = shortcuts.add([make(['x', 'j'])]);
  shortcuts.press(key('j'), false, 0);
  end();
  shortcuts.press(key('j'), false, 0);
  expect(done).toEqual(['x', 'j']);
});
