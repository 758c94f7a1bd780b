/** For tests: the real configuration, tables and resolver on a folder of its own. */
import { createResolver } from '../address/resolve.ts';
import { createRewriter } from '../address/rewrite.ts';
import { loadConfig } from '../config/load.ts';
import {
  createConfigFolder,
  createFakeUsers,
  createMemoryTables,
  createRecordedLog,
  type RecordedLog,
} from '../tables/fakes.ts';
import { createTables, type TablesDependencies } from '../tables/tables.ts';
import { createClock, type Clock } from '../util/clock.ts';
import type { SmtpdWorld } from './service.ts';

/** The first lines of a machine that only talks to itself. */
const LOCAL_MAIN_CF = [
  'compatibility_level = 3.6',
  'myhostname = localhost',
  'mydomain = localdomain',
  'mydestination = $myhostname, localhost.$mydomain, localhost',
  'inet_interfaces = $myhostname, localhost',
  'mynetworks_style = host',
  'default_transport = error: outside mail is not deliverable',
  'alias_maps =',
  'local_recipient_maps = unix:passwd.byname $alias_maps',
];

export interface TestWorldOptions {
  /** Lines of main.cf; those of LOCAL_MAIN_CF that they name are left out. */
  readonly main?: readonly string[];
  readonly master?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly users?: readonly string[];
  readonly compiled?: TablesDependencies['compiled'];
  readonly clock?: Clock;
}

export interface TestWorld extends SmtpdWorld {
  readonly directory: string;
  readonly log: RecordedLog;
  readonly clock: Clock;
  remove(): void;
}

export function createTestWorld(options: TestWorldOptions = {}): TestWorld {
  const given = options.main ?? [];
  const names = new Set(given.map(nameOf));
  const base = LOCAL_MAIN_CF.filter((line) => !names.has(nameOf(line)));
  const folder = createConfigFolder(`${[...base, ...given].join('\n')}\n`, {
    'master.cf': options.master ?? '127.0.0.1:0 inet n - n - - smtpd\n',
    ...options.files,
  });
  const clock = options.clock ?? createClock();
  const log = createRecordedLog();
  const config = loadConfig(folder.directory);
  const tables = createTables({
    config,
    compiled: options.compiled ?? createMemoryTables(),
    users: createFakeUsers(options.users ?? ['alice', 'bob', 'carol', 'root']),
    log: log.factory,
    clock,
  });
  const rewriter = createRewriter(config);
  const resolver = createResolver({ config, tables, log: log.factory, rewriter });
  return {
    config,
    tables,
    rewriter,
    resolver,
    directory: folder.directory,
    log,
    clock,
    remove() {
      tables.close();
      folder.remove();
    },
  };
}

const nameOf = (line: string) => line.split('=', 1)[0]?.trim();
