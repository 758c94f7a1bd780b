/**
 * qmgr(8), the queue manager: takes messages from the store (or, new ones, from memory), finds out where each
 * recipient goes, hands them to delivery agents within their limits, and stores the outcome.
 *
 * Exactly once: nothing is kept in memory that is not in the store, and everything that an attempt brought (outcomes,
 * mailbox deliveries, forwards, notices, the next state) is one transaction, `QueueStore.settle`. A process that is
 * killed starts over with what the store says. Agents' own effects outside the store may be repeated then.
 *
 * Bounded: at most qmgr_message_active_limit messages are active; the others wait in the store until there is room.
 * Bodies are read when an agent or a notice needs them. A store that cannot write (disk full) is asked again, with the
 * message still active: nothing is lost, nothing is delivered twice.
 *
 * Schedule: schedule.ts. A deferred message is tried when its time has come, not at the next scan of the deferred
 * queue; queue_run_delay counts for what postsuper -H released. Differs from Postfix: destinations have a fixed
 * concurrency limit without feedback, and messages are served first come, first served, without preemption.
 */
import type { NewMessage, Outcome, QueuedMessage } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { Settlement } from '../store/store.ts';
import { activate, collect, queuedMessageOf, type ActiveMessage } from './active-message.ts';
import { createCommitter } from './committer.ts';
import { createDispatcher } from './dispatcher.ts';
import { createListing, type QueueListing } from './listing.ts';
import { createOperations, type QueueOperations } from './operations.ts';
import { discardedResult, quoteAddress } from './own-outcomes.ts';
import { createRefill } from './refill.ts';
import { readRouteRules, routeRecipient, type Route, type RouteRules } from './route.ts';
import { nextQueueRunAt, readSchedule, type Schedule } from './schedule.ts';
import { giveBack, hasCollected, prepareEnd, preparePart, takeCollected, type Prepared } from './settle.ts';
import { createSlices } from './slices.ts';
import type { QmgrDependencies, QmgrWorld } from './world.ts';

export type { QmgrDependencies, QmgrWorld, QueueChange, QueueCleanup } from './world.ts';
export type { QueueListEntry } from './showq.ts';

export interface Qmgr extends QueueOperations, QueueListing {
  /** Takes up what is in the store and due. */
  start(): void;
  /** Starts no new delivery, and resolves when those under way are stored. */
  stop(): Promise<void>;
  /**
   * Tells of messages that are in the store since a moment ago. What there is no room for is found there later.
   * `expanded`: virtual aliases that cleanup found, whose sender wants to hear of success.
   */
  notify(messages: readonly NewMessage[], expanded?: ReadonlyMap<QueueId, readonly Outcome[]>): void;
  /** The messages being worked on. */
  active(): ReadonlySet<QueueId>;
  /** The configuration was reloaded. */
  refresh(): void;
}

/** How long a message waits when making its notices or forwards went wrong. */
const TROUBLE_WAIT_MS = 10_000;

/** May change while something is awaited. */
const isGone = (active: ActiveMessage): boolean => active.isWithdrawn;

interface Rules {
  readonly world: QmgrWorld;
  readonly schedule: Schedule;
  readonly routes: RouteRules;
  readonly activeLimit: number;
}

