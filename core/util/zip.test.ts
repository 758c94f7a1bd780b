import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { zip } from './zip.ts';

const PYTHON = '/usr/bin/python3';
const READ = `
import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
print(json.dumps([[i.filename, z.read(i).hex(), list(i.date_time)] for i in z.infolist()] if z.testzip() is None else 'broken'))`;

it.skipIf(!existsSync(PYTHON))('is read by another program, names and bytes', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sandpost-zip-'));
  const file = path.join(folder, 'a.zip');
  const bytes = Buffer.from([0, 255, 10, 13]);
  writeFileSync(
    file,
    zip(
      [
        { name: 'Größe.bin', bytes },
        { name: 'empty', bytes: new Uint8Array(0) },
      ],
      new Date(2026, 10, 22, 14, 2, 10),
    ),
  );
  const read = JSON.parse(execFileSync(PYTHON, ['-c', READ, file], { encoding: 'utf8' })) as unknown;
  rmSync(folder, { recursive: true });
  const at = [2026, 11, 22, 14, 2, 10];
  expect(read).toEqual([
    ['Größe.bin', '00ff0a0d', at],
    ['empty', '', at],
  ]);
});

it('refuses more files than the format counts', () => {
  const files = Array.from({ length: 65_536 }, (_, i) => ({ name: `${i}`, bytes: new Uint8Array(0) }));
  expect(() => zip(files, new Date())).toThrow(RangeError);
});

it('begins where a reader of the first record looks', () => {
  const archive = Buffer.from(zip([{ name: 'a', bytes: Buffer.from('x') }], new Date()));
  expect(archive.readUInt32LE(0)).toBe(0x04034b50);
  expect(archive.readUInt32LE(archive.length - 22)).toBe(0x06054b50);
  expect(archive.subarray(30, 32).toString()).toBe('ax');
});
