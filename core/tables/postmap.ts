/**
 * postmap(1), postalias(1) and newaliases(1): build, list, query and change lookup tables. Indexed tables go to the
 * sandbox's store under their type and source path; the messages are Postfix's, file names of databases included.
 *
 * Exit status 0, or 1 for a key that was not found and for everything that went wrong. Bad lines of a source are
 * warned about and left out. Other options than Postfix's own (-n, -N, -o, -p, -u, -U, -v) are accepted and change
 * nothing: they are about file formats and permissions that do not exist here.
 */
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { CommandResult } from '../util/command-result.ts';
import { build, runRemove } from './postmap-build.ts';
import type { PostmapOptions } from './postmap-options.ts';
import { parseOptions } from './postmap-options.ts';
import { runList, runQueries, runQuery } from './postmap-query.ts';
import type { PostmapDependencies, Run } from './postmap-run.ts';
import { Fatal, tableName } from './postmap-run.ts';
import { splitWords } from './words.ts';

export type { PostmapDependencies } from './postmap-run.ts';
export type PostmapCommand = 'postmap' | 'postalias' | 'newaliases';

async function execute(run: Run): Promise<number> {
  const { query, remove, lists, tables } = run.options;
  if (remove !== undefined) return runRemove(run, remove);
  if (query !== undefined) return query === '-' ? runQueries(run) : runQuery(run, query);
  if (lists) return runList(run);
  for (const argument of tables) await build(run, tableName(run, argument));
  return 0;
}

/** What newaliases(1) is: postalias for each table of alias_database. */
function newaliasesArguments(args: readonly string[], config: Config): readonly string[] | undefined {
  const tables = splitWords(config.get('alias_database'));
  if (tables.length === 0) return undefined;
  return [...args.filter((word) => word.startsWith('-v')), ...tables];
}

/** The folder that `-c` names, before the configuration is read. */
function configOf(deps: PostmapDependencies, directory: string | undefined): Config {
  if (directory !== undefined && directory !== deps.configDir) return loadConfig(directory);
  return deps.config ?? loadConfig(deps.configDir);
}

/**
 * Runs one of the three commands.
 * @param args the words after the command's name
 * @param stdin for `-i` and `-q -`, `-d -`
 */
export async function runPostmap(
  command: PostmapCommand,
  args: readonly string[],
  stdin: string | undefined,
  deps: PostmapDependencies,
): Promise<CommandResult> {
  const program = command === 'postmap' ? 'postmap' : 'postalias';
  const log = deps.log(program);
  let stdout = '';
  let stderr = '';
  const complain = (severity: 'warning' | 'fatal', text: string): void => {
    stderr += `${program}: ${severity}: ${text}\n`;
    log[severity](text);
  };

  async function start(options: PostmapOptions, config: Config): Promise<number> {
    return execute({
      command: program,
      options,
      config,
      deps,
      stdin: stdin ?? '',
      now: () => deps.clock.now(),
      out: (line) => {
        stdout += `${line}\n`;
      },
      warn: (text) => {
        complain('warning', text);
      },
    });
  }

  async function run(): Promise<number> {
    const config = command === 'newaliases' ? configOf(deps, undefined) : undefined;
    const words = config === undefined ? args : newaliasesArguments(args, config);
    if (words === undefined) return 0;
    const parsed = parseOptions(program, words);
    if (!parsed.ok) {
      if (parsed.complaint !== undefined) stderr += `${program}: ${parsed.complaint}\n`;
      throw new Fatal(parsed.fatal);
    }
    return start(parsed.options, config ?? configOf(deps, parsed.options.configDir));
  }

  try {
    const exit = await run();
    return { exit, stdout, stderr };
  } catch (error) {
    if (!(error instanceof Fatal) && !(error instanceof ConfigError)) throw error;
    complain('fatal', error.message);
    return { exit: 1, stdout, stderr };
  }
}
