/** A window on the log: pages of it, each read when it is looked at, the least recently used forgotten. No DOM. */
import type { LogLine } from '../../core/api/contract/log.ts';
import { parseLine, type ParsedLine } from './log-lines.ts';

export const PAGE_LINES = 500;
/** 20,000 lines in memory, whatever the log's length. */
const MOST_PAGES = 40;

export interface LogPageRead {
  readonly first: number;
  readonly next: number;
  readonly lines: readonly LogLine[];
}

export class LogWindow {
  readonly #pages = new Map<number, readonly (ParsedLine | undefined)[]>();
  #next = 1;

  static pageOf(number: number): number {
    return Math.floor(number / PAGE_LINES);
  }

  at(number: number): ParsedLine | undefined {
    return this.#pages.get(LogWindow.pageOf(number))?.[number % PAGE_LINES];
  }

  /** Pages that lack lines which are there: to be read from these numbers on. */
  missing(from: number, to: number): readonly number[] {
    const wanted: number[] = [];
    for (let page = LogWindow.pageOf(from); page <= LogWindow.pageOf(Math.max(from, to - 1)); page++) {
      const lines = this.#pages.get(page);
      const end = Math.min((page + 1) * PAGE_LINES, this.#next, to);
      const start = Math.max(page * PAGE_LINES, from);
      let isWhole = lines !== undefined;
      for (let number = start; isWhole && number < end; number++)
        isWhole = lines?.[number % PAGE_LINES] !== undefined;
      if (!isWhole && start < end) wanted.push(page * PAGE_LINES);
    }
    return wanted;
  }

  /** Takes over what was read. */
  put({ next, lines }: LogPageRead): void {
    this.#next = Math.max(next, this.#next);
    const changed = new Map<number, (ParsedLine | undefined)[]>();
    for (const line of lines) {
      const page = LogWindow.pageOf(line.number);
      let copy = changed.get(page);
      if (copy === undefined) {
        copy = [...(this.#pages.get(page) ?? [])];
        changed.set(page, copy);
      }
      copy[line.number % PAGE_LINES] = parseLine(line);
    }
    for (const [page, copy] of changed) {
      this.#pages.delete(page);
      this.#pages.set(page, copy);
    }
    for (const page of this.#pages.keys()) {
      if (this.#pages.size <= MOST_PAGES) break;
      this.#pages.delete(page);
    }
  }
}
