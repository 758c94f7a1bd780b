/** postconf(1): reads and edits the files themselves, so it needs no running sandbox. */
import { runPostconf } from '../../config/postconf.ts';
import { printResult, type Context } from '../context.ts';

export async function run(context: Context, args: readonly string[]): Promise<number> {
  return printResult(context, await runPostconf(args, { configDir: context.folders.configDir }));
}
