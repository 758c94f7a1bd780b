/** What postqueue(1) and postsuper(1) order: flush, hold, release, requeue, delete, expire. */
import { mailDate } from '../mail/header-date.ts';
import type { NewMessage, QueuedMessage, QueueName, Submission } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { ActiveMessage } from './active-message.ts';
import { deliveredForm } from './content.ts';
import { quoteAddress } from './own-outcomes.ts';
import { formatPostcat, type PostcatParts } from './postcat.ts';
import type { Refill } from './refill.ts';
import type { QmgrDependencies } from './world.ts';

export type Ids = readonly QueueId[] | 'ALL';

export interface QueueOperations {
  /**
   * postqueue -f, -i, -s: tries deferred mail now, also what defer_transports holds back. `site` limits it to
   * messages with a recipient in that domain. Answers what is tried.
   */
  flush(ids: Ids, options?: { readonly site?: string }): Promise<readonly QueueId[]>;
  /** postsuper -h. What an agent has already is held when its attempt ends. */
  hold(ids: Ids, options?: FromQueue): Promise<readonly QueueId[]>;
  /** postsuper -H: to the deferred queue, where the next queue run finds it. */
  release(ids: Ids): Promise<readonly QueueId[]>;
  /** postsuper -r: through cleanup again, under a new queue id. */
  requeue(ids: Ids, options?: FromQueue): Promise<readonly QueueId[]>;
  /** postsuper -d. */
  remove(ids: Ids, options?: FromQueue): Promise<readonly QueueId[]>;
  /** postsuper -e, or with `release` -f: returned to the sender at the next attempt. */
  expire(ids: Ids, options?: FromQueue): Promise<readonly QueueId[]>;
  /** postcat -q; undefined when there is no such message. */
  cat(queueId: QueueId, parts: PostcatParts): string | undefined;
}

export interface FromQueue {
  readonly from?: QueueName;
}

interface OperationsDependencies extends QmgrDependencies {
  readonly activeMessages: Map<QueueId, ActiveMessage>;
  readonly refill: Refill;
  readonly nextRunAt: () => number;
  readonly notify: (messages: readonly NewMessage[]) => void;
}

const PAGE = 1000;
const ALL_QUEUES: readonly QueueName[] = ['incoming', 'deferred', 'hold'];

function isForSite(message: QueuedMessage, site: string): boolean {
  const wanted = site.toLowerCase();
  return message.recipients.some(({ address }) => address.toLowerCase().endsWith(`@${wanted}`));
}

