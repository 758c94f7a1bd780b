/** Small text helpers of the conformance harness. */
import { createHash } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Text to lines, without the empty one after a final newline. */
export function toLines(text: string): string[] {
  if (text === '') return [];
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Applies `change` to every string of a JSON value, keys too. */
export function mapStrings<T>(value: T, change: (text: string) => string): T {
  const walk = (v: unknown): unknown => {
    if (typeof v === 'string') return change(v);
    if (Array.isArray(v)) return v.map(walk);
    if (v !== null && typeof v === 'object') {
      return Object.fromEntries(Object.entries(v).map(([key, x]) => [change(key), walk(x)]));
    }
    return v;
  };
  return walk(value) as T;
}

/** Fills in `{name}` placeholders that are known; unknown ones, and Postfix's own `${name}`, stay as they are. */
export function expandWith(values: Readonly<Record<string, string>>): (text: string) => string {
  return (text) =>
    text.replace(/(?<!\$)\{([A-Za-z_][A-Za-z0-9_:.-]*)\}/g, (match, name: string) => values[name] ?? match);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
