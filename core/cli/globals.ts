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

/** Reads options up to the first word that is none: what follows belongs to the command, dashes and all. */
export function parseGlobals(argv: readonly string[]): ParsedGlobals {
  let options: GlobalOptions = { help: false, version: false };
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (!word.startsWith('-') || word === '-') {
      return { options, command: word, args: argv.slice(index + 1) };
    }
    const [flag = '', attached] = word.startsWith('--') ? word.split(/=(.*)/s, 2) : [word];
    const name = VALUES[flag];
    if (name !== undefined) {
      const value = attached ?? argv[(index += 1)];
      if (value === undefined) return fail(options, `${flag} needs a value`);
      options = { ...options, [name]: value };
    } else if (word === '-h' || word === '--help') {
      options = { ...options, help: true };
    } else if (word === '-V' || word === '--version') {
      options = { ...options, version: true };
    } else {
      return fail(options, `unknown option ${word}`);
    }
  }
  return { options, command: undefined, args: [] };
}

function fail(options: GlobalOptions, error: string): ParsedGlobals {
  return { options, command: undefined, args: [], error };
}

/** The same options behind the name of one of our own commands; what is left is the command's. */
export function takeOwnGlobals(args: readonly string[]): {
  readonly options: Partial<GlobalOptions>;
  readonly rest: readonly string[];
} {
  let options: Partial<GlobalOptions> = {};
  const rest: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (word === '--') return { options, rest: [...rest, ...args.slice(index)] };
    const [flag = '', attached] = word.startsWith('--') ? word.split(/=(.*)/s, 2) : [word];
    const name = VALUES[flag];
    const value = name === undefined ? undefined : (attached ?? args[index + 1]);
    if (name === undefined || value === undefined) {
      rest.push(word);
      continue;
    }
    if (attached === undefined) index += 1;
    options = { ...options, [name]: value };
  }
  return { options, rest };
}
