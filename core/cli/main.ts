/** Finds the command in the words it was called with, and runs it. */
import { basename, dirname } from 'node:path';
import { COMMANDS, helpText, type Command } from './commands.ts';
import type { Context } from './context.ts';
import { createContext } from './create-context.ts';
import { getopt } from '../util/getopt.ts';
import { parseGlobals, takeOwnGlobals, type GlobalOptions } from './globals.ts';
import { tellFailure } from './failure.ts';

const EX_USAGE = 64;

interface Call {
  readonly name: string;
  readonly command: Command;
  readonly args: readonly string[];
  readonly options: GlobalOptions;
  /** The command's own -c names a folder, which has to hold a main.cf; here are those that would be used without it. */
  readonly instead?: GlobalOptions;
}

/** Postfix's commands name the configuration folder among their own options. */
function withPostfixConfig(options: GlobalOptions, command: Command, args: readonly string[]): GlobalOptions {
  if (command.postfix === undefined) return options;
  const { letters, configLetter } = command.postfix;
  const { items } = getopt(args, letters);
  const found = items.find((item) => item.kind === 'option' && item.letter === configLetter);
  if (found?.kind !== 'option') return options;
  const { value } = found;
  const isFile = configLetter === 'C' && basename(value) === 'main.cf';
  return { ...options, configDir: isFile ? dirname(value) : value };
}

/** Our own commands take the global options behind their name as well. */
function prepare(name: string, command: Command, args: readonly string[], options: GlobalOptions): Call {
  if (command.postfix !== undefined) {
    const own = withPostfixConfig(options, command, args);
    return { name, command, args, options: own, ...(own === options ? {} : { instead: options }) };
  }
  const taken = takeOwnGlobals(args);
  return { name, command, args: taken.rest, options: { ...options, ...taken.options } };
}

async function unknown(word: string): Promise<number> {
  const { suggest } = await import('./suggest.ts');
  const near = suggest(word, Object.keys(COMMANDS));
  const hint = near === undefined ? 'see "sandpost --help"' : `did you mean "sandpost ${near}"?`;
  process.stderr.write(`sandpost: unknown command "${word}"; ${hint}\n`);
  return EX_USAGE;
}

/** sendmail -C: not everybody may name any configuration. */
async function checkNamed(name: string, context: Context, instead: GlobalOptions): Promise<void> {
  if (name !== 'sendmail' || context.actor.isOwner) return;
  const { refuseAlternate } = await import('./postfix/alternate-config.ts');
  refuseAlternate(context.folders.configDir, createContext(instead).folders.configDir, context.err);
}

async function execute({ name, command, args, options, instead }: Call): Promise<number> {
  if (args[0] === '--help') {
    process.stdout.write(command.help);
    return 0;
  }
  let context: Context | undefined;
  try {
    context = createContext(options);
    if (instead !== undefined) await checkNamed(name, context, instead);
    if (command.readsMainCf !== undefined) {
      const { startsWell } = await import('./postfix/program-start.ts');
      if (!startsWell(context, name, instead !== undefined)) return command.readsMainCf.exit;
    }
    const run = await command.load();
    return await run(context, args);
  } catch (error) {
    return tellFailure(error, { program: programOf(name, args), isPostfix: command.postfix !== undefined });
  }
}

/** mailq and the queue options of sendmail are postqueue, newaliases is postalias: so their messages say. */
function programOf(name: string, args: readonly string[]): string {
  const [first = ''] = args;
  const isForQueue = name === 'sendmail' && args.length === 1 && /^-(?:bp|q(?:[RI].+)?)$/.test(first);
  if (name === 'mailq' || isForQueue) return 'postqueue';
  return name === 'newaliases' ? 'postalias' : name;
}

const commandNamed = (name: string) => (Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined);

/** What is asked for without naming a command: help, the version, or an option that there is not. */
async function withoutCommand({ options, error }: ReturnType<typeof parseGlobals>): Promise<number> {
  if (error !== undefined) {
    process.stderr.write(`sandpost: ${error}; see "sandpost --help"\n`);
    return EX_USAGE;
  }
  if (options.version) {
    process.stdout.write(`sandpost ${(await import('../engine/version.ts')).packageVersion()}\n`);
    return 0;
  }
  process.stdout.write(helpText());
  return options.help ? 0 : EX_USAGE;
}

/** `argv` as a process has it; answers the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const [, script = '', ...words] = argv;
  const calledAs = basename(script);
  const linked = commandNamed(calledAs);
  if (linked !== undefined) {
    return execute(prepare(calledAs, linked, words, { help: false, version: false }));
  }
  const globals = parseGlobals(words);
  const { options, command: name, args } = globals;
  if (name === undefined || options.version) return withoutCommand(globals);
  if (name === 'help') return withoutCommand({ ...globals, options: { ...options, help: true } });
  const command = commandNamed(name);
  if (command === undefined) return unknown(name);
  return execute(prepare(name, command, options.help ? ['--help'] : args, options));
}
