/** Content lines of calendars (RFC 5545 section 3.1) and cards (RFC 6350 section 3.3): `NAME;PARAM=value:value`. */

export interface ContentLine {
  /** Upper case, without the group in front (`item1.TEL`). */
  readonly name: string;
  /** Names in upper case; several values of one parameter are joined by commas. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly value: string;
}

/** More lines of one file are not read. */
const MOST_LINES = 20_000;

/** Where the first colon outside of quotes is; -1: nowhere. */
function colonIn(line: string): number {
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '"') isQuoted = !isQuoted;
    else if (char === ':' && !isQuoted) return at;
  }
  return -1;
}

function parseLine(line: string): ContentLine | undefined {
  const colon = colonIn(line);
  if (colon <= 0) return undefined;
  const [name = '', ...words] = line.slice(0, colon).match(/(?:"[^"]*"|[^;"])+/g) ?? [];
  const parameters = words.map((word): readonly [string, string] => {
    const equals = word.indexOf('=');
    // vCard 2.1 writes `TEL;HOME:`, a type without its name.
    return equals < 0
      ? ['TYPE', word]
      : [word.slice(0, equals).toUpperCase(), word.slice(equals + 1).replaceAll('"', '')];
  });
  return {
    name: (name.split('.').at(-1) ?? '').toUpperCase(),
    parameters: Object.fromEntries(parameters),
    value: line.slice(colon + 1),
  };
}

export function contentLines(text: string): readonly ContentLine[] {
  return text
    .replaceAll(/\r?\n[ \t]/g, '')
    .split(/\r?\n/, MOST_LINES)
    .flatMap((line) => parseLine(line) ?? []);
}

/** Text values escape commas, semicolons, backslashes and line ends (RFC 5545 section 3.3.11). */
export const unescapeText = (value: string): string =>
  value.replaceAll(/\\([\s\S])/g, (_, char: string) => (char === 'n' || char === 'N' ? '\n' : char));
