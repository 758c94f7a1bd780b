import { createORPCErrorConstructorMap } from '@orpc/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { config as contract } from '../../core/api/contract/config.ts';
import { Config } from './config.svelte.ts';
import type { Api } from './connection.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

const errors = createORPCErrorConstructorMap(contract.apply['~orpc'].errorMap);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const NOTE = { severity: 'warning', file: 'main.cf' } as const;

/** A folder in memory: a file's version is its text. */
function setUp(toasts = new Toasts()) {
  const folder = new Map([['main.cf', 'a = 1\n']]);
  const calls = {
    files: () =>
      Promise.resolve({
        directory: '/config',
        files: [...folder].map(([name]) => ({ name, size: 1, modifiedAt: 0, kind: 'main', isStale: false })),
      }),
    settings: () => Promise.resolve({ settings: [] }),
    read: ({ name }: { name: string }) => {
      const text = folder.get(name) ?? '';
      return Promise.resolve({ name, text, version: text });
    },
    check: ({ files }: { files: Record<string, string> }) => {
      const lines = (files['main.cf'] ?? folder.get('main.cf') ?? '').split('\n');
      const at = lines.indexOf('wrong') + 1;
      const edits = [{ file: 'main.cf', line: at, count: 1, text: '#wrong\n' }];
      const stale = { title: 'Run postmap', edits: [], compile: 'lmdb:/config/virtual' };
      return Promise.resolve({
        problems: [
          ...(at === 0 ? [] : [{ ...NOTE, line: at, message: 'wrong', fix: { title: 'Out', edits } }]),
          { ...NOTE, line: 0, message: 'stale', fix: stale },
        ],
      });
    },
    apply: ({
      files,
      force,
    }: {
      files: Record<string, { text: string; version: string }>;
      force: boolean;
    }) => {
      const problem = { severity: 'error', file: 'main.cf', line: 1, message: 'bad' } as const;
      for (const [name, { text, version }] of Object.entries(files)) {
        if ((folder.get(name) ?? '') !== version) {
          return Promise.reject(errors.CONFLICT({ data: { files: [name] } }));
        }
        if (text.includes('bad') && !force) {
          return Promise.reject(errors.UNPROCESSABLE_CONTENT({ data: { problems: [problem] } }));
        }
        folder.set(name, text);
      }
      return Promise.resolve({ revision: 2, problems: [] });
    },
  };
  const api = { config: {}, tables: {} } as Pick<Api, 'config' | 'tables'>;
  Object.assign(api.config, calls);
  const compiled: string[] = [];
  Object.assign(api.tables, {
    run: ({ args }: { args: string[] }) => {
      compiled.push(...args);
      return Promise.resolve({ exit: 0, stdout: '', stderr: '' });
    },
  });
  return { folder, compiled, config: new Config(api, { on: () => () => true }, toasts) };
}

test('applies what was typed and has no draft then', async () => {
  const { folder, config } = setUp();
  await config.load();
  config.type('main.cf', 'a = 2\n');
  expect(config.edited).toEqual(['main.cf']);
  expect(await config.apply()).toBe(true);
  expect(folder.get('main.cf')).toBe('a = 2\n');
  expect(config.edited).toEqual([]);
});

test('a draft with errors is not applied unless it is forced', async () => {
  const { folder, config } = setUp();
  await config.load();
  config.type('main.cf', 'bad\n');
  expect(await config.apply()).toBe(false);
  expect(config.problems.map(({ message }) => message)).toEqual(['bad']);
  expect(config.edited).toEqual(['main.cf']);
  expect(await config.apply({ force: true })).toBe(true);
  expect(folder.get('main.cf')).toBe('bad\n');
});

test('what was changed elsewhere in the meantime is shown as a conflict, and can be overruled', async () => {
  const { folder, config } = setUp();
  await config.load();
  config.type('main.cf', 'mine\n');
  folder.set('main.cf', 'theirs\n');
  expect(await config.apply()).toBe(false);
  expect(config.conflicts).toEqual(['main.cf']);
  config.settleConflict('main.cf', 'mine');
  expect(await config.apply()).toBe(true);
  expect(folder.get('main.cf')).toBe('mine\n');
});

test('a file that was begun is listed, applied, or forgotten', async () => {
  const { folder, config } = setUp();
  await config.load();
  config.create('virtual');
  expect(config.listed.map(({ name }) => name)).toEqual(['main.cf', 'virtual']);
  config.discard('virtual');
  expect(config.listed.map(({ name }) => name)).toEqual(['main.cf']);
  config.create('virtual');
  config.type('virtual', 'x y\n');
  expect(await config.apply()).toBe(true);
  expect(folder.get('virtual')).toBe('x y\n');
});

test('a fix is done in the draft, to the text as it is now, and undone', async () => {
  const toasts = new Toasts();
  const { config } = setUp(toasts);
  await config.load();
  config.type('main.cf', 'wrong\na = 1\n');
  await config.check();
  const [problem] = config.problems;
  config.type('main.cf', 'b = 1\nwrong\na = 1\n');
  if (problem !== undefined) await config.fix(problem);
  expect(config.changes['main.cf']).toBe('b = 1\n#wrong\na = 1\n');
  toasts.items.at(-1)?.action?.run();
  expect(config.changes['main.cf']).toBe('b = 1\nwrong\na = 1\n');
});

test('a table is compiled at once', async () => {
  const { compiled, config } = setUp();
  await config.load();
  const [problem] = config.problems;
  if (problem !== undefined) await config.fix(problem);
  expect(compiled).toEqual(['lmdb:/config/virtual']);
});
