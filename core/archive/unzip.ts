/**
 * Reads ZIP archives (PKWARE APPNOTE 6.3.10) file by file, stored or deflated, without having all of it in memory.
 * Not read, and said so: encrypted files, other methods, ZIP64.
 */
import { concat, decode } from './bytes.ts';

/** A file that is read in places: `File` in the window, a file handle elsewhere. */
export interface ByteSource {
  readonly size: number;
  read(start: number, end: number): Promise<Uint8Array>;
}

export class UnreadableArchiveError extends Error {
  override readonly name = 'UnreadableArchiveError';
}

export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  /** @throws UnreadableArchiveError */
  read(): Promise<Uint8Array>;
}

const END_SIZE = 22;
const LONGEST_COMMENT = 0xffff;
const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL_SIZE = 30;
/** A message of more is not one. A few bytes of deflate can claim any size. */
const MOST_BYTES = 512 * 1024 * 1024;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function inflate(packed: Uint8Array, size: number): Promise<Uint8Array> {
  const stream = new Blob([packed.slice()]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { value } = (await reader.read()) as { readonly value?: Uint8Array };
    if (value === undefined) break;
    parts.push(value);
    length += value.length;
    if (length > size) {
      await reader.cancel();
      throw new UnreadableArchiveError('a file in it is larger than it says');
    }
  }
  return concat(parts);
}

async function directoryOf(
  source: ByteSource,
): Promise<{ readonly bytes: Uint8Array; readonly count: number }> {
  const start = Math.max(0, source.size - END_SIZE - LONGEST_COMMENT);
  const tail = await source.read(start, source.size);
  const view = viewOf(tail);
  for (let at = tail.length - END_SIZE; at >= 0; at -= 1) {
    if (view.getUint32(at, true) !== END) continue;
    const [count, size, offset] = [
      view.getUint16(at + 10, true),
      view.getUint32(at + 12, true),
      view.getUint32(at + 16, true),
    ];
    if (offset + size > source.size) break;
    return { bytes: await source.read(offset, offset + size), count };
  }
  throw new UnreadableArchiveError('it has no directory: it is cut off, or no ZIP archive');
}

interface Facts {
  readonly flags: number;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

async function content(
  source: ByteSource,
  { flags, method, packed, size, offset }: Facts,
): Promise<Uint8Array> {
  if ((flags & 1) !== 0) throw new UnreadableArchiveError('it is encrypted');
  if (method !== 0 && method !== 8)
    throw new UnreadableArchiveError(`its compression (${method}) is not known`);
  if (size > MOST_BYTES) throw new UnreadableArchiveError('it is larger than 512 MB');
  const header = viewOf(await source.read(offset, offset + LOCAL_SIZE));
  if (header.byteLength < LOCAL_SIZE) throw new UnreadableArchiveError('it is cut off');
  const start = offset + LOCAL_SIZE + header.getUint16(26, true) + header.getUint16(28, true);
  const bytes = await source.read(start, start + packed);
  if (bytes.length < packed) throw new UnreadableArchiveError('it is cut off');
  if (method === 0) return bytes;
  try {
    return await inflate(bytes, size);
  } catch (cause) {
    if (cause instanceof UnreadableArchiveError) throw cause;
    throw new UnreadableArchiveError('its compressed bytes are damaged', { cause });
  }
}

/** The files in it, folders left out. @throws UnreadableArchiveError */
export async function openZip(source: ByteSource): Promise<readonly ZipEntry[]> {
  const { bytes, count } = await directoryOf(source);
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let n = 0; n < count; n += 1) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL)
      throw new UnreadableArchiveError('its directory is damaged');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) =>
      view.getUint16(at + place, true),
    ) as [number, number, number];
    const facts: Facts = {
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    const name = decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if (!name.endsWith('/')) entries.push({ name, size: facts.size, read: () => content(source, facts) });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

export const isZip = (first: Uint8Array): boolean =>
  first[0] === 0x50 && first[1] === 0x4b && (first[2] === 3 || first[2] === 5);
