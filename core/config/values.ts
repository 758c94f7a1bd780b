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

/** Words between commas and white space; a `{...}` group is one word, braces kept (mystrtokq(3)). */
export function splitGroups(text: string, separator: RegExp = SEPARATOR): string[] {
  const words: string[] = [];
  let word = '';
  let level = 0;
  for (const character of text) {
    if (level === 0 && separator.test(character)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    if (character === '{') level++;
    else if (character === '}' && level > 0) level--;
    word += character;
  }
  if (word !== '') words.push(word);
  return words;
}

/** As splitGroups, with a group's own braces and the blanks inside them removed (extpar(3)). */
export function splitList(text: string): string[] {
  return splitGroups(text).map((word) =>
    word.startsWith('{') && word.endsWith('}') ? word.slice(1, -1).trim() : word,
  );
}
