/** The source of an alias database (aliases(5)): `name: value, value`, quoted names, continuation lines. */
import { externalize, internalize, isOperator, scanTokens } from '../mail/tokens.ts';
import type { ParsedEntry } from './entries.ts';
import { checkEncoding } from './entries.ts';
import type { LogicalLine } from './lines.ts';

/** One logical line; warnings have no file and line in front. Undefined: nothing on it. */
export function parseAlias({ text, line }: LogicalLine): ParsedEntry | undefined {
  const misencoded = checkEncoding(text);
  if (misencoded !== undefined) return misencoded;
  const tokens = scanTokens(text);
  if (tokens.length === 0) return undefined;
  const colon = tokens.findIndex((token) => isOperator(token, ':'));
  const name = tokens.slice(0, Math.max(0, colon));
  const value = tokens.slice(colon + 1);
  if (name.length === 0 || value.length === 0 || name.some((token) => isOperator(token, ','))) {
    return { ok: false, warning: 'need name:value pair' };
  }
  if (name.some((token) => isOperator(token, '@') || isOperator(token, '%'))) {
    return { ok: false, warning: 'name must be local' };
  }
  return { ok: true, entry: { key: internalize(name), value: externalize(value), line } };
}
