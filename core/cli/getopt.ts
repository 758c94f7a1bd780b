/**
 * getopt(3) as Postfix's commands use it: short options only, an option's value in the same word or the next, and the
 * end at the first word that is no option. `node:util` parseArgs reads options behind the first address as options,
 * which sendmail(1) must not: there they are recipients.
 */
export type GetoptItem =
  | { readonly kind: 'option'; readonly letter: string; readonly value: string }
  /** What getopt prints, to go behind `PROGRAM: `. */
  | { readonly kind: 'bad'; readonly message: string };

export interface GetoptResult {
  readonly items: readonly GetoptItem[];
  readonly rest: readonly string[];
}

/** `letters` as in getopt(3): `f:` takes a value. */
export function getopt(args: readonly string[], letters: string): GetoptResult {
  const items: GetoptItem[] = [];
  let index = 0;
  for (; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (word === '--') return { items, rest: args.slice(index + 1) };
    if (!word.startsWith('-') || word === '-') break;
    for (let at = 1; at < word.length; at += 1) {
      const letter = word.charAt(at);
      const place = letter === ':' ? -1 : letters.indexOf(letter);
      if (place < 0) {
        items.push({ kind: 'bad', message: `invalid option -- '${letter}'` });
        continue;
      }
      if (letters.charAt(place + 1) !== ':') {
        items.push({ kind: 'option', letter, value: '' });
        continue;
      }
      const attached = word.slice(at + 1);
      const value = attached === '' ? args[index + 1] : attached;
      if (attached === '') index += 1;
      items.push(
        value === undefined
          ? { kind: 'bad', message: `option requires an argument -- '${letter}'` }
          : { kind: 'option', letter, value },
      );
      break;
    }
  }
  return { items, rest: args.slice(index) };
}
