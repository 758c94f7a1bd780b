/** postmap(1), postalias(1), newaliases(1): compile text files into the sandbox's database, and look into it. */
import { printResult, withConnection, type Context, type Run } from '../context.ts';

/** Keys (-q -, -d -) or entries (-i) come from standard input. */
function readsInput(args: readonly string[]): boolean {
  return args.includes('-') || args.some((arg) => /^-[a-zA-Z]*i/.test(arg));
}

function tableCommand(command: 'postmap' | 'postalias' | 'newaliases'): Run {
  return async (context: Context, args: readonly string[]) => {
    const stdin = readsInput(args) ? (await context.readInput()).toString('utf8') : undefined;
    return withConnection(context, async ({ client }) => {
      const result = await client.tables.run({
        command,
        args: [...args],
        ...(stdin === undefined ? {} : { stdin }),
      });
      return printResult(context, result);
    });
  };
}

export const postmap = tableCommand('postmap');
export const postalias = tableCommand('postalias');
export const newaliases = tableCommand('newaliases');