export function createOperations(dependencies: OperationsDependencies): QueueOperations {
  const { store, world, intake, log, clock, onChange, activeMessages, refill } = dependencies;

  function stored(queues: readonly QueueName[]): readonly QueuedMessage[] {
    const found: QueuedMessage[] = [];
    for (const queue of queues) {
      let after: QueueId | undefined;
      for (;;) {
        const page = store.list({ queue, limit: PAGE, ...(after === undefined ? {} : { after }) });
        found.push(...page);
        after = page.at(-1)?.queueId;
        if (page.length < PAGE) break;
      }
    }
    return found;
  }

  /** The messages of the memory that an order is about. */
  function activeOnes(ids: Ids, from: QueueName | undefined): readonly ActiveMessage[] {
    if (from !== undefined && from !== 'active') return [];
    if (ids === 'ALL') return [...activeMessages.values()];
    return ids.flatMap((id) => activeMessages.get(id) ?? []);
  }

  /** Takes a message out of the active queue, unless an agent has a part of it. */
  function withdraw(active: ActiveMessage): boolean {
    if (active.running > 0 || active.isFinished || active.outcomes.length > 0) return false;
    active.isWithdrawn = true;
    activeMessages.delete(active.message.queueId);
    return true;
  }

  /** What can be done to the store at once; the rest carries the order until its attempt ends. */
  function withoutBusy(ids: Ids, from: QueueName | undefined, order: 'hold' | 'delete') {
    const busy: QueueId[] = [];
    for (const active of activeOnes(ids, from)) {
      if (withdraw(active)) continue;
      active.order = order;
      busy.push(active.message.queueId);
    }
    const isBusy = new Set(busy);
    const all =
      ids === 'ALL' && busy.length > 0 ? stored(from === undefined ? ALL_QUEUES : [from]) : undefined;
    const free: Ids = ids === 'ALL' ? (all?.map((m) => m.queueId) ?? 'ALL') : ids;
    return { busy, free: free === 'ALL' ? free : free.filter((id) => !isBusy.has(id)) };
  }

  /** An active message is in its old queue for the store: only the other queues' names mean anything there. */
  const storedFrom = (from: QueueName | undefined) =>
    from === undefined || from === 'active' ? {} : { from };

  function changed(ids: readonly QueueId[]): readonly QueueId[] {
    const messageIds = ids.flatMap((id) => store.load(id)?.messageId ?? []);
    onChange({ changed: messageIds, arrived: [] });
    return ids;
  }

  function resubmission(message: QueuedMessage): Submission | undefined {
    const content = store.content(message.messageId);
    if (content === undefined) return undefined;
    const { config } = world();
    const numbers = intake.allocate();
    const head =
      `Received: by ${config.get('myhostname')} (${config.get('mail_name')}, from userid ${process.getuid?.() ?? 0})\n` +
      `\tid ${numbers.queueId}; ${mailDate(numbers.arrivedAt)}\n`;
    return {
      ...numbers,
      origin: 'requeue',
      client: message.client,
      sender: message.sender,
      recipients: message.recipients.map(({ address, originalAddress, notify, orcpt }) => ({
        address,
        originalAddress,
        notify,
        orcpt,
      })),
      ret: message.ret,
      envid: message.envid,
      smtputf8: message.smtputf8,
      is8bit: message.encoding === '8bit',
      raw: deliveredForm(content),
      head,
      rewriteContext: 'local',
      skip: {},
      orders: {},
      verify: message.verify,
      journey: [
        {
          at: numbers.arrivedAt,
          program: 'postsuper',
          verdict: 'info',
          what: `requeued: it was ${message.queueId}`,
        },
      ],
    };
  }

  async function requeueOne(id: QueueId): Promise<boolean> {
    const active = activeMessages.get(id);
    if (active !== undefined && !withdraw(active)) return false;
    const message = store.load(id);
    const submission = message === undefined ? undefined : resubmission(message);
    if (message === undefined || submission === undefined) return false;
    log('pickup').info(
      `${submission.queueId}: uid=${process.getuid?.() ?? 0} from=<${quoteAddress(message.sender)}> orig_id=${id}`,
    );
    const outcome = await world().cleanup.prepare(submission);
    if (outcome.kind === 'refused') {
      log('pickup').warning(`${id}: not requeued: ${outcome.reason}`);
      refill.scan();
      return false;
    }
    const create = outcome.kind === 'queued' ? [outcome.message] : [];
    await store.settle({
      queueId: id,
      messageId: message.messageId,
      outcomes: [],
      mailboxDeliveries: [],
      create,
      journey: [
        { at: clock.now(), program: 'postsuper', verdict: 'info', what: `requeued as ${submission.queueId}` },
      ],
      doneRecipients: message.recipients.map((r) => r.index),
      deferredRecipients: [],
      next: { kind: 'removed' },
    });
    onChange({ changed: [message.messageId], arrived: create.map((m) => m.messageId) });
    dependencies.notify(create);
    return true;
  }

  return {
    async flush(ids, options = {}) {
      const { site } = options;
      const chosen =
        site === undefined
          ? ids
          : stored(['deferred'])
              .filter((m) => isForSite(m, site))
              .map((m) => m.queueId);
      const due = await store.makeDue(chosen, clock.now());
      refill.scan(due);
      return due;
    },
    async hold(ids, { from } = {}) {
      const { busy, free } = withoutBusy(ids, from, 'hold');
      const moved = await store.move(free, 'hold', { ...storedFrom(from), reason: 'postsuper -h' });
      return changed([...busy, ...moved]);
    },
    async release(ids) {
      const at = dependencies.nextRunAt();
      const moved = await store.move(ids, 'deferred', { from: 'hold', nextAttemptAt: at });
      refill.wakeAt(at);
      return changed(moved);
    },
    async requeue(ids, { from } = {}) {
      const chosen =
        ids === 'ALL' ? stored(from === undefined ? ALL_QUEUES : [from]).map((m) => m.queueId) : ids;
      const done: QueueId[] = [];
      for (const id of chosen) if (await requeueOne(id)) done.push(id);
      return done;
    },
    async remove(ids, { from } = {}) {
      const before = ids === 'ALL' ? [] : ids.flatMap((id) => store.load(id)?.messageId ?? []);
      const { busy, free } = withoutBusy(ids, from, 'delete');
      const removed = await store.remove(free, storedFrom(from));
      onChange({ changed: before, arrived: [] });
      return [...busy, ...removed];
    },
    async expire(ids, { from } = {}) {
      for (const active of activeOnes(ids, from)) active.message = { ...active.message, forcedExpire: true };
      return changed(await store.expire(ids, storedFrom(from)));
    },
    cat(queueId, parts) {
      const active = activeMessages.get(queueId);
      const message = store.load(queueId);
      const content = message === undefined ? undefined : store.content(message.messageId);
      if (message === undefined || content === undefined) return undefined;
      const shown: QueuedMessage = active === undefined ? message : { ...message, queue: 'active' };
      return formatPostcat(shown, content, parts);
    },
  };
}
