import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogReader, type LogReader } from './log-reader.ts';

let folder: string;
let file: string;
let olderFile: string;
let turnedOver: () => void;
let reader: LogReader;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sandpost-log-'));
  file = path.join(folder, 'mail.log');
  olderFile = `${file}.1`;
  reader = createLogReader({
    file,
    olderFile,
    flush: () => undefined,
    onTurnOver: (listener) => {
      turnedOver = listener;
    },
  });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index} é\n`).join('');
const numbers = ({ lines: read }: { readonly lines: readonly { readonly number: number }[] }) =>
  read.map(({ number }) => number);

test('an empty log has no lines, and begins with number 1', async () => {
  expect(await reader.page({ count: 10 })).toEqual({ first: 1, next: 1, lines: [] });
});

describe('two files of many lines', () => {
  beforeEach(() => {
    writeFileSync(olderFile, lines(1, 1001));
    writeFileSync(file, lines(1001, 2001));
  });

  test('any page is read, over the seam too', async () => {
    const page = await reader.page({ from: 998, count: 6 });
    expect(page).toMatchObject({ first: 1, next: 2001 });
    expect(page.lines).toEqual(
      [998, 999, 1000, 1001, 1002, 1003].map((number) => ({ number, text: `line ${number} é` })),
    );
    expect(numbers(await reader.page({ count: 2 }))).toEqual([1999, 2000]);
    expect(numbers(await reader.page({ from: 1999, count: 100 }))).toEqual([1999, 2000]);
    expect(numbers(await reader.page({ from: -5, count: 2 }))).toEqual([1, 2]);
  });

  test('what is written later is seen, a line only when it is complete', async () => {
    await reader.page({ count: 1 });
    appendFileSync(file, 'line 2001 é\nhalf');
    expect(await reader.page({ from: 2000, count: 5 })).toMatchObject({ next: 2002 });
    appendFileSync(file, ' a line\n');
    expect((await reader.page({ count: 1 })).lines).toEqual([{ number: 2002, text: 'half a line' }]);
  });

  test('numbers stay when the files are turned over, and what is gone is gone', async () => {
    await reader.page({ count: 1 });
    renameSync(file, olderFile);
    writeFileSync(file, lines(2001, 2003));
    turnedOver();
    expect(await reader.page({ from: 1, count: 1 })).toEqual({
      first: 1001,
      next: 2003,
      lines: [{ number: 1001, text: 'line 1001 é' }],
    });
    expect((await reader.page({ count: 1 })).lines[0]?.text).toBe('line 2002 é');
  });

  test('the newest lines that pass are found, oldest first', async () => {
    const passes = (line: string) => /line \d*99 /.test(line);
    expect(numbers(await reader.find({ passes, limit: 3 }))).toEqual([1799, 1899, 1999]);
    expect(numbers(await reader.find({ passes, limit: 3, before: 1099 }))).toEqual([799, 899, 999]);
    expect(numbers(await reader.find({ passes, limit: 100, after: 1799 }))).toEqual([1899, 1999]);
    expect(numbers(await reader.find({ passes, limit: 100 }))).toHaveLength(20);
  });
});
