/** Reading main.cf (postconf(5)). */
import type { ConfigProblem, Origin } from './config.ts';
import { ConfigError } from './config.ts';
import { readLogicalLines, strayLineMessage } from './logical-lines.ts';
import { splitNameValue } from './name-value.ts';

export interface Setting {
  /** As written, without the white space around it. */
  readonly value: string;
  readonly origin: Origin;
}

export interface MainCf {
  /** By name, the last entry of a name; in the order of the file. */
  readonly settings: ReadonlyMap<string, Setting>;
  readonly problems: readonly ConfigProblem[];
}

/**
 * Throws ConfigError for a line that is no `name = value`.
 *
 * @param path the file's name as messages have it; problems carry the base name `main.cf`
 */
export function readMainCf(text: string, path: string): MainCf {
  const { lines, strays } = readLogicalLines(text);
  const settings = new Map<string, Setting>();
  const problems: ConfigProblem[] = strays.map((stray) => ({
    severity: 'warning',
    file: 'main.cf',
    line: stray.line,
    message: strayLineMessage(stray),
  }));
  for (const logical of lines) {
    const origin: Origin = { file: 'main.cf', line: logical.line };
    const pair = splitNameValue(logical.text);
    if (pair.kind === 'error')
      throw new ConfigError(
        `${path}, line ${logical.line}: ${pair.reason}: "${logical.text}"`,
        origin,
        problems.map((problem) => readingWarning(problem, path)),
      );
    const earlier = settings.get(pair.name);
    if (earlier !== undefined && earlier.value !== pair.value)
      problems.push(overriding(pair.name, earlier, origin));
    settings.delete(pair.name);
    settings.set(pair.name, { value: pair.value, origin });
  }
  return { settings, problems };
}

function overriding(name: string, earlier: Setting, origin: Origin): ConfigProblem {
  return {
    severity: 'warning',
    ...origin,
    parameter: name,
    rule: 'overridden-entry',
    message: `overriding earlier entry: ${name}=${earlier.value}`,
  };
}

/** A problem found while reading, as Postfix's programs print it. */
export function readingWarning(problem: ConfigProblem, path: string): string {
  const place = problem.parameter === undefined ? path : `${path}, line ${problem.line}`;
  return `${place}: ${problem.message}`;
}
