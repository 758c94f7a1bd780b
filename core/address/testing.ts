/** For tests: a configuration folder with what the resolver needs. */
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { Tables } from '../tables/table.ts';
import type { ConfigFolder, RecordedLog } from '../tables/fakes.ts';
import {
  createConfigFolder,
  createFakeUsers,
  createMemoryTables,
  createRecordedLog,
} from '../tables/fakes.ts';
import { createTables } from '../tables/tables.ts';
import type { AddressResolver } from './resolution.ts';
import { createResolver } from './resolve.ts';
import type { Rewriter } from './rewrite.ts';
import { createRewriter } from './rewrite.ts';

export interface AddressWorld {
  readonly folder: ConfigFolder;
  readonly config: Config;
  readonly tables: Tables;
  readonly log: RecordedLog;
  readonly rewriter: Rewriter;
  readonly resolver: AddressResolver;
}

const LOCAL_MAIL = [
  'compatibility_level = 3.6',
  'myhostname = localhost',
  'mydomain = localdomain',
  'mydestination = $myhostname, localhost.$mydomain, localhost',
  'inet_interfaces = $myhostname, localhost',
  'mynetworks_style = host',
  'default_transport = error: outside mail is not deliverable',
];

/** A world with these lines after those of a machine that has local mail only. */
export function createAddressWorld(
  lines: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): AddressWorld {
  const folder = createConfigFolder([...LOCAL_MAIL, ...lines, ''].join('\n'), files);
  const config = loadConfig(folder.directory);
  const log = createRecordedLog();
  const tables = createTables({
    config,
    compiled: createMemoryTables(),
    users: createFakeUsers(['root', 'alice']),
    log: log.factory,
    clock: { now: () => 0 },
  });
  const rewriter = createRewriter(config);
  const resolver = createResolver({ config, tables, log: log.factory, rewriter });
  return { folder, config, tables, log, rewriter, resolver };
}
