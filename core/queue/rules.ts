/** The queue manager's own parameters, read once for each configuration. */
import { ConfigError } from '../config/config.ts';
import type { Log } from '../util/log.ts';
import { readRouteRules, type RouteRules } from './route.ts';
import { readSchedule, type Schedule } from './schedule.ts';
import type { QmgrDependencies, QmgrWorld } from './world.ts';

export interface Rules {
  readonly world: QmgrWorld;
  readonly schedule: Schedule;
  readonly routes: RouteRules;
  readonly activeLimit: number;
}

export interface RulesReader {
  /** undefined: the configuration has a value that qmgr(8) cannot use; nothing new is taken up until it is mended. */
  now(): Rules | undefined;
  /** The same, or the last that could be used: for what is under way. */
  last(): Rules;
  /** When messages are tried, warned about and given up; undefined: no configuration could be used yet. */
  schedule(): Schedule | undefined;
}

function read(world: QmgrWorld): Rules {
  const { config } = world;
  return {
    world,
    schedule: readSchedule(config),
    routes: readRouteRules(config),
    activeLimit: config.integer('qmgr_message_active_limit'),
  };
}

export function createRules({ world }: Pick<QmgrDependencies, 'world'>, log: Log): RulesReader {
  let seen: QmgrWorld | undefined;
  let usable: Rules | undefined;
  let isUsable = false;

  function now(): Rules | undefined {
    const current = world();
    if (seen === current) return isUsable ? usable : undefined;
    seen = current;
    try {
      usable = read(current);
      isUsable = true;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      isUsable = false;
      log.fatal(error.message);
    }
    return isUsable ? usable : undefined;
  }

  return {
    now,
    schedule: () => (now() ?? usable)?.schedule,
    last() {
      const rules = now() ?? usable;
      if (rules === undefined) throw new Error('no configuration that could be used yet');
      return { ...rules, world: world() };
    },
  };
}
