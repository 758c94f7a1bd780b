/** Where the lines of one log file begin: every so many of them, found by reading the file once, then only what is new. */
import { open } from 'node:fs/promises';

/** A mark for every so many lines: what lies between is read and counted. */
const EVERY = 256;
const PIECE_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

export interface Block {
  /** Number of the block's first line in this file, from 0. */
  readonly first: number;
  readonly lines: readonly string[];
}

export class LogIndex {
  #path: string;
  /** Byte offsets of the lines 0, EVERY, 2 * EVERY, ... */
  readonly #marks: number[] = [0];
  #position = 0;
  #lines = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Complete lines seen so far. */
  get lines(): number {
    return this.#lines;
  }

  movedTo(path: string): void {
    this.#path = path;
  }

  /** Reads what was written since the last time. A last line without its end is left for later. */
  async catchUp(): Promise<void> {
    const file = await openIfThere(this.#path);
    if (file === undefined) return;
    try {
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      for (;;) {
        const { bytesRead } = await file.read(piece, 0, PIECE_BYTES, this.#position);
        const end = piece.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
        if (end === 0) return;
        this.#count(piece.subarray(0, end));
      }
    } finally {
      await file.close();
    }
  }

  #count(bytes: Buffer): void {
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) {
      this.#lines += 1;
      if (this.#lines % EVERY === 0) this.#marks.push(this.#position + at + 1);
    }
    this.#position += bytes.length;
  }

  /** The lines from `from` up to `to` (not included), as far as they are known. */
  async read(from: number, to: number): Promise<readonly string[]> {
    const last = Math.min(to, this.#lines);
    if (from >= last) return [];
    const mark = Math.floor(from / EVERY);
    const start = this.#marks[mark] ?? 0;
    const end = this.#marks[Math.ceil(last / EVERY)] ?? this.#position;
    const file = await openIfThere(this.#path);
    if (file === undefined) return [];
    try {
      const bytes = Buffer.allocUnsafe(end - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      const lines = bytes.toString('utf8', 0, bytesRead).split('\n');
      return lines.slice(from - mark * EVERY, last - mark * EVERY);
    } finally {
      await file.close();
    }
  }

  /** Pieces of the file, the newest first, that reach from `from` up to `to` (not included). */
  async *backwards(from: number, to: number): AsyncGenerator<Block> {
    const size = EVERY * 32;
    for (let end = Math.min(to, this.#lines); end > from;) {
      const first = Math.max(from, Math.floor((end - 1) / size) * size);
      yield { first, lines: await this.read(first, end) };
      end = first;
    }
  }
}

async function openIfThere(path: string) {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
