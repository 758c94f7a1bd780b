/** Worlds for dry runs: of the configuration in use and of drafts, with a log that goes nowhere. */
import path from 'node:path';
import type { Problem } from '../api/contract/common.ts';
import type { NotTraced } from '../api/areas/lab.ts';
import { checkConfig } from '../config/check.ts';
import { ConfigError, type Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { dryRun, NoListenerError, type DryInput } from '../journey/dry-run.ts';
import type { TraceResult } from '../api/contract/trace.ts';
import { createTableDns } from '../dns/table-dns.ts';
import { createDryNumbers } from '../journey/dry-numbers.ts';
import { createClientLookup } from '../smtpd/client.ts';
import type { AskPolicyServer } from '../smtpd/smtpd.ts';
import { verifyNow } from '../verify/verify.ts';
import { createProbe } from './probe.ts';
import type { Store } from '../store/store.ts';
import { createDraftTables } from '../tables/drafts.ts';
import type { Clock } from '../util/clock.ts';
import { SILENT } from '../util/log.ts';
import { createWorld, type World, type WorldDependencies } from './world.ts';

/** Texts in place of files of the configuration folder, by name. */
export type DraftFiles = Readonly<Record<string, string>>;

export interface DryWorldsDependencies {
  readonly configDir: string;
  readonly dataDir: string;
  readonly config: () => Config;
  readonly store: Store;
  readonly clock: Clock;
  /** A policy server is asked in a dry run too, and may remember that it was: it cannot be told apart. */
  readonly askPolicyServer: AskPolicyServer;
}

/** One configuration to run messages over. */
export interface DryWorldRunner {
  /** @throws ConfigError, NoListenerError */
  run(input: DryInput, raw: Uint8Array | undefined, at: number): Promise<TraceResult>;
  close(): void;
}

export interface DryWorlds {
  /** {} is the configuration in use. @throws ConfigError */
  open(draft: DraftFiles): DryWorldRunner;
  /** Answers why `use` could not run where that is the configuration's or the listener's fault. */
  attempt<T>(draft: DraftFiles, use: () => Promise<T>): Promise<T | NotTraced>;
}

/** Its numbers belong to nobody: only agents with effects ask for them, and those are not asked. */
const allocate: WorldDependencies['allocate'] = () => {
  throw new Error('a dry run makes no message');
};

export function createDryWorlds(dependencies: DryWorldsDependencies): DryWorlds {
  const { configDir, dataDir, store, clock, askPolicyServer } = dependencies;
  const log = () => SILENT;
  // The sandbox's own table, but what is asked only for a dry run is not told as asked.
  const dns = createTableDns(store.dns);
  const lookupClient = createClientLookup(dns);

  /** What a session of this world asks. */
  function givensOf(world: World) {
    const allocateProbe = createDryNumbers(clock.now());
    const probe = createProbe({ world: () => world, allocate: allocateProbe, clock, log });
    const sleep = () => Promise.resolve();
    return { lookupClient, policyServices: { dns, sleep, askPolicyServer, verify: verifyNow(probe) } };
  }

  function worldOf(draft: DraftFiles): World {
    if (Object.keys(draft).length === 0)
      return createWorld({ config: dependencies.config(), store, log, clock, dns, allocate });
    const config = loadConfig(configDir, { dataDirectory: dataDir, files: draft });
    const drafts = new Map(Object.entries(draft).map(([name, text]) => [path.join(configDir, name), text]));
    const aliases = new Set([...config.list('alias_maps'), ...config.list('alias_database')]);
    const compiled = createDraftTables(store.compiled, drafts, (table) => aliases.has(table), clock.now());
    return createWorld({ config, store: { ...store, compiled }, log, clock, dns, allocate, drafts });
  }

  function problemsOf(draft: DraftFiles, error: ConfigError): readonly Problem[] {
    const errors = checkConfig(configDir, { files: draft }).filter(({ severity }) => severity === 'error');
    const { file, line } = error.origin ?? { file: 'main.cf', line: 0 };
    return errors.length > 0 ? errors : [{ severity: 'error', file, line, message: error.message }];
  }

  return {
    open(draft) {
      const world = worldOf(draft);
      const smtpd = givensOf(world);
      return {
        run: (input, raw, at) => dryRun({ world, store, at, dns, smtpd }, input, raw),
        close: () => {
          world.tables.close();
        },
      };
    },
    async attempt(draft, use) {
      try {
        return await use();
      } catch (error) {
        if (error instanceof NoListenerError) return { kind: 'no-listener', reason: error.message };
        if (error instanceof ConfigError) return { kind: 'invalid', problems: problemsOf(draft, error) };
        throw error;
      }
    },
  };
}
