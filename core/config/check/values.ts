/** Values that are not what their parameter wants: the program that reads them would die. */
import { checkBoolean, readInteger, readTime } from '../common-parameters.ts';
import type { ConfigProblem, Origin } from '../config.ts';
import { ConfigError } from '../config.ts';
import { fatalProblem } from './message.ts';
import type { Scope } from '../lookup.ts';
import type { Settings } from '../settings.ts';

export function valueProblems(settings: Settings, scope: Scope): readonly ConfigProblem[] {
  const problems = [...settings.main].flatMap(([name, { origin }]) => valueProblem(name, scope, origin));
  for (const service of settings.services) {
    const local = scope.within(service);
    for (const { name, origin } of service.overrides) problems.push(...valueProblem(name, local, origin));
  }
  return problems;
}

function valueProblem(name: string, scope: Scope, origin: Origin): readonly ConfigProblem[] {
  try {
    scope.expanded(name);
    switch (scope.parameter(name)?.kind) {
      case 'boolean':
        checkBoolean(scope, name);
        break;
      case 'integer':
      case 'long':
        readInteger(scope, name);
        break;
      case 'time':
        readTime(scope, name);
        break;
      default:
    }
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [{ ...fatalProblem(error, origin, name), rule: 'bad-value' }];
  }
}
