import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fullNameOf } from './full-name.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'accounts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ['bob', 'Bob Builder'],
  ['root', 'Charlie Root'],
  ['carol', ''],
  ['nobody', ''],
])('%s is called "%s"', (name, fullName) => {
  const file = path.join(folder, 'passwd');
  writeFileSync(
    file,
    'root:x:0:0:Charlie &,,:/root:/bin/sh\nbob:x:1:1:Bob Builder,Room 1,555:/home/bob:\ncarol:x:2:2::/:\n',
  );
  expect(fullNameOf(name, file)).toBe(fullName);
});

test('a machine without an account file has no full names', () => {
  expect(fullNameOf('bob', path.join(folder, 'none'))).toBe('');
});
