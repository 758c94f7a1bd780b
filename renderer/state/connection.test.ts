import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Line } from '../transport/line.ts';
import { Connection, OfflineError } from './connection.svelte.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const lines: { readonly line: Line; readonly lose: () => void }[] = [];
  let answers = true;
  const dial = () => {
    if (!answers) return Promise.reject(new Error('nobody'));
    let lose: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      lose = resolve;
    });
    const name = `line ${lines.length + 1}`;
    const line: Line = { link: { call: () => Promise.resolve(name) }, closed, close: lose };
    lines.push({ line, lose });
    return Promise.resolve(line);
  };
  const connection = new Connection(dial);
  return {
    connection,
    lines,
    set answers(value: boolean) {
      answers = value;
    },
  };
}

test('calls made before the line is there wait for it', async () => {
  const { connection } = setUp();
  const call = connection.api.sandbox.status();
  connection.start();
  await expect(call).resolves.toBe('line 1');
  expect(connection.state).toBe('online');
});

test('a lost line is dialled again and said to be there', async () => {
  const { connection, lines } = setUp();
  let opened = 0;
  connection.onOpen(() => opened++);
  connection.start();
  await vi.advanceTimersByTimeAsync(0);
  lines[0]?.lose();
  await vi.advanceTimersByTimeAsync(0);
  expect(connection.state).toBe('online');
  expect(opened).toBe(2);
  await expect(connection.api.sandbox.status()).resolves.toBe('line 2');
});

test('without an answer calls fail at once, and it tries again after a while', async () => {
  const fake = setUp();
  fake.answers = false;
  const { connection } = fake;
  connection.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(connection.state).toBe('offline');
  await expect(connection.api.sandbox.status()).rejects.toBeInstanceOf(OfflineError);
  fake.answers = true;
  await vi.advanceTimersByTimeAsync(300);
  expect(connection.state).toBe('online');
});
