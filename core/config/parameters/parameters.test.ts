import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultFiles } from '../defaults.ts';
import { BUILTIN_PARAMETERS } from './table.ts';
import { builtinParameters, LEGACY_PARAMETERS, serviceParameters } from './parameters.ts';

/** What `postconf -d` of Debian's Postfix 3.7.11 prints, with the services of a stock master.cf. */
const recorded = JSON.parse(
  readFileSync(new URL('./postfix-3.7.11.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, string>>;

/** Paths, names and numbers of the machine: ours by nature. */
const OURS = new Set([
  'config_directory',
  'meta_directory',
  'sample_directory',
  'mydomain',
  'myhostname',
  'mynetworks',
  'process_id',
  'process_name',
]);

describe('parameters', () => {
  it('are those of Postfix 3.7, with its defaults', () => {
    const services = [
      ...(defaultFiles({ loginUser: 'you' })['master.cf'] ?? '').matchAll(
        /^(\w+) +unix(?: +\S+){5} +(\S+)/gm,
      ),
    ];
    const known = new Map([...builtinParameters].map(([name, { value }]) => [name, value]));
    for (const [, service = '', daemon = ''] of services)
      for (const { name, value } of serviceParameters(service, daemon))
        if (!known.has(name)) known.set(name, value);
    const mine = Object.fromEntries([...known].filter(([name]) => !OURS.has(name)));
    const theirs = Object.fromEntries(Object.entries(recorded).filter(([name]) => !OURS.has(name)));
    expect(mine).toEqual(theirs);
    expect([...OURS].filter((name) => !known.has(name))).toEqual([]);
  });

  it('are listed once each', () => {
    expect(new Set(BUILTIN_PARAMETERS.map(([name]) => name)).size).toBe(BUILTIN_PARAMETERS.length);
  });

  it('have legacy names just where a default falls back on one', () => {
    const referred = BUILTIN_PARAMETERS.filter(([, kind]) => kind !== 'raw').flatMap(([, , value]) =>
      [...value.matchAll(/\$\{?(\w+)/g)].map((match) => match[1] ?? ''),
    );
    const legacy = new Set(
      referred.filter((name) => !builtinParameters.has(name) && name !== 'service_name'),
    );
    expect(new Set(LEGACY_PARAMETERS)).toEqual(legacy);
  });
});
