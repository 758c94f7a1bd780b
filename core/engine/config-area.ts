/**
 * The configuration folder as the calls see it: files with versions, drafts checked, changes written and kept as
 * revisions. The text files are the truth; another program may change them at any time.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ApplyResult, ConfigArea } from '../api/areas/config.ts';
import type { ConfigFile, ParameterView, Setting } from '../api/contract/config.ts';
import type { Problem } from '../api/contract/common.ts';
import { checkConfig, checkServices, isServedNow, type CheckOptions } from '../config/check.ts';
import type { Config } from '../config/config.ts';
import { aboutParameter } from '../config/parameters/about.ts';
import { builtinParameters, OWN_PARAMETERS } from '../config/parameters/parameters.ts';
import { effectOf } from '../config/parameters/effects.ts';
import type { CompiledTables, RevisionStore } from '../store/store.ts';

/** Larger files are no configuration; the editor would not take them well either. */
const LARGEST_FILE_BYTES = 4 * 1024 * 1024;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const INDEXED = ['hash', 'lmdb', 'btree', 'cdb', 'dbm', 'sdbm'] as const;

export interface ConfigAreaDependencies {
  readonly directory: string;
  /** The value of queue_directory and data_directory. */
  readonly dataDirectory: string;
  readonly config: () => Config;
  readonly compiled: Pick<CompiledTables, 'open'>;
  readonly revisions: RevisionStore;
  /** Compiles the tables of these files that are used as indexed tables. */
  readonly compile: (files: readonly string[]) => Promise<void>;
  readonly now: () => number;
  readonly reload: () => Promise<readonly Problem[]>;
}

const versionOf = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

export function createConfigArea(dependencies: ConfigAreaDependencies): ConfigArea {
  const { directory, config, compiled, revisions } = dependencies;
  const fileOf = (name: string) => path.join(directory, name);

  const checkOptions = (files: Readonly<Record<string, string>>): CheckOptions => ({
    files,
    compiled,
    now: dependencies.now(),
    dataDirectory: dependencies.dataDirectory,
  });

  function readText(name: string): string | undefined {
    if (!NAME.test(name)) return undefined;
    try {
      return readFileSync(fileOf(name), 'utf8');
    } catch (error) {
      if (['ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    }
  }

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

  function currentTexts(): Record<string, string> {
    const texts: Record<string, string> = {};
    for (const name of readdirSync(directory).filter((entry) => NAME.test(entry))) {
      if (describe(name) !== undefined) texts[name] = readText(name) ?? '';
    }
    return texts;
  }

  /** '' while there is no such file. */
  function versionNow(name: string): string {
    const text = readText(name);
    return text === undefined ? '' : versionOf(text);
  }

  async function apply(
    files: Readonly<Record<string, { readonly text: string; readonly version: string }>>,
    force: boolean,
  ): Promise<ApplyResult> {
    const names = Object.keys(files).filter((name) => NAME.test(name));
    const moved = names.filter((name) => versionNow(name) !== files[name]?.version);
    if (moved.length > 0) return { kind: 'conflict', files: moved };
    const drafts = Object.fromEntries(names.map((name) => [name, files[name]?.text ?? '']));
    const problems = checkConfig(directory, checkOptions(drafts));
    if (!force && problems.some(({ severity }) => severity === 'error'))
      return { kind: 'invalid', problems: [...problems] };
    // The state before the first change is a revision too: there must be a way back.
    if (revisions.latest() === 0) await revisions.add('as found', currentTexts());
    for (const [name, text] of Object.entries(drafts)) {
      const draft = `${fileOf(name)}.draft`;
      writeFileSync(draft, text);
      renameSync(draft, fileOf(name));
    }
    await dependencies.compile(names);
    const found = await dependencies.reload();
    const revision = await revisions.add(`edited ${names.join(', ')}`, currentTexts());
    return { kind: 'applied', revision, problems: [...found] };
  }

  return {
    directory,
    files: () =>
      Promise.resolve(
        readdirSync(directory)
          .filter((name) => NAME.test(name) && !name.endsWith('.draft'))
          .sort(byImportance)
          .flatMap((name) => describe(name) ?? []),
      ),
    read(name) {
      const text = readText(name);
      return Promise.resolve(text === undefined ? undefined : { text, version: versionOf(text) });
    },
    check: (drafts) => checkServices(directory, isServedNow, checkOptions(drafts)),
    apply,
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

/** For each file of the folder, the table types it is used with: `type:path` anywhere in the settings. */
export function tableTypes(config: Config, directory: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const name of config.names()) {
    for (const match of config.get(name).matchAll(/\b([a-z][a-z0-9]*):([^\s,{}]+)/g)) {
      const [, type = '', file = ''] = match;
      if (path.dirname(file) !== directory) continue;
      const base = path.basename(file);
      found.set(base, [...(found.get(base) ?? []), type]);
    }
  }
  return found;
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
