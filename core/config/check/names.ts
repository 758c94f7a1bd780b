/** Names that nobody reads, names that nobody sets, and parameters that do nothing here. */
import type { ConfigProblem, Origin } from '../config.ts';
import { expandMacros } from '../macro.ts';
import { orNothing } from './message.ts';
import type { Scope } from '../lookup.ts';
import { effectOf } from '../parameters/effects.ts';
import { createRegistry } from '../postconf/registry.ts';
import type { Registry } from '../postconf/registry.ts';
import type { Settings } from '../settings.ts';
import { nearestName } from '../suggestion.ts';

export function nameProblems(settings: Settings, scope: Scope): readonly ConfigProblem[] {
  const undefinedNames = new Set<string>();
  const registry = createRegistry({
    settings,
    unexpanded: (name) => orNothing(() => scope.unexpanded(name)),
    builtinOnly: false,
    expand: (value, service) =>
      orNothing(() => (service === undefined ? scope : scope.within(service)).expand(value)),
    warn: (warning) => {
      const name = /: undefined parameter: (.*)$/.exec(warning)?.[1];
      if (name !== undefined) undefinedNames.add(name);
    },
  });
  return [
    ...unusedProblems(settings, registry),
    ...undefinedProblems(settings, registry, undefinedNames),
    ...effectProblems(settings),
  ];
}

/** Every name that is set, with where and what. */
function* assignments(settings: Settings): Generator<{ name: string; value: string; origin: Origin }> {
  for (const [name, { value, origin }] of settings.main) yield { name, value, origin };
  for (const service of settings.services) yield* service.overrides;
}

function unusedProblems(settings: Settings, registry: Registry): ConfigProblem[] {
  const said = new Set([...registry.unused('main.cf'), ...registry.unused('master.cf')]);
  const problems: ConfigProblem[] = [];
  for (const { name, value, origin } of assignments(settings)) {
    const message = `unused parameter: ${name}=${value}`;
    if (!said.has(`${settings.directory}/${origin.file}: ${message}`)) continue;
    problems.push({
      severity: 'warning',
      ...origin,
      parameter: name,
      rule: 'unused-parameter',
      message: message + meant(name, registry),
    });
  }
  return problems;
}

function undefinedProblems(
  settings: Settings,
  registry: Registry,
  names: ReadonlySet<string>,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const { name: parameter, value, origin } of assignments(settings))
    for (const name of referencesOf(value))
      if (names.has(name)) {
        const message = `undefined parameter: ${name}${meant(name, registry)}`;
        problems.push({ severity: 'warning', ...origin, parameter, rule: 'undefined-parameter', message });
      }
  return problems;
}

function referencesOf(value: string): ReadonlySet<string> {
  const found = new Set<string>();
  const lookup = (name: string) => void found.add(name);
  expandMacros(value, {
    scan: true,
    lookup: (name) => {
      lookup(name);
    },
  });
  return found;
}

function meant(name: string, registry: Registry): string {
  const near = nearestName(name, registry.names.keys());
  return near === undefined || near === name ? '' : ` (did you mean ${near}?)`;
}

function effectProblems(settings: Settings): ConfigProblem[] {
  return [...assignments(settings)].flatMap(({ name, origin }) =>
    effectOf(name) === 'no-effect'
      ? [
          {
            severity: 'note' as const,
            ...origin,
            parameter: name,
            rule: 'no-effect',
            message: `${name} has no effect in a sandbox`,
          },
        ]
      : [],
  );
}
