/** Runs one operation on the open transaction: the writer's table of contents. */
import { assertNever } from '../../util/assert-never.ts';
import type { Connection } from '../database.ts';
import type { ByteReader, Operation } from '../wire.ts';
import { createAccept } from './accept.ts';
import { createCounters } from './counters.ts';
import { createStoreDigest, type StoreDigest } from './digests.ts';
import { createMarks } from './marks.ts';
import { createQueueOrders } from './queue-orders.ts';
import { createSettle } from './settle.ts';
import { createSideWrites } from './side.ts';

/** An operation with its bytes at hand: may be run again after a rollback. */
export type Prepared = () => unknown;

export interface OperationRunner {
  prepare(operation: Operation, bytes: ByteReader): Prepared;
  readonly storeDigest: StoreDigest;
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

  function prepare({ name, body }: Operation, bytes: ByteReader): Prepared {
    switch (name) {
      case 'accept': {
        const messages = body.messages.map((m) => bytes.message(m));
        return () => {
          for (const message of messages) accept(message, null);
          return null;
        };
      }
      case 'settle': {
        const create = body.settlement.create.map((m) => bytes.message(m));
        return () => {
          settle({ ...body.settlement, create });
          return null;
        };
      }
      case 'move':
        return () => orders.move(body);
      case 'remove':
        return () => orders.remove(body);
      case 'makeDue':
        return () => orders.makeDue(body);
      case 'expire':
        return () => orders.expire(body);
      case 'mark':
        return () => marks.mark(body);
      case 'bin':
        return () => marks.bin(body);
      case 'restore':
        return () => marks.restore(body);
      case 'purge':
        return () => marks.purge(body);
      case 'refuse':
        return () => side.refuse(body);
      case 'addUser':
        return () => side.addUser(body);
      case 'removeUser':
        return () => side.removeUser(body);
      case 'replaceTable':
        return () => side.replaceTable(body);
      case 'addRevision':
        return () => side.addRevision(body);
      default:
        return assertNever(name);
    }
  }
  return {
    prepare,
    storeDigest: createStoreDigest(db),
    flush: () => {
      counters.flush();
    },
    forget: () => {
      counters.forget();
    },
  };
}
