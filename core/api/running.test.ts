import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRunning, markStopped, processBegan, readRunning, RUNNING_FILE, writeRunning } from './running.ts';
import { socketPathOf } from './socket.ts';
import { createTokens } from './tokens.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sandpost-running-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the entry of a running sandbox', () => {
  const running = () => ({ pid: 42, began: '7', socket: '/s', dataDir: folder, http: 'http://127.0.0.1:1' });

  it('is read as it was written, and tells the data folder after the end', () => {
    const entry = running();
    expect(readRunning(folder)).toBeUndefined();
    writeRunning(folder, entry);
    expect(readRunning(folder)).toEqual(entry);
    expect(statSync(path.join(folder, RUNNING_FILE)).mode & 0o777).toBe(0o644);
    markStopped(folder, { ...entry, pid: 7 });
    expect(readRunning(folder)).toEqual(entry);
    markStopped(folder, entry);
    expect(readRunning(folder)).toEqual({ ...entry, pid: 0, began: '', http: null });
  });

  it('stands in the data folder too, for a configuration that cannot be written', () => {
    const data = path.join(folder, 'data');
    const config = path.join(folder, 'config');
    mkdirSync(data);
    mkdirSync(config);
    writeRunning(config, { ...running(), dataDir: data });
    expect(readRunning(data)).toEqual(readRunning(config));
  });

  it.each([
    '',
    '{"pid":',
    'null',
    '[]',
    '{"pid":"1","socket":"","dataDir":""}',
    '{"pid":-1,"socket":"","dataDir":""}',
  ])('is as good as absent when it says %j', (text) => {
    writeFileSync(path.join(folder, RUNNING_FILE), text);
    expect(readRunning(folder)).toBeUndefined();
  });

  it('belongs to one process, not to whichever has its number later', () => {
    const began = processBegan(process.pid);
    expect(isRunning({ pid: process.pid, began })).toBe(true);
    expect(isRunning({ pid: process.pid, began: '' })).toBe(true);
    expect(isRunning({ pid: 0, began: '' })).toBe(false);
    expect(isRunning({ pid: 2 ** 22 + 1, began: '' })).toBe(false);
  });

  it.runIf(process.platform === 'linux')('is told from another process by when that began', () => {
    expect(processBegan(process.pid)).toMatch(/^\d+$/);
    expect(isRunning({ pid: process.pid, began: '1' })).toBe(false);
  });
});

describe('the socket of a data folder', () => {
  it('stands in it, where the path is not too long for a socket', () => {
    expect(socketPathOf('/data', 'linux')).toBe('/data/sandpost.sock');
    const deep = socketPathOf(`/${'x'.repeat(120)}`, 'linux');
    expect(deep.startsWith(os.tmpdir())).toBe(true);
    expect(Buffer.byteLength(deep)).toBeLessThanOrEqual(103);
    expect(socketPathOf('/data', 'win32')).toMatch(/^\\\\\.\\pipe\\sandpost-[0-9a-f]{16}$/);
  });
});

describe('the tokens', () => {
  it('are new for pages at each start and stay for scripts, readable for their owner only', () => {
    const first = createTokens(folder);
    const second = createTokens(folder);
    expect(second.api).toBe(first.api);
    expect(second.page).not.toBe(first.page);
    expect(first.api.length).toBeGreaterThanOrEqual(43);
    expect(statSync(path.join(folder, 'api-token')).mode & 0o777).toBe(0o600);
  });
});
