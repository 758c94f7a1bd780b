/** Dry runs over the configuration in use, or over a draft of it. */
import path from 'node:path';
import type { LabArea, Traced } from '../api/areas/lab.ts';
import type { Problem } from '../api/contract/common.ts';
import type { TraceInput } from '../api/contract/trace.ts';
import { checkConfig } from '../config/check.ts';
import { ConfigError, type Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { firstDifference } from '../journey/difference.ts';
import { dryRun, NoListenerError, type SmtpdGivens } from '../journey/dry-run.ts';
import type { Store } from '../store/store.ts';
import { createDraftTables } from '../tables/drafts.ts';
import type { Clock } from '../util/clock.ts';
import type { Dns } from '../util/dns.ts';
import { SILENT } from '../util/log.ts';
import { createWorld, type World, type WorldDependencies } from './world.ts';

export interface LabDependencies {
  readonly configDir: string;
  readonly dataDir: string;
  readonly config: () => Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly dns: Dns;
  readonly lookupClient: SmtpdGivens['lookupClient'];
}

export function createLab(dependencies: LabDependencies): LabArea {
  const { configDir, dataDir, store, clock, dns, lookupClient } = dependencies;
  const log = () => SILENT;
  const smtpd = { lookupClient, policyServices: { dns, sleep: () => Promise.resolve() } };

  /** Its numbers belong to nobody: only agents with effects ask for them, and those are not asked. */
  const allocate: WorldDependencies['allocate'] = () => {
    throw new Error('a dry run makes no message');
  };

  function inUse(): World {
    return createWorld({ config: dependencies.config(), store, log, clock, dns, allocate });
  }

  /** @throws ConfigError */
  function drafted(files: TraceInput['draft']): World {
    const config = loadConfig(configDir, { dataDirectory: dataDir, files });
    const drafts = new Map(Object.entries(files).map(([name, text]) => [path.join(configDir, name), text]));
    const aliases = new Set([...config.list('alias_maps'), ...config.list('alias_database')]);
    const compiled = createDraftTables(store.compiled, drafts, (table) => aliases.has(table), clock.now());
    return createWorld({ config, store: { ...store, compiled }, log, clock, dns, allocate, drafts });
  }

  function problemsOf(draft: TraceInput['draft'], error: ConfigError): readonly Problem[] {
    const errors = checkConfig(configDir, { files: draft }).filter(({ severity }) => severity === 'error');
    const { file, line } = error.origin ?? { file: 'main.cf', line: 0 };
    return errors.length > 0 ? errors : [{ severity: 'error', file, line, message: error.message }];
  }

  async function run(
    { rawBase64, messageId, ...input }: TraceInput,
    draft: TraceInput['draft'],
    at: number,
  ): Promise<Traced> {
    const raw =
      messageId === undefined
        ? rawBase64 === undefined
          ? undefined
          : Buffer.from(rawBase64, 'base64')
        : store.mail.content(messageId)?.raw;
    if (messageId !== undefined && raw === undefined) return { kind: 'no-message' };
    try {
      const world = Object.keys(draft).length === 0 ? inUse() : drafted(draft);
      const result = await dryRun({ world, store, at, dns, smtpd }, input, raw);
      world.tables.close();
      return { kind: 'traced', result };
    } catch (error) {
      if (error instanceof NoListenerError) return { kind: 'no-listener', reason: error.message };
      if (error instanceof ConfigError) return { kind: 'invalid', problems: problemsOf(draft, error) };
      throw error;
    }
  }

  return {
    trace: (input) => run(input, input.draft, clock.now()),
    async compare(input) {
      const at = clock.now();
      const inUse = await run(input, {}, at);
      const draft = await run(input, input.draft, at);
      if (inUse.kind !== 'traced') return inUse;
      if (draft.kind !== 'traced') return draft;
      const difference = firstDifference(inUse.result.journey, draft.result.journey);
      return { kind: 'compared', inUse: inUse.result, draft: draft.result, difference };
    },
  };
}
