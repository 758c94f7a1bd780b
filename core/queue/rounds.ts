/** Ends attempts, or parts of them: makes the settlement, stores it, and says what follows. */
import type { NewMessage, Outcome } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { Settlement } from '../store/store.ts';
import type { ActiveMessage } from './active-message.ts';
import type { Committer } from './committer.ts';
import type { RulesReader } from './rules.ts';
import { giveBack, hasCollected, prepareEnd, preparePart, takeCollected, type Prepared } from './settle.ts';
import type { QmgrDependencies } from './world.ts';

/** How long a message waits when making its notices or forwards went wrong. */
const TROUBLE_WAIT_MS = 10_000;

export interface Rounds {
  /** Stores what came in so far, while other deliveries of the message go on. */
  storePart(active: ActiveMessage): Promise<void>;
  /** Every recipient was tried: the message is removed, deferred or given up. */
  finish(active: ActiveMessage): Promise<void>;
}

export function createRounds(
  dependencies: QmgrDependencies & {
    readonly rules: RulesReader;
    readonly committer: Committer;
    readonly onCreated: (
      messages: readonly NewMessage[],
      expanded: ReadonlyMap<QueueId, readonly Outcome[]>,
    ) => void;
    readonly onFinished: (active: ActiveMessage, next: Settlement['next']) => void;
  },
): Rounds {
  const { clock, log, onChange, rules, committer, onCreated, onFinished } = dependencies;

  /** One thing after the other for each message. Trouble in preparing it (never the agents') is tried again. */
  function inOrder(active: ActiveMessage, step: () => Promise<void>, again: () => void): Promise<void> {
    const run = async () => {
      try {
        await step();
      } catch (error) {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        log('qmgr').error(`${active.message.queueId}: ${text}`);
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
    const { world, schedule } = rules.last();
    const taken = takeCollected(active);
    let prepared: Prepared;
    try {
      prepared = await prepare(dependencies, { world, schedule, active, taken });
    } catch (error) {
      giveBack(active, taken);
      throw error;
    }
    if (!(await committer.commit(prepared.settlement))) return undefined;
    const { created, expanded, settlement } = prepared;
    onChange({
      changed: [active.message.messageId],
      arrived: created.map((m) => m.messageId),
      outcomes: settlement.outcomes,
    });
    if (created.length > 0) onCreated(created, expanded);
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
      onFinished(active, settlement.next);
    };
    return inOrder(active, step, () => void finish(active));
  }

  return { storePart, finish };
}
