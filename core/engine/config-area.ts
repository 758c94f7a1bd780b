/**
 * The configuration folder as the calls see it: files with versions, drafts checked, changes written and kept as
 * revisions. The text files are the truth; another program may change them at any time.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ConfigArea } from '../api/areas/config.ts';
import type { ConfigFile, ParameterView, Setting } from '../api/contract/config.ts';
import { checkServices, isServedNow, type CheckOptions } from '../config/check.ts';
import type { Config } from '../config/config.ts';
import { aboutParameter } from '../config/parameters/about.ts';
import { builtinParameters, OWN_PARAMETERS } from '../config/parameters/parameters.ts';
import { effectOf } from '../config/parameters/effects.ts';
import type { CompiledTables, RevisionStore } from '../store/store.ts';
import { tableTypes } from './table-types.ts';
import { isFileName, LARGEST_FILE_BYTES, versionOf, type ConfigFiles } from './config-files.ts';
import { meaningOf } from './config-meaning.ts';
import type { ConfigWriter } from './config-writer.ts';
import { createRevisionCalls } from './config-revisions.ts';

const INDEXED = ['hash', 'lmdb', 'btree', 'cdb', 'dbm', 'sdbm'] as const;

export interface ConfigAreaDependencies {
  readonly directory: string;
  /** The value of queue_directory and data_directory. */
  readonly dataDirectory: string;
  readonly config: () => Config;
  readonly compiled: Pick<CompiledTables, 'open'>;
  readonly revisions: RevisionStore;
  readonly checkOptions: (drafts: Readonly<Record<string, string>>) => CheckOptions;
  readonly files: ConfigFiles;
  readonly writer: ConfigWriter;
}

export function createConfigArea(dependencies: ConfigAreaDependencies): ConfigArea {
  const { directory, dataDirectory, config, compiled, revisions, checkOptions, files, writer } = dependencies;
  const fileOf = (name: string) => path.join(directory, name);

  function isStale(name: string, modifiedAt: number): boolean {
    return INDEXED.some((type) => {
      const table = compiled.open(fileOf(name), type);
      return table?.sourceModifiedAt != null && table.sourceModifiedAt < modifiedAt;
    });
  }

  function describe(name: string): ConfigFile | undefined {
    const stat = statSync(fileOf(name), { throwIfNoEntry: false });
    if (stat?.isFile() !== true || stat.size > LARGEST_FILE_BYTES) return undefined;
    const modifiedAt = Math.floor(stat.mtimeMs);
    return { name, size: stat.size, modifiedAt, kind: kindOf(name), isStale: isStale(name, modifiedAt) };
  }

  /** How the configuration in use refers to this file: by the table type in front of its path. */
  function kindOf(name: string): ConfigFile['kind'] {
    if (name === 'main.cf') return 'main';
    if (name === 'master.cf') return 'master';
    if (name === 'aliases') return 'aliases';
    const types = tableTypes(config(), directory).get(name) ?? [];
    if (types.some((type) => ['regexp', 'pcre', 'cidr'].includes(type))) return 'pattern';
    return types.length > 0 ? 'table' : 'other';
  }

  return {
    directory,
    files: () =>
      Promise.resolve(
        readdirSync(directory)
          .filter((name) => isFileName(name) && !name.endsWith('.draft'))
          .sort(byImportance)
          .flatMap((name) => describe(name) ?? []),
      ),
    read(name) {
      const text = files.read(name);
      return Promise.resolve(text === undefined ? undefined : { text, version: versionOf(text) });
    },
    check: (drafts) => checkServices(directory, isServedNow, checkOptions(drafts)),
    async apply(texts, force) {
      const names = Object.keys(texts).filter((name) => isFileName(name));
      const moved = names.filter((name) => files.version(name) !== texts[name]?.version);
      if (moved.length > 0) return { kind: 'conflict', files: moved };
      const changes = Object.fromEntries(names.map((name) => [name, texts[name]?.text ?? '']));
      return writer.write(changes, { what: `edited ${names.join(', ')}`, force });
    },
    compare: (drafts) => Promise.resolve(meaningOf({ directory, dataDirectory, config: config(), drafts })),
    ...createRevisionCalls({ files, writer, revisions }),
    settings: () => Promise.resolve(settingsOf(config())),
    parameters: () => Promise.resolve(namesOf(config()).map((name) => viewOf(config(), name))),
    parameter: (name) => Promise.resolve(viewOf(config(), name)),
  };
}

/** main.cf, master.cf and aliases first, then by name. */
function byImportance(a: string, b: string): number {
  const rank = (name: string) => {
    const at = ['main.cf', 'master.cf', 'aliases'].indexOf(name);
    return at < 0 ? 3 : at;
  };
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function settingsOf(config: Config): Setting[] {
  return config.names().flatMap((name) => {
    const setting = config.setting(name);
    if (setting === undefined) return [];
    return { name, value: setting.value, expanded: config.get(name), ...setting.origin };
  });
}

function viewOf(config: Config, name: string): ParameterView {
  const setting = config.setting(name);
  const standard = builtinParameters.get(name)?.value;
  return {
    name,
    known: standard !== undefined,
    default: standard ?? '',
    value: setting?.value ?? standard ?? '',
    expanded: config.has(name) ? config.get(name) : '',
    ...setting?.origin,
    effect: effectOf(name),
    about: aboutParameter(name),
  };
}

function namesOf(config: Config): readonly string[] {
  return [...new Set([...builtinParameters.keys(), ...OWN_PARAMETERS, ...config.names()])].sort();
}
