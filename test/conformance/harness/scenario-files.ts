/** The files of a scenario: configuration, lookup tables, scripts, `.forward`, and what later steps change in them. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { BASE_ALIASES, mainCf, masterCf } from './base-configuration.ts';
import type { Place } from './place.ts';
import { toLines } from './text.ts';
import type { EditSpec, FileSpec, Scenario } from './types.ts';

export interface ScenarioFiles {
  /** All that is there before the start. */
  writeAll(scenario: Scenario): void;
  edit(spec: EditSpec): void;
  /** Which commands build the indexed tables of the scenario. */
  mapCommands(scenario: Scenario): readonly (readonly string[])[];
}

const PORT_NAMES: Readonly<Record<string, string>> = {
  smtp: 'smtp',
  '25': 'smtp',
  submission: 'submission',
  '587': 'submission',
  submissions: 'submissions',
  smtps: 'submissions',
  '465': 'submissions',
};

export function createScenarioFiles(place: Place): ScenarioFiles {
  const { configDir, placeholders, fileOwners, ports, hasOwnPorts } = place;
  const homes = placeholders['home'] ?? '';
  const expanded = (text: string) => text.replaceAll('{config_directory}', configDir);

  /** On a shared machine listeners get any free port. Without a host: the addresses of inet_interfaces, as the scenario means it. */
  function withPorts(line: string): string {
    const match = hasOwnPorts ? null : /^(\w+)(\s+inet\s.*)$/.exec(line);
    const port = ports[PORT_NAMES[match?.[1] ?? ''] ?? ''];
    return match === null || port === undefined ? line : `${port}${match[2] ?? ''}`;
  }

  function writeMaster(lines: readonly string[]): void {
    writeFileSync(path.join(configDir, 'master.cf'), `${lines.map(withPorts).join('\n')}\n`);
  }

  function give(file: string, owner: string | undefined): void {
    const id = owner === undefined ? undefined : fileOwners?.[owner];
    if (id !== undefined) chownSync(file, id, id);
  }

  function writeFile(name: string, spec: string | FileSpec): void {
    const file = path.resolve(configDir, name);
    const { text = '', mode, age, owner } = typeof spec === 'string' ? { text: spec } : spec;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, mode === undefined ? 0o644 : parseInt(mode, 8));
    give(file, owner);
    if (age !== undefined) touch(file, age);
  }

  function touch(file: string, seconds: number): void {
    const time = Date.now() / 1000 + seconds;
    utimesSync(file, time, time);
  }

  function makeFolder(
    folder: string,
    { owner, mode }: { readonly owner?: string; readonly mode?: string },
  ): void {
    mkdirSync(folder, { recursive: true });
    give(folder, owner);
    if (mode !== undefined) chmodSync(folder, parseInt(mode, 8));
  }

  return {
    writeAll(scenario) {
      const { files = {}, forward = {}, dirs = {} } = scenario;
      if (files['aliases'] === undefined && scenario.noAliases !== true) writeFile('aliases', BASE_ALIASES);
      for (const [name, spec] of Object.entries(files)) writeFile(name, spec);
      for (const [user, text] of Object.entries(forward)) {
        const home = user === 'root' ? (place.env['HOME'] ?? '') : path.join(homes, user);
        writeFile(path.join(home, '.forward'), {
          text: `${text.replace(/\n*$/, '')}\n`,
          owner: user,
          mode: '600',
        });
      }
      for (const [name, spec] of Object.entries(dirs)) makeFolder(name, spec);
      writeFileSync(path.join(configDir, 'main.cf'), expanded(mainCf(scenario)));
      writeMaster(masterCf(scenario));
    },
    edit(spec) {
      const main = path.join(configDir, 'main.cf');
      if (spec['main.cf'] !== undefined) writeFileSync(main, expanded(mainCf(spec)));
      if (spec['main.cf+'] !== undefined)
        writeFileSync(main, `${readFileSync(main, 'utf8')}${spec['main.cf+'].join('\n')}\n`);
      for (const [name, text] of Object.entries(spec.files ?? {})) {
        if (name === 'master.cf') writeMaster(toLines(typeof text === 'string' ? text : (text.text ?? '')));
        else writeFile(name, text);
      }
      // The file of an indexed table is not there: such tables are in the store.
      for (const [name, age] of Object.entries(spec.touch ?? {})) {
        const file = path.resolve(configDir, name);
        if (existsSync(file)) touch(file, age);
      }
      for (const name of spec.remove ?? []) rmSync(path.resolve(configDir, name), { force: true });
    },
    mapCommands(scenario) {
      if (scenario.maps !== undefined) return scenario.maps;
      const text = expanded([mainCf(scenario), ...(scenario['master.cf'] ?? [])].join('\n'));
      const folder = configDir.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
      const pattern = new RegExp(
        `\\b(lmdb|hash|btree):(?:\\$\\{?config_directory\\}?|${folder})/([A-Za-z0-9_.-]+)`,
        'g',
      );
      const tables = new Map<string, readonly string[]>();
      for (const [, type = '', name = ''] of text.matchAll(pattern)) {
        const isThere =
          name === 'aliases' ? existsSync(path.join(configDir, name)) : name in (scenario.files ?? {});
        if (scenario.nomap?.includes(name) === true || !isThere) continue;
        const command = name.includes('alias') && !name.includes('virtual') ? 'postalias' : 'postmap';
        tables.set(`${type}:${name}`, [command, `${type}:${configDir}/${name}`]);
      }
      return [...tables.values()];
    },
  };
}
