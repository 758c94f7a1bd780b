/** Runs one operation on the open transaction: the writer's table of contents. */
import type { Connection } from '../database.ts';
import type { BaggageReader, Operation, OperationName, Operations } from '../wire.ts';
import { createAccept } from './accept.ts';
import { createCounters } from './counters.ts';
import { createDeskWrites } from './desk.ts';
import { createDnsWrites } from './dns.ts';
import { createDraftWrites } from './drafts.ts';
import { createStoreDigest, type IndexedMessage } from './digests.ts';
import { createFiling } from './filing.ts';
import { createMarks } from './marks.ts';
import { createQueueOrders } from './queue-orders.ts';
import { createSettle } from './settle.ts';
import { createSideWrites } from './side.ts';
import { createTags } from './tags.ts';

/** An operation with its baggage at hand: may be run again after a rollback. */
export type Prepared = () => unknown;

/** Takes an operation's baggage out of the batch, in order; what it answers does the work. */
type Handlers = {
  readonly [K in OperationName]: (
    body: Operations[K]['in'],
    baggage: BaggageReader,
  ) => () => Operations[K]['out'];
};

export interface OperationRunner {
  prepare(operation: Operation, baggage: BaggageReader): Prepared;
  /** Answers whether there was something to store. */
  storeDigest(message: IndexedMessage): boolean;
  /** Applies the rules to what was stored since the last time. */
  tagByRules(): void;
  /** Before the commit. */
  flush(): void;
  /** After a rollback. */
  forget(): void;
}

export function createOperationRunner(db: Connection): OperationRunner {
  const counters = createCounters(db);
  const accept = createAccept(db, counters);
  const settle = createSettle(db, counters, accept);
  const orders = createQueueOrders(db, counters);
  const marks = createMarks(db, counters);
  const side = createSideWrites(db, counters);
  const dns = createDnsWrites(db);
  const drafts = createDraftWrites(db);
  const desk = createDeskWrites(db);
  const tags = createTags(db, counters, createFiling(db, counters));
  const storeDigest = createStoreDigest(db);
  /** New messages that the rules have not seen. */
  let unruled: number[] = [];

  const handlers: Handlers = {
    accept(body, baggage) {
      const messages = body.messages.map((m) => baggage.message(m));
      return () => {
        for (const message of messages) accept(message, null);
        return null;
      };
    },
    settle(body, baggage) {
      const settlement = baggage.settlement(body.settlement);
      return () => {
        settle(settlement);
        return null;
      };
    },
    file(body, baggage) {
      const mails = body.mails.map(({ message, settlement }) => ({
        message: baggage.message(message),
        settlement: baggage.settlement(settlement),
      }));
      return () => {
        for (const { message, settlement } of mails) {
          accept(message, null);
          settle(settlement);
        }
        return null;
      };
    },
    move: (body) => () => orders.move(body),
    remove: (body) => () => orders.remove(body),
    putBack: (body) => () => orders.putBack(body),
    makeDue: (body) => () => orders.makeDue(body),
    expire: (body) => () => orders.expire(body),
    mark: (body) => () => marks.mark(body),
    bin: (body) => () => marks.bin(body),
    restore: (body) => () => marks.restore(body),
    purge: (body) => () => marks.purge(body),
    expel: (body) => () => marks.expel(body),
    tag: (body) => () => tags.change(body),
    renameTag: (body) => () => tags.rename(body),
    dropTag: (body) => () => tags.drop(body),
    putSearch: (body) => () => desk.putSearch(body),
    removeSearch: (body) => () => desk.removeSearch(body),
    putRule: (body) => () => desk.putRule(body),
    removeRule: (body) => () => desk.removeRule(body),
    putSetting: (body) => () => desk.putSetting(body),
    refuse: (body) => () => side.refuse(body),
    addUser: (body) => () => side.addUser(body),
    removeUser: (body) => () => side.removeUser(body),
    replaceTable: (body) => () => side.replaceTable(body),
    addRevision: (body) => () => side.addRevision(body),
    putDns: (body) => () => dns.put(body),
    removeDns: (body) => () => dns.remove(body),
    saveDraft: (body) => () => drafts.save(body),
    attachToDraft(body, baggage) {
      const bytes = baggage.bytes(body.size);
      return () => drafts.attach(body, bytes);
    },
    detachFromDraft: (body) => () => drafts.detach(body),
    removeDrafts: (body) => () => drafts.remove(body),
  };
  const prepare = <K extends OperationName>(name: K, body: Operations[K]['in'], baggage: BaggageReader) =>
    handlers[name](body, baggage);
  return {
    prepare: (operation, baggage) => prepare(operation.name, operation.body, baggage),
    storeDigest(message) {
      const stored = storeDigest(message);
      if (stored === 'new') {
        tags.ofNew(message);
        unruled.push(message.id);
      }
      return stored !== 'no';
    },
    tagByRules() {
      const ids = unruled;
      unruled = [];
      tags.byRules(ids);
    },
    flush: () => {
      counters.flush();
    },
    forget: () => {
      unruled = [];
      counters.forget();
    },
  };
}
