/** postqueue(1), and mailq(1), which is `postqueue -p`. Usage errors end with 69, as Postfix's do. */
import { isQueueId } from '../../mail/queue-id.ts';
import { getopt } from '../../util/getopt.ts';
import { CommandError, EX_UNAVAILABLE, withConnection, type Connection, type Context } from '../context.ts';
import { isDestination, isFlushable } from './flush-destination.ts';
import { listQueue, listQueueAsJson } from './queue-listing.ts';

const USAGE = 'usage: postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p | postqueue -s site';
const DOWN = 'Mail system is down -- accessing queue directly';
const MOST_ENTRIES = 100_000;

type Order =
  | { readonly kind: 'list'; readonly asJson: boolean }
  | { readonly kind: 'flush' }
  | { readonly kind: 'flush-id'; readonly id: string }
  | { readonly kind: 'flush-site'; readonly site: string };

const fatal = (message: string) => new CommandError(`fatal: ${message}`, EX_UNAVAILABLE);

function parse(context: Context, args: readonly string[]): Order {
  const { items, rest } = getopt(args, 'c:fi:jps:v');
  const orders: Order[] = [];
  for (const item of items) {
    if (item.kind === 'bad') {
      context.err(`postqueue: ${item.message}\n`);
      throw fatal(USAGE);
    }
    if (item.letter === 'p' || item.letter === 'j')
      orders.push({ kind: 'list', asJson: item.letter === 'j' });
    if (item.letter === 'f') orders.push({ kind: 'flush' });
    if (item.letter === 'i') orders.push({ kind: 'flush-id', id: item.value });
    if (item.letter === 's') orders.push({ kind: 'flush-site', site: item.value });
  }
  const [order] = orders;
  if (order === undefined || orders.length > 1 || rest.length > 0) throw fatal(USAGE);
  return order;
}

async function list(context: Context, connection: Connection, asJson: boolean): Promise<void> {
  const { client } = connection;
  if (!connection.isRunning) {
    const why = context.hasRun() ? 'Connection refused' : 'No such file or directory';
    const { expanded } = await client.config.parameter({ name: 'mail_name' });
    context.err(`postqueue: warning: ${DOWN} (Connect to the ${expanded} showq service: ${why})\n`);
  }
  const { entries } = await client.queue.list({ limit: MOST_ENTRIES });
  if (asJson) {
    context.out(listQueueAsJson(entries));
    return;
  }
  const { expanded } = await client.config.parameter({ name: 'enable_long_queue_ids' });
  context.out(listQueue(entries, expanded === 'yes'));
}

async function flush(context: Context, connection: Connection, order: Order): Promise<void> {
  const { client, isRunning } = connection;
  if (order.kind === 'flush-id' && !isQueueId(order.id)) {
    throw fatal(`Cannot flush queue ID - invalid name: "${order.id}"`);
  }
  if (order.kind === 'flush-site' && !isDestination(order.site)) {
    throw fatal(`Cannot flush mail queue - invalid destination: "${order.site}"`);
  }
  if (order.kind === 'flush-site' && !(await isFlushable(client, order.site))) {
    throw fatal(`Flush service is not configured for destination "${order.site}"`);
  }
  if (!isRunning) {
    if (!context.hasRun()) {
      context.err('postqueue: warning: unable to look up public/qmgr: No such file or directory\n');
    }
    throw fatal('Cannot flush mail queue - mail system is down');
  }
  await client.queue.act({
    action: 'flush',
    ids: order.kind === 'flush-id' ? [order.id] : 'ALL',
    ...(order.kind === 'flush-site' ? { site: order.site } : {}),
  });
}

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const order = parse(context, args);
  await withConnection(context, (connection) =>
    order.kind === 'list' ? list(context, connection, order.asJson) : flush(context, connection, order),
  );
  return 0;
}
