import {
  linkSync,
  readFileSync,
  symlinkSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { submitInput } from './contract/mail.ts';
import { createMaildrop, type Maildrop } from './maildrop.ts';
import { withMaildrop } from './maildrop-queue.ts';
import { createFakeEngine } from './testing/fake-engine.ts';

let dataDir: string;
let maildrop: Maildrop;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'sandpost-drop-'));
  maildrop = createMaildrop(dataDir);
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

const raw = Buffer.from([0x53, 0x3a, 0x20, 0xff, 0x0a, 0x0a, 0x00]);
const input = submitInput.parse({ sender: 'a', recipients: ['b'], rawBase64: raw.toString('base64') });
const put = (queueId: string, arrivedAt: number) => {
  maildrop.put({ queueId, arrivedAt, input });
};

describe('the maildrop', () => {
  it('keeps every byte and option, oldest first, for its owner only', () => {
    const owner = process.getuid?.() ?? 0;
    expect(maildrop.list()).toEqual([]);
    put('BBB', 2000);
    put('AAA', 1000);
    expect(maildrop.list()).toEqual([
      { queueId: 'AAA', arrivedAt: 1000, size: raw.length, owner, input },
      { queueId: 'BBB', arrivedAt: 2000, size: raw.length, owner, input },
    ]);
    expect(statSync(path.join(dataDir, 'maildrop')).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(dataDir, 'maildrop', 'AAA')).mode & 0o777).toBe(0o600);
  });

  it('leaves alone what is no message: cut off, half written, or somebody else’s', () => {
    put('AAA', 1000);
    const file = (name: string) => path.join(dataDir, 'maildrop', name);
    writeFileSync(file('CCC'), '{"queueId":"CCC","arri');
    writeFileSync(file('DDD'), 'not json\nbody');
    writeFileSync(file('EEE'), '{"queueId":5}\nbody');
    writeFileSync(file('FFF.new'), 'half written');
    expect(maildrop.list().map(({ queueId }) => queueId)).toEqual(['AAA']);
    expect(readdirSync(path.join(dataDir, 'maildrop'))).toHaveLength(5);
  });

  it.skipIf(process.platform === 'win32')('takes no links, and no file that claims to be another', () => {
    maildrop.openToAll();
    put('AAA', 1000);
    const file = (name: string) => path.join(dataDir, 'maildrop', name);
    symlinkSync(file('AAA'), file('BBB'));
    writeFileSync(file('CCC'), readFileSync(file('AAA')));
    expect(maildrop.list().map(({ queueId }) => queueId)).toEqual(['AAA']);
    linkSync(file('AAA'), file('DDD'));
    expect(maildrop.list()).toEqual([]);
    expect(statSync(path.join(dataDir, 'maildrop')).mode & 0o7777).toBe(0o1777);
  });

  it.skipIf(process.getuid?.() === 0)('says when the folder cannot be written', () => {
    put('AAA', 1);
    chmodSync(path.join(dataDir, 'maildrop'), 0o500);
    expect(() => {
      put('BBB', 2);
    }).toThrow('EACCES');
  });
});

describe('the queue with the maildrop', () => {
  it('lists it first, and deletes from it', async () => {
    put('AAA', 1000);
    put('BBB', 2000);
    const { queue } = createFakeEngine();
    const both = withMaildrop(queue, maildrop);
    const entries = await both.list({ limit: 10 });
    expect(entries).toMatchObject([
      { queue: 'maildrop', queueId: 'AAA', sender: 'a', recipients: [{ address: 'b', reason: '' }] },
      { queue: 'maildrop', queueId: 'BBB' },
    ]);
    expect(await both.list({ limit: 10, queue: 'hold' })).toEqual([]);
    expect(await both.list({ limit: 1 })).toHaveLength(1);
    expect(await both.act({ action: 'delete', ids: ['AAA'], queue: 'maildrop' })).toEqual(['AAA']);
    expect(await both.act({ action: 'delete', ids: 'ALL', queue: 'hold' })).toEqual(['AAA', 'BBB']);
    expect(maildrop.list()).toHaveLength(1);
    expect(await both.act({ action: 'delete', ids: 'ALL' })).toContain('BBB');
    expect(maildrop.list()).toEqual([]);
  });
});
