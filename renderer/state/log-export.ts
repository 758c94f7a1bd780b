/** The log as a text to keep: all of it, or what a filter lets through, page by page. */
import type { LogFilter, LogLine } from '../../core/api/contract/log.ts';
import type { Api } from './connection.svelte.ts';

/** What a text editor still opens. */
const MOST_LINES = 200_000;
const PAGE = 5_000;

const textOf = (lines: readonly LogLine[]) => lines.map(({ text }) => `${text}\n`).join('');

/** The newest lines that pass. */
export async function foundText(api: Pick<Api, 'log'>, filter: LogFilter): Promise<string> {
  const pieces: string[] = [];
  let count = 0;
  for (let before: number | undefined; count < MOST_LINES;) {
    const query = { ...filter, limit: PAGE, ...(before === undefined ? {} : { before }) };
    const { lines } = await api.log.find(query);
    pieces.unshift(textOf(lines));
    count += lines.length;
    before = lines[0]?.number;
    if (lines.length < PAGE) break;
  }
  return pieces.join('');
}

/** The newest lines, from number `next` backwards. */
export async function wholeText(
  api: Pick<Api, 'log'>,
  { first, next }: { readonly first: number; readonly next: number },
): Promise<string> {
  const pieces: string[] = [];
  for (let from = Math.max(first, next - MOST_LINES); from < next; from += PAGE) {
    const { lines } = await api.log.read({ from, limit: Math.min(PAGE, next - from) });
    if (lines.length === 0) break;
    pieces.push(textOf(lines));
  }
  return pieces.join('');
}
