/** How words on the command line are read. */
import { describe, expect, it } from 'vitest';
import { displayProblem } from './find-electron.ts';
import { getopt } from '../util/getopt.ts';
import { parseGlobals, takeOwnGlobals } from './globals.ts';
import { forTerminal, table } from './options.ts';
import { suggest } from './suggest.ts';

describe('getopt', () => {
  const read = (...args: string[]) => {
    const { items, rest } = getopt(args, 'af:v');
    return [
      ...items.map((item) => (item.kind === 'bad' ? item.message : item.letter + item.value)),
      '|',
      ...rest,
    ];
  };
  it.each([
    [
      ['-a', '-v', 'x'],
      ['a', 'v', '|', 'x'],
    ],
    [
      ['-avfx', 'y'],
      ['a', 'v', 'fx', '|', 'y'],
    ],
    [
      ['-f', 'x', 'y', '-a'],
      ['fx', '|', 'y', '-a'],
    ],
    [
      ['-f', '-a'],
      ['f-a', '|'],
    ],
    [
      ['-a', '--', '-v'],
      ['a', '|', '-v'],
    ],
    [
      ['-', '-a'],
      ['|', '-', '-a'],
    ],
    [
      ['-z', '-a'],
      ["invalid option -- 'z'", 'a', '|'],
    ],
    [['-:'], ["invalid option -- ':'", '|']],
    [['-f'], ["option requires an argument -- 'f'", '|']],
    [[], ['|']],
  ])('reads %j', (args, expected) => {
    expect(read(...args)).toEqual(expected);
  });
});

describe('global options', () => {
  it('stand in front of the command, which keeps its own', () => {
    expect(parseGlobals(['-c', '/x', '--data-dir=/y', '--as', 'alice:7', 'sendmail', '-f', 'x'])).toEqual({
      options: { configDir: '/x', dataDir: '/y', as: 'alice:7', help: false, version: false },
      command: 'sendmail',
      args: ['-f', 'x'],
    });
    expect(parseGlobals(['--help']).options.help).toBe(true);
    expect(parseGlobals(['--nonsense']).error).toBe('unknown option --nonsense');
    expect(parseGlobals(['-c']).error).toBe('-c needs a value');
    expect(parseGlobals([]).command).toBeUndefined();
  });

  it('may stand behind the name of our own commands', () => {
    expect(takeOwnGlobals(['list', '--config-dir', '/x', '--json', '-c=/no'])).toEqual({
      options: { configDir: '/x' },
      rest: ['list', '--json', '-c=/no'],
    });
    expect(takeOwnGlobals(['--', '-c', '/x']).rest).toEqual(['--', '-c', '/x']);
  });
});

describe('a word that is no command', () => {
  const names = ['serve', 'sendmail', 'status', 'stop', 'start', 'mailq', 'mail'];
  it.each([
    ['sevre', 'serve'],
    ['stat', 'start'],
    ['maliq', 'mailq'],
    ['senmail', 'sendmail'],
    ['xyzzy', undefined],
    ['', undefined],
  ])('%j suggests %j', (word, meant) => {
    expect(suggest(word, names)).toBe(meant);
  });
});

describe('output for people', () => {
  it('has columns under each other', () => {
    expect(
      table([
        ['a', 'bb', 'c'],
        ['aaa', '', 'c'],
      ]),
    ).toBe('a    bb  c\naaa      c\n');
  });
  it('lets no control character of a message reach the terminal', () => {
    expect(forTerminal('a\u001b[2Jb\u0007\n\tc\u009b')).toBe('a�[2Jb�\n\tc�');
  });
});

describe('whether there is a display', () => {
  it.each([
    ['linux', {}, false, /DISPLAY/],
    ['linux', { DISPLAY: '' }, false, /DISPLAY/],
    ['linux', { DISPLAY: ':0' }, true, /root/],
    ['linux', { DISPLAY: ':0' }, false, undefined],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, false, undefined],
    ['darwin', {}, false, undefined],
    ['win32', {}, false, undefined],
  ] as const)('%s %j root=%s', (platform, env, isRoot, why) => {
    const problem = displayProblem(platform, env, isRoot);
    if (why === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(why);
  });
});
