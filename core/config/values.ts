/** The kinds of value a parameter has (postconf(5)), read from their expanded text. */

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const LARGEST_INT = 2 ** 31 - 1;

/** yes or no in any case; undefined for anything else. */
export function parseBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === 'yes' ? true : lower === 'no' ? false : undefined;
}

/** strtol(3) with nothing after it; undefined when it is no number or does not fit. */
export function parseInteger(text: string, largest = LARGEST_INT): number | undefined {
  if (!/^[ \t\n\v\f\r]*[+-]?\d+$/.test(text)) return undefined;
  const number = Number(text);
  return Math.abs(number) <= largest ? number : undefined;
}

/**
 * A number and one of the units s, m, h, d, w (conv_time(3)). As in Postfix, no digits are 0 and what follows the unit does
 * not count. Undefined for another unit, and for a time that is negative or too long.
 */
export function parseSeconds(text: string, defaultUnit: string): number | undefined {
  const [, digits = '', letter = ''] = /^[ \t\n\v\f\r]*([+-]?\d+|)([^]?)/.exec(text) ?? [];
  const unit = SECONDS[letter === '' ? defaultUnit : letter];
  if (unit === undefined || text === '') return undefined;
  const seconds = Number(digits) * unit;
  return seconds >= 0 && seconds <= LARGEST_INT ? seconds : undefined;
}

const SEPARATOR = /[, \t\r\n]/;

/** A word of a list, and where it begins. */
export interface Group {
  readonly word: string;
  readonly at: number;
}

/**
 * Words between commas and white space; what stands in braces belongs to its word, however deep (mystrtokq(3)).
 * @param open braces that are open where the text begins, which goes on with a word then
 */
export function groupsIn(
  text: string,
  separator: RegExp = SEPARATOR,
  open = 0,
): { readonly groups: readonly Group[]; readonly open: number } {
  const groups: Group[] = [];
  let level = open;
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const character = text.charAt(at);
    const isEnd = at === text.length || (level === 0 && separator.test(character));
    if (isEnd && start >= 0) groups.push({ word: text.slice(start, at), at: start });
    if (isEnd) start = -1;
    else if (start < 0) start = at;
    if (character === '{') level++;
    else if (character === '}' && level > 0) level--;
  }
  return { groups, open: level };
}

export const splitGroups = (text: string, separator: RegExp = SEPARATOR): readonly string[] =>
  groupsIn(text, separator).groups.map(({ word }) => word);

/** As splitGroups, with a group's own braces and the blanks inside them removed (extpar(3)). */
export function splitList(text: string): string[] {
  return splitGroups(text).map((word) =>
    word.startsWith('{') && word.endsWith('}') ? word.slice(1, -1).trim() : word,
  );
}
