/** postsuper(1): -d -e -f -h -H -r with a queue id, ALL, or `-` for ids on standard input. */
import { isQueueId } from '../../mail/queue-id.ts';
import type { QueueAction, QueueFolder } from '../../api/contract/queue.ts';
import { getopt } from '../getopt.ts';
import { CommandError, withConnection, type Connection, type Context } from '../context.ts';

const USAGE =
  'usage: postsuper [-c config_dir] [-d queue_id (delete)] [-e queue_id (expire)] [-f queue_id (expire, un-hold)] [-h queue_id (hold)] [-H queue_id (un-hold)] [-p (purge temporary files)] [-r queue_id (requeue)] [-s (structure fix)] [-S (redo structure fix)] [-v (verbose)] [queue...]';

interface Verb {
  readonly action: QueueAction;
  /** `ID: removed` */
  readonly done: string;
  /** `Deleted: 1 message` */
  readonly report: string;
}

/** In the order in which postsuper does and reports them. */
const VERBS: Readonly<Record<string, Verb>> = {
  r: { action: 'requeue', done: 'requeued', report: 'Requeued' },
  d: { action: 'delete', done: 'removed', report: 'Deleted' },
  h: { action: 'hold', done: 'placed on hold', report: 'Placed on hold' },
  H: { action: 'release', done: 'released from hold', report: 'Released from hold' },
  e: { action: 'expire', done: 'expired', report: 'Force-expired' },
  f: { action: 'expire', done: 'expired', report: 'Force-expired' },
};
const QUEUES: ReadonlySet<string> = new Set(['maildrop', 'incoming', 'active', 'deferred', 'hold']);

const fatal = (message: string) => new CommandError(`fatal: ${message}`, 1);

interface Orders {
  /** By option letter: the ids named, or ALL. */
  readonly byLetter: ReadonlyMap<string, readonly string[]>;
  readonly queues: readonly QueueFolder[];
}

function parse(context: Context, args: readonly string[]): Orders {
  const { items, rest } = getopt(args, 'c:d:e:f:h:H:pr:sSv');
  const byLetter = new Map<string, string[]>();
  for (const item of items) {
    if (item.kind === 'bad') {
      context.err(`postsuper: ${item.message}\n`);
      throw fatal(USAGE);
    }
    if (item.letter in VERBS) byLetter.set(item.letter, [...(byLetter.get(item.letter) ?? []), item.value]);
  }
  const unknown = rest.find((name) => !QUEUES.has(name));
  if (unknown !== undefined) throw fatal(`invalid queue name: ${unknown}`);
  return { byLetter, queues: rest as readonly QueueFolder[] };
}

/** `-` stands for the ids on standard input, one a line. */
async function expand(context: Context, ids: readonly string[]): Promise<readonly string[]> {
  if (!ids.includes('-')) return ids;
  const lines = (await context.readInput()).toString('utf8').split('\n');
  const read = lines.map((line) => line.trim()).filter((line) => line !== '');
  return ids.flatMap((id) => (id === '-' ? read : [id]));
}

async function act(
  context: Context,
  connection: Connection,
  order: { readonly verb: Verb; readonly ids: readonly string[]; readonly queues: readonly QueueFolder[] },
): Promise<readonly string[]> {
  const { verb, ids, queues } = order;
  const queueChoices = queues.length === 0 ? [undefined] : queues;
  const call = async (which: string[] | 'ALL') => {
    const changed: string[] = [];
    for (const queue of queueChoices) {
      const answer = await connection.client.queue.act({
        action: verb.action,
        ids: which,
        ...(queue === undefined ? {} : { queue }),
      });
      changed.push(...answer.changed);
    }
    return changed;
  };
  const all: string[] = [];
  const named = ids.filter((id) => id !== 'ALL');
  for (const id of named.filter((name) => !isQueueId(name))) {
    context.err(`postsuper: warning: invalid mail queue id: ${id}\n`);
  }
  const good = [...new Set(named.filter((name) => isQueueId(name)))];
  if (good.length > 0) {
    const changed = await call(good);
    for (const id of changed) context.err(`postsuper: ${id}: ${verb.done}\n`);
    all.push(...changed);
  }
  if (ids.includes('ALL')) all.push(...(await call('ALL')));
  return all;
}

export async function run(context: Context, args: readonly string[]): Promise<number> {
  if (!context.actor.isOwner) throw fatal('use of this command is reserved for the superuser');
  const { byLetter, queues } = parse(context, args);
  await withConnection(context, async (connection) => {
    const reports = new Map<string, number>();
    for (const [letter, verb] of Object.entries(VERBS)) {
      const given = byLetter.get(letter);
      if (given === undefined) continue;
      const ids = await expand(context, given);
      const changed = await act(context, connection, { verb, ids, queues });
      // -f is -e that also takes messages off hold, which an expired message cannot leave otherwise.
      if (letter === 'f' && changed.length > 0) {
        await connection.client.queue.act({ action: 'release', ids: [...changed] });
      }
      reports.set(verb.report, (reports.get(verb.report) ?? 0) + changed.length);
    }
    for (const [report, count] of reports) {
      context.err(`postsuper: ${report}: ${count} message${count === 1 ? '' : 's'}\n`);
    }
  });
  return 0;
}
