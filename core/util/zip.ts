/**
 * A ZIP archive of files kept in memory (PKWARE APPNOTE 6.3.10), stored without compression: what is put in is mostly
 * compressed already. Names in UTF-8. At most 65,535 files and 4 GB in all: beyond, RangeError. Runs in the window too.
 */
export interface ZipFile {
  /** A safe name; folders only where we made them, with `/`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ZipWriter {
  add(file: ZipFile): void;
  /** The archive in pieces, to be put behind each other. */
  end(): readonly Uint8Array[];
}

const UTF8_NAMES = 0x0800;
const VERSION = 20;
const MOST_FILES = 0xffff;
const MOST_BYTES = 0xffff_ffff;
const POLYNOMIAL = 0xedb88320;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffff_ffff) >>> 0;
}

interface Placed {
  readonly name: Uint8Array;
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

/** Numbers of two or four bytes, little end first. */
function record(...fields: readonly (readonly [2 | 4, number])[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [length]) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [length, value] of fields) {
    if (length === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += length;
  }
  return bytes;
}

/** The fields that local and central header share, from `version needed` on. */
const shared = ({ name, crc, size }: Placed, time: number) =>
  [
    [2, VERSION],
    [2, UTF8_NAMES],
    [2, 0],
    [4, time],
    [4, crc],
    [4, size],
    [4, size],
    [2, name.length],
    [2, 0],
  ] as const;

const centralHeader = (file: Placed, time: number) =>
  record(
    [4, 0x02014b50],
    [2, VERSION],
    ...shared(file, time),
    [2, 0],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, file.offset],
  );

const endRecord = (files: number, size: number, offset: number) =>
  record([4, 0x06054b50], [2, 0], [2, 0], [2, files], [2, files], [4, size], [4, offset], [2, 0]);

/** @param at the time that all files carry */
export function createZip(at: Date): ZipWriter {
  const time = dosTime(at);
  const pieces: Uint8Array[] = [];
  const placed: Placed[] = [];
  const encoder = new TextEncoder();
  let offset = 0;
  const put = (bytes: Uint8Array) => {
    pieces.push(bytes);
    offset += bytes.length;
  };
  return {
    add({ name, bytes }) {
      if (placed.length >= MOST_FILES)
        throw new RangeError(`more than ${MOST_FILES} files are too many for a ZIP archive`);
      const file = { name: encoder.encode(name), crc: crc32(bytes), size: bytes.length, offset };
      if (offset + file.size > MOST_BYTES)
        throw new RangeError('more than 4 GB is too much for a ZIP archive');
      placed.push(file);
      put(record([4, 0x04034b50], ...shared(file, time)));
      put(file.name);
      put(bytes);
    },
    end() {
      const start = offset;
      for (const file of placed) {
        put(centralHeader(file, time));
        put(file.name);
      }
      put(endRecord(placed.length, offset - start, start));
      return pieces;
    },
  };
}

/** @param at the time that all files carry */
export function zip(files: readonly ZipFile[], at: Date): Uint8Array {
  const writer = createZip(at);
  for (const file of files) writer.add(file);
  const pieces = writer.end();
  const archive = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const piece of pieces) {
    archive.set(piece, place);
    place += piece.length;
  }
  return archive;
}
