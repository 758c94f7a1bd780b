/** postsuper(1): -d -e -f -h -H -r with a queue id, ALL, or `-` for ids on standard input. */
import { isQueueId } from '../../mail/queue-id.ts';
import type { QueueAction, QueueFolder } from '../../api/contract/queue.ts';
import { getopt } from '../../util/getopt.ts';
import { CommandError, withConnection, type Connection, type Context } from '../context.ts';

const USAGE =
  'usage: postsuper [-c config_dir] [-d queue_id (delete)] [-e queue_id (expire)] [-f queue_id (expire and/or un-hold)] [-h queue_id (hold)] [-H queue_id (un-hold)] [-p (purge temporary files)] [-r queue_id (requeue)] [-s (structure fix)] [-S (redundant structure fix)][-v (verbose)] [queue...]';

interface Verb {
  readonly action: QueueAction;
  /** `ID: removed` */
  readonly done: string;
  /** `Deleted: 1 message` */
  readonly report: string;
}

const REQUEUE: Verb = { action: 'requeue', done: 'requeued', report: 'Requeued' };
const DELETE: Verb = { action: 'delete', done: 'removed', report: 'Deleted' };
const HOLD: Verb = { action: 'hold', done: 'placed on hold', report: 'Placed on hold' };
const RELEASE: Verb = { action: 'release', done: 'released from hold', report: 'Released from hold' };
const EXPIRE: Verb = { action: 'expire', done: 'expired', report: 'Force-expired' };

/** In the order in which postsuper does and reports them. */
const VERBS: Readonly<Record<string, readonly Verb[]>> = {
  r: [REQUEUE],
  d: [DELETE],
  h: [HOLD],
  e: [EXPIRE],
  f: [EXPIRE, RELEASE],
  H: [RELEASE],
};
const QUEUES: ReadonlySet<string> = new Set(['maildrop', 'incoming', 'active', 'deferred', 'hold']);
/** Postfix's queues of log files: no message is ever in one of them here. */
const LOG_QUEUES: ReadonlySet<string> = new Set(['bounce', 'defer', 'flush', 'trace']);

const fatal = (message: string) => new CommandError(`fatal: ${message}`, 1);

interface Orders {
  /** By option letter: the ids named, or ALL. */
  readonly byLetter: ReadonlyMap<string, readonly string[]>;
  /** `undefined`: all of them. */
  readonly queues: readonly (QueueFolder | undefined)[];
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
  const unknown = rest.find((name) => !QUEUES.has(name) && !LOG_QUEUES.has(name));
  if (unknown !== undefined) throw fatal(`invalid directory name: ${unknown}`);
  const named = rest.filter((name) => QUEUES.has(name)) as QueueFolder[];
  return { byLetter, queues: rest.length === 0 ? [undefined] : named };
}

interface Chosen {
  readonly isAll: boolean;
  readonly ids: readonly string[];
}

/** `-` stands for the ids on standard input, one a line; only as an argument is ALL anything but an id. */
async function choose(context: Context, given: readonly string[]): Promise<Chosen> {
  const input = given.includes('-') ? (await context.readInput()).toString('utf8') : '';
  const read = input === '' ? [] : input.replace(/\n$/, '').split('\n');
  const named = given.filter((id) => id !== 'ALL').flatMap((id) => (id === '-' ? read : [id]));
  for (const id of named.filter((name) => !isQueueId(name))) {
    context.err(`postsuper: warning: invalid mail queue id: ${id}\n`);
  }
  return { isAll: given.includes('ALL'), ids: [...new Set(named.filter((name) => isQueueId(name)))] };
}

interface Order extends Chosen {
  readonly verb: Verb;
  readonly queues: Orders['queues'];
}

/** Answers how many messages changed. */
async function act(context: Context, { client }: Connection, order: Order): Promise<number> {
  const { verb, queues } = order;
  // Only what is on hold can be released.
  const places = verb.action === 'release' ? queues.filter((name) => (name ?? 'hold') === 'hold') : queues;
  const call = async (which: string[] | 'ALL') => {
    const changed: string[] = [];
    for (const queue of places) {
      const input = { action: verb.action, ids: which, ...(queue === undefined ? {} : { queue }) };
      changed.push(...(await client.queue.act(input)).changed);
    }
    return changed;
  };
  const named = order.ids.length > 0 ? await call([...order.ids]) : [];
  for (const id of named) context.err(`postsuper: ${id}: ${verb.done}\n`);
  return named.length + (order.isAll ? (await call('ALL')).length : 0);
}

export async function run(context: Context, args: readonly string[]): Promise<number> {
  if (!context.actor.isOwner) throw fatal('use of this command is reserved for the superuser');
  const { byLetter, queues } = parse(context, args);
  if (byLetter.size === 0) return 0;
  await withConnection(context, async (connection) => {
    const reports = new Map<string, number>();
    for (const [letter, verbs] of Object.entries(VERBS)) {
      const given = byLetter.get(letter);
      if (given === undefined) continue;
      const chosen = await choose(context, given);
      for (const verb of verbs) {
        const count = await act(context, connection, { ...chosen, verb, queues });
        reports.set(verb.report, (reports.get(verb.report) ?? 0) + count);
      }
    }
    for (const [report, count] of reports) {
      context.err(`postsuper: ${report}: ${count} message${count === 1 ? '' : 's'}\n`);
    }
  });
  return 0;
}
