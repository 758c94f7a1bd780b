/** `sandpost user add|list|remove`: the sandbox's own users, which are not the machine's. */
import { CommandError, withConnection, type Context } from '../context.ts';
import { EX_USAGE, parseOptions, table } from '../options.ts';

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } });
  const [verb = 'list', ...names] = positionals;
  const print = (answer: unknown, text: string) => {
    context.out(values.json === true ? `${JSON.stringify(answer)}\n` : text);
  };
  if (verb === 'list') return list(context, print);
  if (verb !== 'add' && verb !== 'remove') {
    throw new CommandError(`user add NAME, user list, or user remove NAME, not "${verb}"`, EX_USAGE);
  }
  if (names.length === 0) throw new CommandError(`user ${verb} needs a name`, EX_USAGE);
  return withConnection(context, async ({ client }) => {
    let failed = 0;
    for (const name of names) {
      if (verb === 'add') {
        const answer = await client.users.add({ name });
        print(answer, answer.added ? `added ${name}\n` : `${name} is there already\n`);
      } else {
        const { removed } = await client.users.remove({ name });
        print(
          { name, removed },
          removed ? `removed ${name}; its mail stays under All mail\n` : `there is no ${name}\n`,
        );
        if (!removed) failed += 1;
      }
    }
    return failed === 0 ? 0 : 1;
  });
}

async function list(context: Context, print: (answer: unknown, text: string) => void): Promise<number> {
  return withConnection(context, async ({ client }) => {
    const answer = await client.users.list();
    const rows = answer.users.map(({ name, messages, isLogin }) => [
      name,
      `${messages} message${messages === 1 ? '' : 's'}`,
      isLogin ? '(you)' : '',
    ]);
    print(answer, table(rows));
    return 0;
  });
}
