/** What a draft would mean beside what is in use: parameters as postconf(1) has them, services, entries of tables. */
import path from 'node:path';
import { readFileSync } from 'node:fs';
import type { Difference, Meaning } from '../api/contract/config.ts';
import { ConfigError, type Config, type MasterService } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { builtinParameters, SAYS_NOTHING_NEW } from '../config/parameters/parameters.ts';
import { tableEntries } from '../tables/source-problems.ts';
import { tableTypes } from './table-types.ts';

interface Compared {
  readonly directory: string;
  readonly dataDirectory: string;
  readonly config: Config;
  readonly drafts: Readonly<Record<string, string>>;
}

export function meaningOf({ directory, dataDirectory, config, drafts }: Compared): Meaning {
  try {
    const draft = loadConfig(directory, { dataDirectory, files: drafts });
    return {
      parameters: differences(parametersOf(config), parametersOf(draft)),
      services: differences(servicesOf(config), servicesOf(draft)),
      entries: Object.entries(drafts).flatMap(([file, text]) =>
        entryDifferences(path.join(directory, file), text, draft, directory).map((entry) => ({
          file,
          ...entry,
        })),
      ),
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { parameters: [], services: [], entries: [], failure: error.message };
  }
}

/** Expanded values of what main.cf sets, and of what follows from that; what only lists other values is left out. */
function parametersOf(config: Config): ReadonlyMap<string, string> {
  const names = [...builtinParameters.keys(), ...config.names()];
  return new Map(names.filter((name) => !SAYS_NOTHING_NEW.has(name)).map((name) => [name, config.get(name)]));
}

function servicesOf({ services }: Config): ReadonlyMap<string, string> {
  const told = (service: MasterService) =>
    [
      service.command,
      ...service.arguments,
      `(maxproc ${service.processLimit}, wakeup ${service.wakeup})`,
    ].join(' ');
  return new Map(services.map((service) => [`${service.name}/${service.type}`, told(service)]));
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Difference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
  return names.sort().map((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    return {
      name,
      ...(was === undefined ? {} : { before: was }),
      ...(is === undefined ? {} : { after: is }),
    };
  });
}

/** Keys of a table whose value another text changes; nothing for a file that is no table of keys. */
function entryDifferences(file: string, text: string, config: Config, directory: string): Difference[] {
  const types = tableTypes(config, directory).get(path.basename(file)) ?? [];
  if (types.length === 0 || types.some((type) => ['regexp', 'pcre', 'cidr'].includes(type))) return [];
  const isAliases = config.get('alias_maps').includes(file) || config.get('alias_database').includes(file);
  const read = (source: string) =>
    new Map(tableEntries(source, isAliases).map(({ key, value }) => [key, value]));
  return differences(read(onDisk(file)), read(text));
}

function onDisk(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
