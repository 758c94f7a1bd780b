/** `sandpost clock`: the sandbox's clock, skipped or let run ahead, so that the queue's schedule can be watched. */
import type { ClockState } from '../../api/contract/clock.ts';
import { CommandError, withConnection, type Context } from '../context.ts';
import { EX_USAGE, parseOptions } from '../options.ts';

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `1h`, `90m`, `5d`: postconf(5)'s units. */
function seconds(text: string | undefined, verb: string): number {
  const [, number = '', unit = ''] = /^(\d{1,7})([smhdw])$/.exec(text ?? '') ?? [];
  const value = Number(number) * (UNIT_SECONDS[unit] ?? 0);
  if (value > 0) return value;
  throw new CommandError(`clock ${verb} needs a time such as 30m, 1h or 5d, not "${text ?? ''}"`, EX_USAGE);
}

/** `5 d 2 h 3 min 4 s`, the largest two of them. */
function tellSpan(milliseconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const;
  let rest = Math.round(milliseconds / 1000);
  const parts: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.slice(0, 2).join(' ');
}

function tell({ now, skippedMs, msPerSecond }: ClockState): string {
  const ahead = skippedMs === 0 ? "the machine's time" : `${tellSpan(skippedMs)} ahead of the machine`;
  const speed = msPerSecond === 0 ? '' : `, running ${tellSpan(msPerSecond)} ahead every second`;
  return `${new Date(now).toISOString()}  ${ahead}${speed}\n`;
}

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } });
  const [verb = 'show', time, ...more] = positionals;
  if (more.length > 0 || (time !== undefined && verb !== 'skip' && verb !== 'run')) {
    throw new CommandError(`clock ${verb} takes no "${more[0] ?? time ?? ''}"`, EX_USAGE);
  }
  const asked = verb === 'skip' || verb === 'run' ? seconds(time, verb) : 0;
  if (!['show', 'skip', 'run', 'stop', 'reset'].includes(verb)) {
    throw new CommandError(`clock show, skip, run, stop or reset, not "${verb}"`, EX_USAGE);
  }
  if (context.running() === undefined) {
    throw new CommandError('no sandbox is running on this configuration: there is no clock to ask');
  }
  return withConnection(context, async ({ client: { clock } }) => {
    const verbs: Readonly<Record<string, () => Promise<ClockState>>> = {
      show: () => clock.state(),
      skip: () => clock.skip({ seconds: asked }),
      run: () => clock.run({ secondsPerSecond: asked }),
      stop: () => clock.run({ secondsPerSecond: 0 }),
      reset: () => clock.reset(),
    };
    const state = await (verbs[verb] ?? (() => clock.state()))();
    context.out(values.json === true ? `${JSON.stringify(state)}\n` : tell(state));
    return 0;
  });
}
