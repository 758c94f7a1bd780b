/** What every program of Postfix does first: it reads main.cf, and says in its own name what is wrong with that. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { startProgram } from '../../config/check.ts';
import type { Context } from '../context.ts';

/**
 * False: the program cannot start, which has been said. A folder without any configuration is fine: the command writes
 * the first one, or does without; unless the folder was named for it (-c).
 */
export function startsWell(context: Context, program: string, isNamed = false): boolean {
  const { configDir } = context.folders;
  const isNew = !['main.cf', 'master.cf'].some((name) => existsSync(path.join(configDir, name)));
  if (!isNamed && isNew) return true;
  const { lines, scope } = startProgram(program, configDir);
  context.err(lines.map((line) => `${line}\n`).join(''));
  return scope !== undefined;
}
