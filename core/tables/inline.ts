/** inline:{ key = value, { key = text with spaces and, commas } }. */
import type { Hit, TableType } from './context.ts';
import { foldKey } from './context.ts';
import { splitWords, takeBraces } from './words.ts';

type Pair = { readonly key: string; readonly value: string } | { readonly failure: string };

/** Splits `key = value` (split_nameval). */
function splitPair(text: string): Pair {
  const equals = text.indexOf('=');
  if (equals < 0) return { failure: `missing '=' after attribute name` };
  const key = text.slice(0, equals).trim();
  if (/\s/.test(key)) return { failure: `missing '=' after attribute name` };
  return key === '' ? { failure: 'missing attribute name' } : { key, value: text.slice(equals + 1).trim() };
}

function parseWord(word: string): Pair {
  if (!word.startsWith('{')) return splitPair(word);
  const inner = takeBraces(word);
  if (!inner.ok) return { failure: inner.reason };
  return inner.rest === '' ? splitPair(inner.text) : { failure: `syntax error after '}' in "${word}"` };
}

/** White space around `=` is fine only inside braces of its own; the last of a key wins. */
export const inline: TableType = (name) => {
  const usage = `"inline:${name}"; need "inline:{name=value...}"`;
  const outer = name.startsWith('{') ? takeBraces(name) : undefined;
  if (outer?.ok !== true || outer.rest !== '' || name === '{}') return { failure: `bad syntax: ${usage}` };
  const entries = new Map<string, Hit>();
  for (const word of splitWords(outer.text)) {
    const pair = parseWord(word);
    if ('failure' in pair) return { failure: `${pair.failure}: ${usage}` };
    const key = foldKey(pair.key);
    entries.set(key, { key, value: pair.value });
  }
  if (entries.size === 0) return { failure: `empty table: ${usage}` };
  return {
    wantsPartialKeys: true,
    find: (key) => entries.get(foldKey(key)),
    entries: () => entries.values(),
  };
};
