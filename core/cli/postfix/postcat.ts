/** postcat(1): the queue file of a message, by queue id. Queue files are rows here, so a path names none. */
import { existsSync } from 'node:fs';
import { ORPCError } from '@orpc/client';
import { isQueueId } from '../../mail/queue-id.ts';
import { getopt } from '../../util/getopt.ts';
import { CommandError, withConnection, type Context } from '../context.ts';

const USAGE =
  'usage: postcat [-b (body text)] [-c config_dir] [-d (decimal record type)] [-e (envelope records)] [-h (header text)] [-q (access queue)] [-v] [file(s)...]';

const fatal = (message: string) => new CommandError(`fatal: ${message}`, 1);
const isMissing = (error: unknown) => error instanceof ORPCError && error.code === 'NOT_FOUND';

function parse(context: Context, args: readonly string[]) {
  const { items, rest } = getopt(args, 'bc:defhnoqrsv');
  const letters = new Set<string>();
  for (const item of items) {
    if (item.kind === 'bad') {
      context.err(`postcat: ${item.message}\n`);
      throw fatal(USAGE);
    }
    letters.add(item.letter);
  }
  const chosen = ['e', 'h', 'b'].filter((letter) => letters.has(letter));
  const wants = (letter: string) => chosen.length === 0 || chosen.includes(letter);
  return {
    names: rest,
    byQueueId: letters.has('q'),
    what: { envelope: wants('e'), header: wants('h'), body: wants('b') },
  };
}

/** Messages are rows of the database: no file can be one. */
function refuseFile(context: Context, name: string): void {
  if (!existsSync(name)) throw fatal(`open ${name}: No such file or directory`);
  context.err(`postcat: warning: ${name}: input is not a valid queue file\n`);
}

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { names, byQueueId, what } = parse(context, args);
  if (names.length === 0) throw fatal(USAGE);
  await withConnection(context, async ({ client }) => {
    for (const name of names) {
      if (byQueueId && !isQueueId(name)) throw fatal(`bad mail queue ID: ${name}`);
      if (!byQueueId) {
        refuseFile(context, name);
        continue;
      }
      try {
        context.out((await client.queue.cat({ queueId: name, ...what })).text);
      } catch (error) {
        if (isMissing(error)) throw fatal(`open queue file ${name}: No such file or directory`);
        throw error;
      }
    }
  });
  return 0;
}
