/** The command line of postconf(1): what it asks for, and which options exclude each other. */
import { ConfigError } from '../config.ts';

/** In the order in which Postfix names them. */
const LETTERS = 'aAbdefFhHlmMnopPtxX#';
const WITH_VALUE = 'cCoT';
const ALL_LETTERS = `${LETTERS}cCTv`;

/** What is listed or edited: one of these, -p by default. */
const SUBJECTS = 'aAbFlmMpPt';
/** At most one of each. */
const EXCLUSIVE = [SUBJECTS, 'deX#n', 'deX#o', 'efX#', 'ehHX#', 'exX#'];
/** With the first, none of the second. */
const REFUSED_WITH: readonly (readonly [string, string])[] = [
  ...['a', 'A', 'b', 'l', 'm', 't'].map((letter) => [letter, 'defhHnoxX#'] as const),
  ['F', 'dnX#'],
  ['M', 'dhHn'],
  ['P', 'dn#'],
];

const PARAMETER_CLASSES = ['builtin', 'service', 'user', 'all'] as const;
export type ParameterClass = 'builtin' | 'service' | 'user';

export interface PostconfOptions {
  readonly subject:
    | 'main'
    | 'entries'
    | 'fields'
    | 'parameters'
    | 'maps'
    | 'locks'
    | 'sasl-server'
    | 'sasl-client'
    | 'templates'
    | 'expanded-templates'
    | 'tls';
  /** -T */
  readonly tlsInformation: string | undefined;
  readonly edit: 'set' | 'comment' | 'exclude' | undefined;
  readonly showDefaults: boolean;
  readonly showNonDefault: boolean;
  readonly expand: boolean;
  readonly fold: boolean;
  readonly hideName: boolean;
  readonly hideValue: boolean;
  readonly classes: readonly ParameterClass[];
  readonly configDirectory: string | undefined;
  /** `name=value`, as given. */
  readonly overrides: readonly string[];
  readonly names: readonly string[];
}

/** A usage error: getopt's own complaint comes before Postfix's usage. */
export function usage(programName: string, complaint?: string): ConfigError {
  const lines =
    `usage: ${programName} [-a (server SASL types)] [-A (client SASL types)] [-b (bounce templates)] [-c config_dir] ` +
    '[-c param_class] [-d (parameter defaults)] [-e (edit configuration)] [-f (fold lines)] [-F (master.cf fields)] ' +
    '[-h (no names)] [-H (no values)] [-l (lock types)] [-m (map types)] [-M (master.cf)] [-n (non-default parameters)] ' +
    '[-o name=value (override parameter value)] [-p (main.cf, default)] [-P (master.cf parameters)] ' +
    '[-t (bounce templates)] [-T compile-version|run-version|public-key-algorithms] [-v (verbose)] ' +
    '[-x (expand parameter values)] [-X (exclude)] [-# (comment-out)] [name...]';
  return new ConfigError(lines, undefined, complaint === undefined ? [] : [complaint]);
}

/** Throws ConfigError for options that cannot be used, or not together. */
export function parseOptions(args: readonly string[], programName: string): PostconfOptions {
  const { letters, values, names } = readLetters(args, programName);
  const isList = ['a', 'A', 'b', 'l', 'm', 't'].some((letter) => letters.has(letter));
  if (names[0]?.includes('=') === true && !isList) letters.add('e');
  checkTogether(letters);
  return {
    subject: subjectOf(letters),
    tlsInformation: values.get('T')?.at(-1),
    edit: editOf(letters),
    showDefaults: letters.has('d'),
    showNonDefault: letters.has('n'),
    expand: letters.has('x'),
    fold: letters.has('f'),
    hideName: letters.has('h'),
    hideValue: letters.has('H'),
    classes: parseClasses(values.get('C')?.at(-1)),
    configDirectory: values.get('c')?.at(-1),
    overrides: values.get('o') ?? [],
    names,
  };
}

function editOf(letters: ReadonlySet<string>): PostconfOptions['edit'] {
  if (letters.has('e')) return 'set';
  if (letters.has('#')) return 'comment';
  return letters.has('X') ? 'exclude' : undefined;
}

interface Given {
  readonly letters: Set<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly names: readonly string[];
}

/** getopt(3): options end at the first word that is none. */
function readLetters(args: readonly string[], programName: string): Given {
  const letters = new Set<string>();
  const values = new Map<string, string[]>();
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') return { letters, values, names: args.slice(at + 1) };
    if (!word.startsWith('-') || word === '-') break;
    const flags = readWord(word, programName);
    for (const letter of flags.letters) letters.add(letter);
    if (flags.wanting === undefined) continue;
    const value = flags.attached ?? args[++at];
    if (value === undefined) throw usage(programName, `option requires an argument -- '${flags.wanting}'`);
    values.set(flags.wanting, [...(values.get(flags.wanting) ?? []), value]);
  }
  return { letters, values, names: args.slice(at) };
}

interface Flags {
  readonly letters: readonly string[];
  /** The letter that takes a value, and the value where it is attached. */
  readonly wanting?: string;
  readonly attached?: string;
}

/** `-nx`, `-ofoo=bar`, `-xo` */
function readWord(word: string, programName: string): Flags {
  const letters: string[] = [];
  for (let i = 1; i < word.length; i++) {
    const letter = word[i] ?? '';
    if (!ALL_LETTERS.includes(letter)) throw usage(programName, `invalid option -- '${letter}'`);
    letters.push(letter);
    if (!WITH_VALUE.includes(letter)) continue;
    const attached = word.slice(i + 1);
    return { letters, wanting: letter, ...(attached === '' ? {} : { attached }) };
  }
  return { letters };
}

function checkTogether(letters: ReadonlySet<string>): void {
  const listed = (set: string) =>
    LETTERS.split('')
      .filter((l) => set.includes(l) && letters.has(l))
      .map((l) => `-${l}`);
  for (const set of EXCLUSIVE) {
    const together = listed(set);
    if (together.length > 1) throw new ConfigError(`specify one of ${together.join(' ')}`);
  }
  for (const [letter, refused] of REFUSED_WITH) {
    const together = letters.has(letter) ? listed(refused) : [];
    if (together.length > 0)
      throw new ConfigError(`with option -${letter}, do not specify ${together.join(' ')}`);
  }
}

function subjectOf(letters: ReadonlySet<string>): PostconfOptions['subject'] {
  const table = {
    a: 'sasl-server',
    A: 'sasl-client',
    b: 'expanded-templates',
    F: 'fields',
    l: 'locks',
    m: 'maps',
    M: 'entries',
    P: 'parameters',
    t: 'templates',
    T: 'tls',
  } as const;
  for (const [letter, subject] of Object.entries(table)) if (letters.has(letter)) return subject;
  return 'main';
}

function parseClasses(text: string | undefined): readonly ParameterClass[] {
  const every: readonly ParameterClass[] = ['builtin', 'service', 'user'];
  if (text === undefined) return every;
  const chosen = text.split(/[, \t\r\n]+/).filter((w) => w !== '');
  for (const word of chosen)
    if (!PARAMETER_CLASSES.some((c) => c === word.toLowerCase()))
      throw new ConfigError(`unknown -C option value "${word}" in "${text}"`);
  return chosen.some((w) => w.toLowerCase() === 'all')
    ? every
    : every.filter((c) => chosen.some((w) => w.toLowerCase() === c));
}
