/** The options of postmap(1) and postalias(1). */
import { getopt } from '../util/getopt.ts';

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
  | { readonly ok: true; readonly options: PostmapOptions }
  /** `complaint`: getopt's own line, in front of the usage. */
  | { readonly ok: false; readonly fatal: string; readonly complaint?: string };

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

interface Refusal {
  readonly fatal: string;
  readonly complaint?: string;
}

/** One option; the reason when it is wrong. */
function setOption(draft: Draft, letter: string, value: string): Refusal | undefined {
  const fatal = 'cdq'.includes(letter) ? setValue(draft, letter, value) : setFlag(draft, letter);
  return fatal === undefined ? undefined : { fatal };
}

function readOptions(
  draft: Draft,
  command: 'postmap' | 'postalias',
  args: readonly string[],
): Refusal | undefined {
  const { items, rest } = getopt(args, `${LETTERS[command]}c:d:q:`);
  draft.tables.push(...rest);
  for (const item of items) {
    const refusal =
      item.kind === 'bad'
        ? { fatal: USAGE[command], complaint: item.message }
        : setOption(draft, item.letter, item.value);
    if (refusal !== undefined) return refusal;
  }
  if (draft.tables.length === 0) return { fatal: USAGE[command] };
  const readsMessage = ['b', 'h', 'm'].some((letter) => draft.flags.has(letter));
  return readsMessage && draft.query !== '-' ? { fatal: 'specify -b -h or -m only with "-q -"' } : undefined;
}

export function parseOptions(command: 'postmap' | 'postalias', args: readonly string[]): ParsedOptions {
  const draft: Draft = { flags: new Set(), duplicates: 'warn', tables: [] };
  const refusal = readOptions(draft, command, args);
  if (refusal !== undefined) return { ok: false, ...refusal };
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