export function createQmgr(dependencies: QmgrDependencies): Qmgr {
  const { store, world, log, clock, onChange } = dependencies;
  const logger = log('qmgr');
  const slices = createSlices();
  const activeMessages = new Map<QueueId, ActiveMessage>();
  const startedAt = clock.now();
  let isStarted = false;
  let isStopping = false;
  let rulesNow: Rules | undefined;

  function rules(): Rules {
    const current = world();
    if (rulesNow?.world !== current) {
      const { config } = current;
      rulesNow = {
        world: current,
        schedule: readSchedule(config),
        routes: readRouteRules(config),
        activeLimit: config.integer('qmgr_message_active_limit'),
      };
    }
    return rulesNow;
  }

  const committer = createCommitter({ store, clock, log });
  const dispatcher = createDispatcher({ store, world, log, clock, slices, onAnswer });
  const refill = createRefill({
    store,
    clock,
    activeIds: () => activeMessages,
    activeLimit: () => rules().activeLimit,
    take: (message, isFlushed) => {
      take(message, { isFlushed, unreported: store.unreported(message.messageId) });
    },
  });

  function take(
    message: QueuedMessage,
    options: Pick<Parameters<typeof activate>[1], 'isFlushed' | 'unreported' | 'header'>,
  ): void {
    const active = activate(message, { ...options, activeAt: clock.now() });
    activeMessages.set(message.queueId, active);
    slices.add(() => {
      void begin(active);
    });
  }

  /** Resolves the recipients and gives them to the dispatcher. */
  async function begin(active: ActiveMessage): Promise<void> {
    if (isStopping || isGone(active)) return;
    const { message } = active;
    const { routes: routeRules, world: current } = rules();
    logger.info(
      `${message.queueId}: from=<${quoteAddress(message.sender)}>, size=${message.size}, nrcpt=${message.recipients.length} (queue active)`,
    );
    const found: (Route & { kind: 'transport' })[] = [];
    for (const recipient of message.recipients) {
      const question = { message, recipient, isFlushed: active.isFlushed, at: clock.now() };
      const route = await routeRecipient(current, routeRules, question);
      if (route.kind === 'transport') {
        active.collected.journey.push(route.journey);
        found.push(route);
      } else {
        const request = { message, activeAt: active.activeAt };
        collect(active, [recipient], discardedResult({ log, clock, world: current }, request, recipient));
      }
    }
    if (isGone(active)) return;
    dispatcher.assign(active, found, routeRules);
    if (active.pending === 0) void finish(active);
  }

  function onAnswer(active: ActiveMessage): void {
    if (active.pending === 0 && !active.isWithdrawn) {
      void finish(active);
      return;
    }
    // more answers may come in this slice; what is there after it is stored without waiting for the slow ones
    slices.afterwards(() => {
      if (active.pending > 0 && hasCollected(active)) void storePart(active);
    });
  }

  /** One thing after the other for each message. Trouble in preparing it (never the agents') is tried again. */
  function inOrder(active: ActiveMessage, step: () => Promise<void>, again: () => void): Promise<void> {
    const run = async () => {
      try {
        await step();
      } catch (error) {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        logger.error(`${active.message.queueId}: ${text}`);
        clock.schedule(clock.now() + TROUBLE_WAIT_MS, again);
      }
    };
    active.tail = active.tail === undefined ? run() : active.tail.then(run);
    return active.tail;
  }

  /** Takes what came in, makes a settlement of it and stores that; what cannot be made is given back. */
  async function storeAnswers(
    active: ActiveMessage,
    prepare: typeof prepareEnd,
  ): Promise<Settlement | undefined> {
    const { world: current, schedule } = rules();
    const taken = takeCollected(active);
    let prepared: Prepared;
    try {
      prepared = await prepare(dependencies, { world: current, schedule, active, taken });
    } catch (error) {
      giveBack(active, taken);
      throw error;
    }
    if (!(await committer.commit(prepared.settlement))) return undefined;
    const { created, expanded } = prepared;
    onChange({ changed: [active.message.messageId], arrived: created.map((m) => m.messageId) });
    if (created.length > 0) notify(created, expanded);
    return prepared.settlement;
  }

  function storePart(active: ActiveMessage): Promise<void> {
    const step = async () => {
      if (hasCollected(active)) await storeAnswers(active, preparePart);
    };
    return inOrder(active, step, () => void storePart(active));
  }

  function finish(active: ActiveMessage): Promise<void> {
    const step = async () => {
      if (active.isFinished) return;
      const settlement = await storeAnswers(active, prepareEnd);
      if (settlement === undefined) return;
      active.isFinished = true;
      const { queueId } = active.message;
      activeMessages.delete(queueId);
      if (settlement.next?.kind === 'removed') logger.info(`${queueId}: removed`);
      else if (settlement.next?.kind === 'deferred') refill.wakeAt(settlement.next.nextAttemptAt);
      refill.roomMade();
    };
    return inOrder(active, step, () => void finish(active));
  }

  const notify: Qmgr['notify'] = (messages, expanded) => {
    if (!isStarted || isStopping) return;
    for (const message of messages) {
      if (message.hold !== null || activeMessages.has(message.queueId)) continue;
      if (activeMessages.size >= rules().activeLimit) {
        refill.overflowed();
        return;
      }
      const { header } = message.content;
      const unreported = expanded?.get(message.queueId) ?? [];
      take(queuedMessageOf(message), { header, isFlushed: false, unreported });
    }
  };

  const operations = createOperations({
    ...dependencies,
    activeMessages,
    refill,
    nextRunAt: () => nextQueueRunAt(rules().schedule, startedAt, clock.now()),
    notify,
  });

  return {
    ...operations,
    ...createListing({ store, activeMessages }),
    start() {
      isStarted = true;
      refill.start();
    },
    async stop() {
      isStopping = true;
      refill.stop();
      dispatcher.stop();
      committer.stop();
      await dispatcher.idle();
      const parts = [...activeMessages.values()].filter(hasCollected).map((active) => storePart(active));
      await Promise.allSettled([...parts, ...[...activeMessages.values()].map((active) => active.tail)]);
    },
    notify,
    active: () => new Set(activeMessages.keys()),
    refresh() {
      dispatcher.refresh();
    },
  };
}
