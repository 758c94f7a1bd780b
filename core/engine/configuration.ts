/**
 * The configuration in use, and how it becomes another: read at start, read again at reload. A configuration that
 * cannot be used leaves the one in use as it is, and says why.
 */
import type { Problem } from '../api/contract/common.ts';
import { ConfigError, type Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { Clock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';
import type { World } from './world.ts';

export interface Configuration {
  readonly world: () => World;
  readonly appliedAt: () => number;
  /** What is wrong with the files as they are; empty when the configuration in use came from them. */
  readonly problems: () => readonly Problem[];
  /** Reads the files again. */
  reload(): readonly Problem[];
}

export function createConfiguration(dependencies: {
  readonly directory: string;
  /** The value of queue_directory and data_directory. */
  readonly dataDirectory: string;
  readonly createWorld: (config: Config) => World;
  readonly clock: Clock;
  readonly log: LogFactory;
  readonly onChange: () => void;
}): Configuration {
  const { directory, dataDirectory, clock, onChange } = dependencies;
  const log = dependencies.log('master');
  const load = () => dependencies.createWorld(loadConfig(directory, { dataDirectory }));
  let world = load();
  let appliedAt = clock.now();
  let problems: readonly Problem[] = world.config.problems;

  return {
    world: () => world,
    appliedAt: () => appliedAt,
    problems: () => problems,
    reload() {
      try {
        const next = load();
        // Sessions that began with the old world still use its tables: they are closed by the garbage collector's
        // time, not now. What is opened by name is shared through the store.
        world = next;
        appliedAt = clock.now();
        problems = next.config.problems;
        log.info(`reload -- version ${next.config.get('mail_version')}, configuration ${directory}`);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        log.fatal(error.message);
        const { file, line } = error.origin ?? { file: 'main.cf', line: 0 };
        problems = [{ severity: 'error', file, line, message: error.message }];
      }
      onChange();
      return problems;
    },
  };
}
