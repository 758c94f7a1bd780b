/**
 * Words of the full-text index that begin in some way. FTS5 merges what it has of all of them before it answers anything:
 * nothing for order numbers, a second for `con*` in a million messages. Where it is much, the words are named one by one,
 * which it reads side by side and no further than is asked for.
 */
import type { Connection } from '../database.ts';
import { anyBeginning, quoted, type Beginning } from './search-text.ts';

/** Pages that are merged in some 3 ms. */
const FEW_PAGES = 50;
const MOST_WORDS = 1500;
/** What the index's tokenizer makes no other word of. */
const ONE_WORD = /^[a-z0-9\u{e000}]+$/u;
/** Above every character. */
const AFTER = '\u{10ffff}';

/**
 * How many pages of the index hold words between two: for each of its segments, the page of the first word of a page
 * before each of them. Terms of the main index have a `0` in front, pages a bit behind (FTS5's own table of pages).
 */
const PAGES = `
WITH RECURSIVE segment (id) AS (
  SELECT min(segid) FROM search_idx
  UNION ALL SELECT (SELECT min(segid) FROM search_idx WHERE segid > segment.id) FROM segment WHERE id IS NOT NULL
)
SELECT coalesce(sum(
  (SELECT pgno FROM search_idx WHERE segid = segment.id AND term <= CAST('0' || @to AS BLOB) ORDER BY term DESC LIMIT 1) / 2
  - (SELECT pgno FROM search_idx WHERE segid = segment.id AND term <= CAST('0' || @from AS BLOB) ORDER BY term DESC LIMIT 1) / 2
), 0) FROM segment`;

export function createBeginning(db: Connection): Beginning {
  const pages = db.prepare(PAGES).pluck();
  // From word to word: each is as many rows as it has places.
  const next = db.prepare('SELECT term FROM search_word WHERE term >= ? LIMIT 1').pluck();

  function wordsFrom(text: string): readonly string[] {
    const words: string[] = [];
    for (let from = text; words.length <= MOST_WORDS;) {
      const word = next.get(from) as string | undefined;
      if (word?.startsWith(text) !== true) break;
      words.push(word);
      from = `${word}\0`;
    }
    return words;
  }

  return (typed) => {
    const text = typed.toLowerCase();
    if (!ONE_WORD.test(text)) return anyBeginning(typed);
    if ((pages.get({ from: text, to: text + AFTER }) as number) < FEW_PAGES) return anyBeginning(typed);
    const words = wordsFrom(text);
    if (words.length === 0) return quoted(typed);
    return words.length > MOST_WORDS ? anyBeginning(typed) : `(${words.map(quoted).join(' OR ')})`;
  };
}
