/** The mail log and the sessions as the calls see them. */
import type { LogArea, SessionArea } from '../api/areas/log.ts';
import type { SessionRow } from '../api/contract/log.ts';
import { isQueueId } from '../mail/queue-id.ts';
import type { Store } from '../store/store.ts';
import { createLogFilter } from './log-filter.ts';
import type { LogReader } from './log-reader.ts';
import type { KeptSession, SessionKeeper } from './session-keeper.ts';

export function createLogArea(reader: LogReader, { mail }: Pick<Store, 'mail'>): LogArea {
  return {
    read: ({ from, limit }) => reader.page({ from, count: limit }),
    find: ({ after, before, limit, ...filter }) =>
      reader.find({ passes: createLogFilter(filter), after, before, limit }),
    messageOf: (queueId) => (isQueueId(queueId) ? mail.findByQueueId(queueId) : undefined),
  };
}

function toRow(session: KeptSession): SessionRow {
  const { number, at, endedAt, service, clientName, clientAddress, helo, queueIds, refusals } = session;
  return { number, at, endedAt, service, clientName, clientAddress, helo, queueIds: [...queueIds], refusals };
}

export function createSessionArea(keeper: SessionKeeper): SessionArea {
  return {
    list: (limit) => keeper.list(limit).map(toRow),
    get(number) {
      const session = keeper.get(number);
      return session === undefined ? undefined : { ...toRow(session), transcript: [...session.transcript] };
    },
  };
}
