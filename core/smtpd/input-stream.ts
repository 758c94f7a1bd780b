/**
 * The bytes of a connection as commands, message content and BDAT chunks: takes the place of smtp-server's parser,
 * whose byte loop is slow, which knows no BDAT, and which hides what is still unread. Everything it finds is handed
 * over in order, and nothing more is read while that is being worked on.
 */
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { ContentReader } from './content-reader.ts';
import type { ReceivedContent } from './content.ts';
import type { CommandLine } from './conversation.ts';
import type { BareNewlinePolicy } from './settings.ts';

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = Buffer.alloc(0);

export interface InputConsumer {
  /** Undefined: it is done. */
  command(line: CommandLine): Promise<void> | undefined;
  content(content: ReceivedContent): Promise<void>;
  chunk(bytes: Buffer): Promise<void>;
  /** All that has arrived is handled: what was answered may leave. */
  idle(): void | Promise<void>;
  readonly lineLengthLimit: number;
  readonly messageSizeLimit: number;
}

type Mode =
  | { readonly kind: 'command' }
  | { readonly kind: 'content'; readonly reader: ContentReader }
  | { readonly kind: 'chunk'; missing: number; readonly keep: boolean; readonly parts: Buffer[] };

/** What came of reading on: work that has to be waited for, or none. */
type Step = Promise<void> | 'done' | 'needs more';

const COMMAND: Mode = { kind: 'command' };

export class InputStream extends SMTPStream {
  #consumer: InputConsumer | undefined;
  #buffer: Buffer = NOTHING;
  #at = 0;
  #mode: Mode = COMMAND;
  /** The beginning of a line that is longer than the limit; the rest of it is skipped. */
  #overlong: Buffer | undefined;

  attach(consumer: InputConsumer): void {
    this.#consumer = consumer;
  }

  expectContent(policy: BareNewlinePolicy): void {
    this.#mode = {
      kind: 'content',
      reader: new ContentReader(policy, this.#consumer?.messageSizeLimit ?? 0),
    };
  }

  expectChunk(bytes: number, keep: boolean): void {
    this.#mode = { kind: 'chunk', missing: bytes, keep, parts: [] };
  }

  pending(): Buffer {
    return this.#buffer.subarray(this.#at);
  }

  get hasPending(): boolean {
    return this.#at < this.#buffer.length;
  }

  /** Bytes of unfinished content. */
  get receivedBytes(): number {
    const mode = this.#mode;
    if (mode.kind === 'content') return mode.reader.size;
    return mode.kind === 'chunk' ? mode.parts.reduce((sum, part) => sum + part.length, 0) : 0;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, next: (error?: Error | null) => void): void {
    this.#buffer = this.hasPending ? Buffer.concat([this.pending(), chunk]) : chunk;
    this.#at = 0;
    this.#pump(next);
  }

  /** A command without line end at the end of the stream is no command. */
  override _flushData(): void {
    this.#buffer = NOTHING;
    this.#at = 0;
  }

  #pump(next: (error?: Error | null) => void): void {
    for (;;) {
      if (this.isClosed) {
        next();
        return;
      }
      const work = this.#step();
      if (work === 'done') continue;
      if (work === 'needs more') break;
      work.then(
        () => {
          this.#pump(next);
        },
        (error: unknown) => {
          next(error instanceof Error ? error : new Error(String(error)));
        },
      );
      return;
    }
    const idle = this.#consumer?.idle();
    if (idle === undefined) next();
    else
      void idle.then(() => {
        next();
      });
  }

  /** Hands the next thing over, if all of it is there. */
  #step(): Step {
    const mode = this.#mode;
    switch (mode.kind) {
      case 'command':
        return this.#readCommand();
      case 'content':
        return this.#readContent(mode.reader);
      case 'chunk':
        return this.#readChunk(mode);
    }
  }

  #readCommand(): Step {
    const newline = this.#buffer.indexOf(LF, this.#at);
    if (newline < 0) {
      this.#keepBeginning();
      return 'needs more';
    }
    const start = this.#at;
    this.#at = newline + 1;
    return this.#consumer?.command(this.#commandOf(start, newline)) ?? 'done';
  }

  get #lineLimit(): number {
    return this.#consumer?.lineLengthLimit ?? 0;
  }

  /** Of a line that is too long already, only the beginning. */
  #keepBeginning(): void {
    const limit = this.#lineLimit;
    const rest = this.pending();
    if (this.#overlong === undefined && rest.length > limit)
      this.#overlong = Buffer.from(rest.subarray(0, limit));
    if (this.#overlong !== undefined) this.#forget();
  }

  #commandOf(start: number, newline: number): CommandLine {
    const buffer = this.#buffer;
    const limit = this.#lineLimit;
    const overlong =
      this.#overlong ?? (newline - start > limit ? buffer.subarray(start, start + limit) : undefined);
    this.#overlong = undefined;
    if (overlong !== undefined) return { bytes: overlong, isBare: false, isOverlong: true };
    let end = newline;
    while (end > start && buffer[end - 1] === CR) end--;
    return { bytes: buffer.subarray(start, end), isBare: end === newline, isOverlong: false };
  }

  #readContent(reader: ContentReader): Step {
    if (!this.hasPending) return 'needs more';
    const end = reader.read(this.pending());
    if (end === undefined) {
      this.#forget();
      return 'needs more';
    }
    this.#at += end;
    this.#mode = COMMAND;
    return this.#consumer?.content(reader.finish()) ?? 'done';
  }

  #readChunk(mode: Extract<Mode, { kind: 'chunk' }>): Step {
    const part = this.pending().subarray(0, mode.missing);
    this.#at += part.length;
    mode.missing -= part.length;
    if (mode.keep && part.length > 0) mode.parts.push(part);
    if (mode.missing > 0) {
      this.#forget();
      return 'needs more';
    }
    this.#mode = COMMAND;
    return this.#consumer?.chunk(Buffer.concat(mode.parts)) ?? 'done';
  }

  #forget(): void {
    this.#buffer = NOTHING;
    this.#at = 0;
  }
}
