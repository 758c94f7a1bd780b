/** Options in front of the command: which sandbox, and as whom. */
export interface GlobalOptions {
  readonly configDir?: string;
  readonly dataDir?: string;
  /** `NAME` or `NAME:UID`. */
  readonly as?: string;
  readonly help: boolean;
  readonly version: boolean;
}

export interface ParsedGlobals {
  readonly options: GlobalOptions;
  /** undefined: none was given. */
  readonly command: string | undefined;
  readonly args: readonly string[];
  readonly error?: string;
}

const VALUES: Readonly<Record<string, 'configDir' | 'dataDir' | 'as'>> = {
  '-c': 'configDir',
  '--config-dir': 'configDir',
  '--data-dir': 'dataDir',
  '--as': 'as',
};

/** A global option with a value at this place: its name, value, and how many words it took. */
function valueAt(
  words: readonly string[],
  index: number,
):
  | {
      readonly name: 'configDir' | 'dataDir' | 'as';
      readonly value: string | undefined;
      readonly took: number;
    }
  | undefined {
  const word = words[index] ?? '';
  const [flag = '', attached] = word.startsWith('--') ? word.split(/=(.*)/s, 2) : [word];
  const name = Object.hasOwn(VALUES, flag) ? VALUES[flag] : undefined;
  if (name === undefined) return undefined;
  return attached === undefined
    ? { name, value: words[index + 1], took: 2 }
    : { name, value: attached, took: 1 };
}

const SWITCHES: Readonly<Record<string, 'help' | 'version'>> = {
  '-h': 'help',
  '--help': 'help',
  '-V': 'version',
  '--version': 'version',
};

/** Reads options up to the first word that is none: what follows belongs to the command, dashes and all. */
export function parseGlobals(argv: readonly string[]): ParsedGlobals {
  let options: GlobalOptions = { help: false, version: false };
  let index = 0;
  for (let word = argv[0]; word !== undefined; word = argv[index]) {
    if (!word.startsWith('-') || word === '-') return { options, command: word, args: argv.slice(index + 1) };
    const found = valueAt(argv, index);
    const name = Object.hasOwn(SWITCHES, word) ? SWITCHES[word] : undefined;
    if (found?.value !== undefined) {
      options = { ...options, [found.name]: found.value };
    } else if (name !== undefined) {
      options = { ...options, [name]: true };
    } else {
      const error = found === undefined ? `unknown option ${word}` : `${word} needs a value`;
      return { options, command: undefined, args: [], error };
    }
    index += found?.took ?? 1;
  }
  return { options, command: undefined, args: [] };
}

/** The same options behind the name of one of our own commands; what is left is the command's. */
export function takeOwnGlobals(args: readonly string[]): {
  readonly options: Partial<GlobalOptions>;
  readonly rest: readonly string[];
} {
  let options: Partial<GlobalOptions> = {};
  const rest: string[] = [];
  for (let index = 0; index < args.length;) {
    const word = args[index] ?? '';
    if (word === '--') return { options, rest: [...rest, ...args.slice(index)] };
    const found = valueAt(args, index);
    if (found?.value === undefined) {
      rest.push(word);
      index += 1;
    } else {
      options = { ...options, [found.name]: found.value };
      index += found.took;
    }
  }
  return { options, rest };
}
