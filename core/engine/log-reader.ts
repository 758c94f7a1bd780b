/**
 * Reads the mail log by the number of its lines: any page of it, or the lines that a filter lets through. Lines are
 * numbered from 1 since this process first looked, the older file's first; a number stays what it is when the files
 * are turned over. Nothing is kept in memory but where every 256th line begins.
 */
import type { MailLog } from './mail-log.ts';
import { LogIndex } from './log-index.ts';

export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

export interface LogPage {
  /** Number of the oldest line there is, and of the one that will come next. */
  readonly first: number;
  readonly next: number;
  readonly lines: readonly NumberedLine[];
}

export interface LogReader {
  /** `count` lines from number `from` on; without `from` the newest. */
  page(query: { readonly from?: number | undefined; readonly count: number }): Promise<LogPage>;
  /**
   * The newest lines that pass, at most `limit`, oldest first. `after`: only newer ones; `before`: only older ones.
   * The answer is complete unless there are `limit` of them.
   */
  find(query: {
    readonly passes: (line: string) => boolean;
    readonly after?: number | undefined;
    readonly before?: number | undefined;
    readonly limit: number;
  }): Promise<LogPage>;
}

export function createLogReader(
  mailLog: Pick<MailLog, 'file' | 'olderFile' | 'flush' | 'onTurnOver'>,
): LogReader {
  let older = new LogIndex(mailLog.olderFile);
  let current = new LogIndex(mailLog.file);
  /** Number of the older file's first line. */
  let base = 1;
  mailLog.onTurnOver(() => {
    base += older.lines;
    current.movedTo(mailLog.olderFile);
    older = current;
    current = new LogIndex(mailLog.file);
  });

  async function catchUp() {
    mailLog.flush();
    await older.catchUp();
    await current.catchUp();
    const files = [
      { index: older, first: base },
      { index: current, first: base + older.lines },
    ];
    return { files, first: base, next: base + older.lines + current.lines };
  }

  return {
    async page({ from, count }) {
      const { files, first, next } = await catchUp();
      const start = Math.max(first, from ?? next - count);
      const end = Math.min(next, start + count);
      const texts: string[] = [];
      for (const file of files) {
        texts.push(...(await file.index.read(Math.max(0, start - file.first), end - file.first)));
      }
      return { first, next, lines: texts.map((text, index) => ({ number: start + index, text })) };
    },
    async find({ passes, after, before, limit }) {
      const { files, first, next } = await catchUp();
      const from = Math.max(first, (after ?? 0) + 1);
      const to = Math.min(next, before ?? next);
      const found: NumberedLine[] = [];
      for (const file of files.toReversed()) {
        const pieces = file.index.backwards(Math.max(0, from - file.first), to - file.first);
        for await (const { first: start, lines } of pieces) {
          for (let at = lines.length - 1; at >= 0; at--) {
            const text = lines[at] ?? '';
            if (!passes(text)) continue;
            found.push({ number: file.first + start + at, text });
            if (found.length >= limit) return { first, next, lines: found.reverse() };
          }
        }
      }
      return { first, next, lines: found.reverse() };
    },
  };
}
