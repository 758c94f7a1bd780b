/**
 * A ZIP archive of files kept in memory (PKWARE APPNOTE 6.3.10), stored without compression: what is put in is mostly
 * compressed already. Names in UTF-8. At most 65,535 files and 4 GB in all: beyond, RangeError.
 */
import { crc32 } from 'node:zlib';

export interface ZipFile {
  /** A safe name: no path. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const UTF8_NAMES = 0x0800;
const VERSION = 20;
const MOST_FILES = 0xffff;
const MOST_BYTES = 0xffff_ffff;

interface Placed {
  readonly name: Buffer;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

/** Date and time as MS-DOS has them, two seconds exact, local time; it knows no year before 1980. */
function dosTime(at: Date): number {
  const year = Math.max(0, at.getFullYear() - 1980);
  const date = (year << 9) | ((at.getMonth() + 1) << 5) | at.getDate();
  const time = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1);
  return ((date << 16) | time) >>> 0;
}

/** The fields that local and central header share, from `version needed` on. */
function sharedFields({ name, crc, size }: Placed, time: number): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(UTF8_NAMES, 2);
  fields.writeUInt32LE(time, 6);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(size, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function centralHeader(file: Placed, time: number): Buffer {
  const start = Buffer.from([0x50, 0x4b, 0x01, 0x02, VERSION, 0]);
  const end = Buffer.alloc(14);
  end.writeUInt32LE(file.offset, 10);
  return Buffer.concat([start, sharedFields(file, time), end, file.name]);
}

function endRecord(files: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(files, 8);
  record.writeUInt16LE(files, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}

/** @param at the time that all files carry */
export function zip(files: readonly ZipFile[], at: Date): Buffer {
  if (files.length > MOST_FILES) throw new RangeError(`${files.length} files are too many for a ZIP archive`);
  const time = dosTime(at);
  const pieces: Uint8Array[] = [];
  const placed: Placed[] = [];
  let offset = 0;
  const add = (bytes: Uint8Array) => {
    pieces.push(bytes);
    offset += bytes.length;
  };
  for (const { name, bytes } of files) {
    const file = { name: Buffer.from(name), crc: crc32(bytes), size: bytes.length, offset };
    if (offset + file.size > MOST_BYTES) throw new RangeError('more than 4 GB is too much for a ZIP archive');
    placed.push(file);
    add(Buffer.from([0x50, 0x4b, 0x03, 0x04]));
    add(sharedFields(file, time));
    add(file.name);
    add(bytes);
  }
  const start = offset;
  for (const file of placed) add(centralHeader(file, time));
  add(endRecord(placed.length, offset - start, start));
  return Buffer.concat(pieces);
}
