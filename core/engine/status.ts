/** The state of one sandbox in one answer: what the status bar and `sandpost status` show. */
import type { Status } from '../api/contract/sandbox.ts';
import type { Qmgr } from '../queue/qmgr.ts';
import type { Store } from '../store/store.ts';
import type { Configuration } from './configuration.ts';
import type { Rate } from './rate.ts';

export interface StatusFacts {
  readonly version: string;
  readonly startedAt: number;
  readonly configDir: string;
  readonly dataDir: string;
  readonly loginUser: string;
  readonly listeners: () => Status['listeners'];
  readonly http: () => string | null;
  readonly warnings: () => readonly string[];
  readonly clock: () => Status['clock'];
}

export function createStatus(dependencies: {
  readonly facts: StatusFacts;
  readonly store: Pick<Store, 'mail' | 'revisions'>;
  readonly qmgr: Pick<Qmgr, 'counts'>;
  readonly configuration: Configuration;
  readonly rate: Rate;
}): () => Promise<Status> {
  const { facts, store, qmgr, configuration, rate } = dependencies;
  const { version, startedAt, configDir, dataDir, loginUser } = facts;
  return () =>
    Promise.resolve({
      version,
      pid: process.pid,
      startedAt,
      configDir,
      dataDir,
      loginUser,
      listeners: facts.listeners(),
      http: facts.http(),
      ...store.mail.totals(),
      rate: rate.perSecond(),
      queue: qmgr.counts(),
      config: {
        revision: store.revisions.latest(),
        appliedAt: configuration.appliedAt(),
        problems: [...configuration.problems()],
      },
      clock: facts.clock(),
      warnings: [...facts.warnings()],
    });
}
