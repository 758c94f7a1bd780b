/** The options of postmap(1) and postalias(1). */
export interface PostmapOptions {
  readonly configDir: string | undefined;
  /** -q, -d: a key, or `-` for those on standard input. */
  readonly query: string | undefined;
  readonly remove: string | undefined;
  /** -s */
  readonly lists: boolean;
  /** -i */
  readonly isIncremental: boolean;
  readonly folds: boolean;
  readonly duplicates: 'warn' | 'ignore' | 'replace';
  readonly valueIsFile: boolean;
  /** -h, -b, -m: standard input is a message whose headers, body lines or MIME parts are looked up. */
  readonly headers: boolean;
  readonly body: boolean;
  readonly mime: boolean;
  /** `type:path` */
  readonly tables: readonly string[];
}

export type ParsedOptions =
  { readonly ok: true; readonly options: PostmapOptions } | { readonly ok: false; readonly fatal: string };

interface Draft {
  configDir?: string;
  query?: string;
  remove?: string;
  flags: Set<string>;
  duplicates: PostmapOptions['duplicates'];
  readonly tables: string[];
}

const LETTERS = { postmap: 'NbfhimnoprsuUvwF', postalias: 'Nfinoprsuvw' };

const USAGE = {
  postmap: 'usage: postmap [-bfFhimnNoprsuUvw] [-c config_dir] [-d key] [-q key] [map_type:]file...',
  postalias: 'usage: postalias [-Nfinoprsuvw] [-c config_dir] [-d key] [-q key] [map_type:]file...',
};

/** Takes `-c`, `-d` and `-q`; the reason where they exclude each other. */
function setValue(draft: Draft, letter: string, value: string): string | undefined {
  if (letter === 'c') {
    draft.configDir = value;
    return undefined;
  }
  if (draft.flags.has('s') || draft.query !== undefined || draft.remove !== undefined) {
    return 'specify only one of -s -q or -d';
  }
  if (letter === 'q') draft.query = value;
  else draft.remove = value;
  return undefined;
}

function setFlag(draft: Draft, letter: string): string | undefined {
  if (letter === 's' && (draft.query !== undefined || draft.remove !== undefined)) {
    return 'specify only one of -s or -q or -d';
  }
  if (letter === 'r') draft.duplicates = 'replace';
  if (letter === 'w') draft.duplicates = 'ignore';
  draft.flags.add(letter);
  return undefined;
}

/** Reads one word of letters, and the next word where a letter wants a value; the reason when it is wrong. */
function readLetters(
  draft: Draft,
  command: 'postmap' | 'postalias',
  word: string,
  next: string | undefined,
): { readonly fatal?: string; readonly usedNext: boolean } {
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i);
    if ('cdq'.includes(letter)) {
      const rest = word.slice(i + 1);
      const value = rest === '' ? next : rest;
      const fatal = value === undefined ? USAGE[command] : setValue(draft, letter, value);
      return { usedNext: rest === '', ...(fatal === undefined ? {} : { fatal }) };
    }
    const fatal = LETTERS[command].includes(letter) ? setFlag(draft, letter) : USAGE[command];
    if (fatal !== undefined) return { fatal, usedNext: false };
  }
  return { usedNext: false };
}

export function parseOptions(command: 'postmap' | 'postalias', args: readonly string[]): ParsedOptions {
  const draft: Draft = { flags: new Set(), duplicates: 'warn', tables: [] };
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] as string;
    if (word === '--') {
      at += 1;
      break;
    }
    if (!word.startsWith('-') || word === '-') break;
    const read = readLetters(draft, command, word, args[at + 1]);
    if (read.fatal !== undefined) return { ok: false, fatal: read.fatal };
    if (read.usedNext) at += 1;
  }
  draft.tables.push(...args.slice(at));
  if (draft.tables.length === 0) return { ok: false, fatal: USAGE[command] };
  const has = (letter: string): boolean => draft.flags.has(letter);
  return {
    ok: true,
    options: {
      configDir: draft.configDir,
      query: draft.query,
      remove: draft.remove,
      lists: has('s'),
      isIncremental: has('i'),
      folds: !has('f'),
      duplicates: draft.duplicates,
      valueIsFile: has('F'),
      headers: has('h'),
      body: has('b'),
      mime: has('m'),
      tables: draft.tables,
    },
  };
}
