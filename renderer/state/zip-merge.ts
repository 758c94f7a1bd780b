/**
 * Several ZIP archives as one (APPNOTE 4.3): their files behind one another, one directory at the end. The archives are
 * the engine's own: stored, without comment, below 4 GB and 65,535 files, which holds for the whole too.
 */
const END = 0x06054b50;
const END_SIZE = 22;
const DIRECTORY_ENTRY = 0x02014b50;
const MOST_FILES = 0xffff;
const MOST_BYTES = 0xffff_ffff;

export interface ZipMerge {
  /** RangeError: not an archive, or too much for one. */
  add(archive: Uint8Array<ArrayBuffer>): void;
  finish(): Blob;
}

/** The directory's entries with the place of their files moved. */
function moved(directory: Uint8Array<ArrayBuffer>, by: number): Uint8Array<ArrayBuffer> {
  const copy = directory.slice();
  const view = new DataView(copy.buffer);
  let at = 0;
  while (at < copy.length) {
    if (view.getUint32(at, true) !== DIRECTORY_ENTRY) throw new RangeError('this is no ZIP archive');
    view.setUint32(at + 42, view.getUint32(at + 42, true) + by, true);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return copy;
}

export function createZipMerge(): ZipMerge {
  const files: Blob[] = [];
  const directories: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  let count = 0;
  let directorySize = 0;
  return {
    add(archive) {
      const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
      const end = archive.length - END_SIZE;
      if (end < 0 || view.getUint32(end, true) !== END) throw new RangeError('this is no ZIP archive');
      const start = view.getUint32(end + 16, true);
      count += view.getUint16(end + 10, true);
      if (count > MOST_FILES || size + start > MOST_BYTES) {
        throw new RangeError('That is too much for one ZIP archive: export as mbox, or fewer messages.');
      }
      const directory = moved(archive.slice(start, end), size);
      files.push(new Blob([archive.subarray(0, start)]));
      directories.push(directory);
      size += start;
      directorySize += directory.length;
    },
    finish() {
      const record = new DataView(new ArrayBuffer(END_SIZE));
      record.setUint32(0, END, true);
      record.setUint16(8, count, true);
      record.setUint16(10, count, true);
      record.setUint32(12, directorySize, true);
      record.setUint32(16, size, true);
      return new Blob([...files, ...directories, record], { type: 'application/zip' });
    },
  };
}
