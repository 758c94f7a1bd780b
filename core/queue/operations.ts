/** What postqueue(1) and postsuper(1) order: flush, hold, release, requeue, delete, expire. */
import type { NewMessage, QueuedMessage, QueueName } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { RemovedEntry } from '../store/store.ts';
import type { ActiveMessage, StandingOrder } from './active-message.ts';
import { formatPostcat, type PostcatParts } from './postcat.ts';
import type { Refill } from './refill.ts';
import { requeue } from './requeue.ts';
import type { QmgrDependencies } from './world.ts';

export type Ids = readonly QueueId[] | 'ALL';

export interface FromQueue {
  readonly from?: QueueName;
}

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
  /** Takes back what `remove` did: the messages are in the queue as they were. */
  putBack(entries: readonly RemovedEntry[]): Promise<readonly QueueId[]>;
  /** Returns them to the sender now: expired by force, and tried at once. Held ones are let go. */
  bounce(ids: Ids, options?: FromQueue): Promise<readonly QueueId[]>;
  /** Deferred messages are tried at this time (ms since the epoch) and not before. */
  tryAt(ids: Ids, at: number): Promise<readonly QueueId[]>;
  /** postsuper -e: returned to the sender at the next attempt. */
  expire(ids: Ids, options?: FromQueue): Promise<readonly QueueId[]>;
  /** postcat -q; undefined when there is no such message. */
  cat(queueId: QueueId, parts: PostcatParts): string | undefined;
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
  const wanted = `@${site.toLowerCase()}`;
  return message.recipients.some(({ address }) => address.toLowerCase().endsWith(wanted));
}

/** An active message is in its old queue for the store: only the other queues' names mean anything there. */
const storedFrom = (from: QueueName | undefined): FromQueue =>
  from === undefined || from === 'active' ? {} : { from };

/** Picks the messages that an order is about, in the store and in memory. */
function createChoice({ store, activeMessages }: Pick<OperationsDependencies, 'store' | 'activeMessages'>) {
  function stored(from: QueueName | undefined): readonly QueuedMessage[] {
    const found: QueuedMessage[] = [];
    for (const queue of from === undefined ? ALL_QUEUES : [from]) {
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

  function active(ids: Ids, from: QueueName | undefined): readonly ActiveMessage[] {
    if (from !== undefined && from !== 'active') return [];
    if (ids === 'ALL') return [...activeMessages.values()];
    return ids.flatMap((id) => activeMessages.get(id) ?? []);
  }

  /** Takes a message out of the active queue, unless an agent has a part of it. */
  function withdraw(message: ActiveMessage): boolean {
    if (message.running > 0 || message.isFinished || message.outcomes.length > 0) return false;
    message.isWithdrawn = true;
    activeMessages.delete(message.message.queueId);
    return true;
  }

  /** What can be done to the store at once; the rest carries the order until its attempt ends. */
  function split(ids: Ids, from: QueueName | undefined, order: StandingOrder) {
    const busy = new Set<QueueId>();
    const withdrawn: QueueId[] = [];
    for (const one of active(ids, from)) {
      const { queueId } = one.message;
      if (withdraw(one)) {
        withdrawn.push(queueId);
        continue;
      }
      one.order = order;
      busy.add(queueId);
    }
    // The store has active messages in their old queue, with others that are not meant.
    if (from === 'active') return { busy: [...busy], free: withdrawn };
    const all = ids === 'ALL' && busy.size > 0 ? stored(from).map((m) => m.queueId) : ids;
    return { busy: [...busy], free: all === 'ALL' ? all : all.filter((id) => !busy.has(id)) };
  }

  /** The ids that an order about the active queue means: the store cannot tell those. */
  const within = (ids: Ids, from: QueueName | undefined): Ids =>
    from === 'active' ? active(ids, from).map((one) => one.message.queueId) : ids;

  return { stored, active, within, withdraw, split };
}

export function createOperations(dependencies: OperationsDependencies): QueueOperations {
  const { store, clock, onChange, activeMessages, refill } = dependencies;
  const choice = createChoice(dependencies);

  function changed(ids: readonly QueueId[]): readonly QueueId[] {
    onChange({ changed: ids.flatMap((id) => store.load(id)?.messageId ?? []), arrived: [] });
    return ids;
  }

  async function requeueOne(id: QueueId): Promise<boolean> {
    const active = activeMessages.get(id);
    if (active !== undefined && !choice.withdraw(active)) return false;
    const created = await requeue(dependencies, id);
    if (created === undefined) refill.scan();
    else dependencies.notify(created);
    return created !== undefined;
  }

  return {
    async flush(ids, { site } = {}) {
      const isAsked = (m: QueuedMessage) => site === undefined || isForSite(m, site);
      const chosen =
        site === undefined
          ? ids
          : choice
              .stored('deferred')
              .filter(isAsked)
              .map((m) => m.queueId);
      const due = await store.makeDue(chosen, clock.now());
      refill.scan(due);
      return due;
    },
    async hold(ids, { from } = {}) {
      const { busy, free } = choice.split(ids, from, 'hold');
      const moved = await store.move(free, 'hold', { ...storedFrom(from), reason: 'postsuper -h' });
      return changed([...busy, ...moved]);
    },
    async release(ids) {
      const nextAttemptAt = dependencies.nextRunAt();
      const moved = await store.move(ids, 'deferred', { from: 'hold', nextAttemptAt });
      refill.wakeAt(nextAttemptAt);
      return changed(moved);
    },
    async requeue(ids, { from } = {}) {
      const meant = choice.within(ids, from);
      const chosen = meant === 'ALL' ? choice.stored(from).map((m) => m.queueId) : meant;
      const done: QueueId[] = [];
      for (const id of chosen) if (await requeueOne(id)) done.push(id);
      return done;
    },
    async remove(ids, { from } = {}) {
      const before = ids === 'ALL' ? [] : ids.flatMap((id) => store.load(id)?.messageId ?? []);
      const { busy, free } = choice.split(ids, from, 'delete');
      const removed = await store.remove(free, storedFrom(from));
      onChange({ changed: before, arrived: [] });
      return [...busy, ...removed];
    },
    async putBack(entries) {
      const back = await store.putBack(entries);
      refill.scan();
      return changed(back);
    },
    async bounce(ids, { from } = {}) {
      for (const active of choice.active(ids, from)) {
        active.message = { ...active.message, forcedExpire: true };
      }
      const marked = await store.expire(ids, storedFrom(from));
      await store.move(marked, 'deferred', { from: 'hold', nextAttemptAt: clock.now() });
      refill.scan();
      return changed(marked);
    },
    async tryAt(ids, at) {
      const moved = await store.makeDue(ids, at);
      refill.wakeAt(at);
      return changed(moved);
    },
    async expire(ids, { from } = {}) {
      for (const active of choice.active(ids, from)) {
        active.message = { ...active.message, forcedExpire: true };
      }
      return changed(await store.expire(choice.within(ids, from), storedFrom(from)));
    },
    cat(queueId, parts) {
      const message = store.load(queueId);
      const content = message === undefined ? undefined : store.content(message.messageId);
      if (message === undefined || content === undefined) return undefined;
      const isActive = activeMessages.has(queueId);
      return formatPostcat(isActive ? { ...message, queue: 'active' } : message, content, parts);
    },
  };
}
